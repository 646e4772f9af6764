import { html } from "../html.ts";

/** Names and values; a value that is not there is left out. */
export function Facts({
  facts,
  ...given
}: Readonly<{ facts: readonly (readonly [string, unknown])[]; class?: string }>) {
  const shown = facts.filter(([, value]) => value !== undefined && value !== false && value !== "");
  if (shown.length === 0) return null;
  return html`<dl class=${`facts ${given.class ?? ""}`}>
    ${shown.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>`;
}
