import type { DryRun } from "../../../sdk/src/types.ts";
import { usePage } from "../context.ts";
import { toCount, toDuration } from "../format.ts";
import { html } from "../html.ts";
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
  return html`<section class="card check-card">
    <div role="status">
      ${check === undefined && count === 0 && html`<p class="lead">${say("send.check.lead")}</p>`}
      ${count > 0 && html`<p class="notice bad">${count === 1 ? say("send.fault") : say("send.faults", count)}</p>`}
      ${
        check &&
        html`<h2>${say("send.result")}</h2>
        <${Facts} class="grid" facts=${[
          [say("job.receivers"), html`<b>${toCount(check.Receivers, lang)}</b>`],
          [say("job.duplicates"), toCount(check.DuplicatesDropped, lang)],
          [say("job.batches"), toCount(check.Batches, lang)],
          [say("send.result.takes"), toDuration(check.EstimatedSeconds, lang)],
        ]} />`
      }
    </div>
    ${error !== undefined && html`<${Refusal} error=${error} />`}
    <div class="buttons">
      <button class=${check ? "" : "primary"} disabled=${isBusy}>${say(isBusy ? "send.checking" : "send.check")}</button>
      ${check && html`<button type="button" class="primary" disabled=${isBusy} onClick=${onSend}>${go}</button>`}
    </div>
  </section>`;
}
