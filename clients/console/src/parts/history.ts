import { usePage } from "../context.ts";
import { toTime } from "../format.ts";
import { html } from "../html.ts";
import * as JOB from "../text/job.ts";

/** Who did what, and when. */
export function History({
  entries,
}: Readonly<{ entries: readonly Readonly<{ At: string; By: string; what: string }>[] }>) {
  const { say, lang } = usePage();
  return html`<ol class="history">
    ${entries.map(
      ({ At, By, what }) => html`<li>
        <time datetime=${At}>${toTime(Date.parse(At), Date.now(), lang)}</time>
        <span>${what} <small>${say(JOB.historyBy, By)}</small></span>
      </li>`,
    )}
  </ol>`;
}
