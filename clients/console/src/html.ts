import { html as template } from "htm/preact";
import type { VNode } from "preact";

/** Markup as a template. Text in it is text: nothing of an answer is ever read as markup. */
export const html = template as (
  strings: TemplateStringsArray,
  ...values: readonly unknown[]
) => VNode<Record<string, unknown>>;
