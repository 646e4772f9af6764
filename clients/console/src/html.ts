import htm from "htm/mini";
import { h, type VNode } from "preact";

type Template = (strings: TemplateStringsArray, ...values: readonly unknown[]) => VNode<Record<string, unknown>>;

/**
 * Markup as a template. Text in it is text: nothing of an answer is ever read as markup. The small htm reads a template each
 * time it is shown; no view is long enough for that to be seen. Its types are those of its CommonJS form.
 */
export const html = (htm as unknown as typeof htm.default).bind(h) as Template;
