import { useState } from "preact/hooks";
import type { Job } from "../../../sdk/src/types.ts";
import { usePage } from "../context.ts";
import { toCount, toTime } from "../format.ts";
import { html } from "../html.ts";
import * as JOB from "../text/job.ts";
import * as QUOTA from "../text/quota.ts";
import * as SEND from "../text/send.ts";
import { sayWord } from "../text/text.ts";
import { Facts } from "./facts.ts";

/** What is said and how. The content is nobody's business until it is asked for. */
export function Message({ job }: Readonly<{ job: Job }>) {
  const { say, lang } = usePage();
  const [isShown, setShown] = useState(false);
  const time = (at: string | undefined) => at && toTime(Date.parse(at), Date.now(), lang);
  const { Message: message, Callback, Tags } = job;
  return html`<section class="card">
    <div class="card-head"><h2>${say(JOB.messageTitle)}</h2>
      ${
        message &&
        html`<button type="button" class="small" aria-expanded=${isShown} onClick=${() => setShown(!isShown)}>
          ${say(isShown ? JOB.messageHide : JOB.messageShow)}</button>`
      }</div>
    ${isShown && message ? html`<pre tabindex="0" aria-label=${say(JOB.messageContent)}>${message.Content}</pre>` : html`<p class="none">${say(JOB.messageHidden)}</p>`}
    <${Facts} class="grid" facts=${[
      ["AppId", job.AppId],
      [say(SEND.FIELD.Sender), message && html`<span class="mono">${message.Sender}</span>`],
      ["MsgType", message?.MsgType],
      [say(JOB.FILTER.Label), job.Label],
      [
        say(JOB.jobTags),
        Tags && Object.entries(Tags).map(([key, value]) => html`<span class="tag">${key}:${value}</span> `),
      ],
      [say(QUOTA.lane), sayWord(say, JOB.LANE, job.Lane)],
      [say(JOB.jobDelivery), sayWord(say, SEND.DELIVERY, job.Delivery)],
      [say(JOB.jobBatches), toCount(job.Batches, lang)],
      [say(JOB.jobDuplicates), toCount(job.DuplicatesDropped, lang)],
      [say(JOB.jobCreated), time(job.CreatedAt)],
      [say(JOB.jobStarts), time(job.NotBefore)],
      [say(JOB.jobExpires), time(job.ExpiresAt)],
      [say(JOB.jobCallback), Callback && `${Callback.State}: ${Callback.Url}`],
    ]} />
  </section>`;
}
