import type { DryRun } from "../../../sdk/src/types.ts";
import { usePage } from "../context.ts";
import { toCount, toDuration } from "../format.ts";
import { html } from "../html.ts";
import * as JOB from "../text/job.ts";
import * as SEND from "../text/send.ts";
import { Facts } from "./facts.ts";
import { Refusal } from "./notice.ts";

type Given = Readonly<{
  check: DryRun | undefined;
  isBusy: boolean;
  error: unknown;
  /** of faults that stand beside their fields */
  count: number;
  go: string | undefined;
  onSend: () => void;
}>;

/** The two steps of sending: what a dry run found, and the button that sends exactly that. */
export function Checked({ check, isBusy, error, count, go, onSend }: Given) {
  const { say, lang } = usePage();
  return html`<section class="card">
    <div role="status">
      ${check === undefined && count === 0 && html`<p class="lead">${say(SEND.checkLead)}</p>`}
      ${count > 0 && html`<p class="notice bad">${count === 1 ? say(SEND.fault) : say(SEND.faults, count)}</p>`}
      ${
        check &&
        html`<h2>${say(SEND.result)}</h2>
        <${Facts} class="grid" facts=${[
          [say(JOB.jobReceivers), html`<b>${toCount(check.Receivers, lang)}</b>`],
          [say(JOB.jobDuplicates), toCount(check.DuplicatesDropped, lang)],
          [say(SEND.excluded), check.Excluded !== undefined && toCount(check.Excluded, lang)],
          [say(JOB.jobBatches), toCount(check.Batches, lang)],
          [say(SEND.resultTakes), toDuration(check.EstimatedSeconds, lang)],
        ]} />`
      }
    </div>
    ${error !== undefined && html`<${Refusal} error=${error} />`}
    <div class="buttons">
      <button class=${check ? "" : "primary"} disabled=${isBusy}>${say(isBusy ? SEND.checking : SEND.check)}</button>
      ${check && html`<button type="button" class="primary" disabled=${isBusy} onClick=${onSend}>${go}</button>`}
    </div>
  </section>`;
}
