import { type ComponentChildren, cloneElement, type VNode } from "preact";
import { html } from "../html.ts";

export type Faults = ReadonlyMap<string, readonly string[]>;

type Given = Readonly<{
  /** The pointer of its faults too. */
  name: string;
  label: string;
  hint?: string | undefined;
  faults?: Faults | undefined;
  class?: string;
  /** The input: it is given an id, and told what describes it. */
  children: VNode<Record<string, unknown>>;
  after?: ComponentChildren;
}>;

const MANY = 5;

/** An input with its name, and beside it everything that is wrong with it. */
export function Field({ name, label, hint, faults, children, after, ...given }: Given) {
  const id = `f${name.replace(/[^a-zA-Z0-9]/g, "-")}`;
  const wrong = faults?.get(name) ?? [];
  const described = [hint && `${id}-hint`, wrong.length > 0 && `${id}-fault`].filter(Boolean).join(" ");
  const input = cloneElement(children, {
    ...{ id, name, "aria-describedby": described || undefined },
    "aria-invalid": wrong.length > 0 ? "true" : undefined,
  });
  return html`<div class=${`field ${given.class ?? ""}`}>
    <label for=${id}>${label}</label>
    ${input}
    ${after}
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    ${
      wrong.length > 0 &&
      html`<ul class="fault" id=${`${id}-fault`}>
        ${wrong.slice(0, MANY).map((one) => html`<li>${one}</li>`)}
        ${wrong.length > MANY && html`<li>… ${wrong.length}</li>`}
      </ul>`
    }
  </div>`;
}

/** After a refusal the first field that is wrong is where the reader goes on. */
export function focusFirstFault(form: HTMLElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>("[aria-invalid]")?.focus());
}
