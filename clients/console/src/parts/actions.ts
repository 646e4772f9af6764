import { useState } from "preact/hooks";
import type { Job } from "../../../sdk/src/types.ts";
import { usePage } from "../context.ts";
import { toCount } from "../format.ts";
import { html } from "../html.ts";
import { type Action, actionsOf } from "../jobs.ts";
import { toHash } from "../route.ts";
import * as JOB from "../text/job.ts";
import { Dialog } from "./dialog.ts";

/** What can be done with a job now; each asks before. */
export function Actions({ job, onDone }: Readonly<{ job: Job; onDone: () => void }>) {
  const { api, say, lang, tell } = usePage();
  const [asked, setAsked] = useState<Action>();
  const [withUnknown, setWithUnknown] = useState(false);
  const { Pending, Failed, Unknown } = job.Tally;

  async function act(action: Action): Promise<void> {
    if (action === "retry") {
      const { JobId } = await api.retry(job.JobId, withUnknown);
      tell(say(JOB.DID.retry));
      location.hash = toHash({ name: "job", id: JobId });
      return;
    }
    await api.steer(job.JobId, action);
    tell(say(JOB.DID[action]));
    onDone();
  }

  const affected = asked === "retry" ? Failed : Pending;
  return html`<div class="buttons actions">
    ${actionsOf(job).map(
      (
        action,
      ) => html`<button type="button" key=${action} class=${action === "cancel" ? "danger-quiet" : action === "resume" ? "primary" : ""}
        onClick=${() => setAsked(action)}>${say(JOB.ACTION[action])}</button>`,
    )}
    ${
      asked !== undefined &&
      html`<${Dialog} title=${say(JOB.ASK[asked])} confirm=${say(JOB.ACTION[asked])} isDanger=${asked === "cancel"}
        onConfirm=${() => act(asked)} onClose=${() => setAsked(undefined)}>
        <p>${say(JOB.ASK_BODY[asked], toCount(affected, lang))}</p>
        ${
          asked === "retry" &&
          Unknown > 0 &&
          html`<label class="check"><input type="checkbox" checked=${withUnknown}
            onChange=${(event: Event) => setWithUnknown((event.currentTarget as HTMLInputElement).checked)} />
            ${say(JOB.askRetryUnknown, toCount(Unknown, lang))}</label>`
        }
      </${Dialog}>`
    }
  </div>`;
}
