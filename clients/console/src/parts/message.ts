import { useState } from "preact/hooks";
import type { Job } from "../../../sdk/src/types.ts";
import { usePage } from "../context.ts";
import { toCount, toTime } from "../format.ts";
import { html } from "../html.ts";
import { sayWord } from "../text/text.ts";
import { Facts } from "./facts.ts";

/** What is said and how. The content is nobody's business until it is asked for. */
export function Message({ job }: Readonly<{ job: Job }>) {
  const { say, lang } = usePage();
  const [isShown, setShown] = useState(false);
  const time = (at: string | undefined) => at && toTime(Date.parse(at), Date.now(), lang);
  const { Message: message, Callback, Tags } = job;
  return html`<section class="card">
    <div class="card-head"><h2>${say("message.title")}</h2>
      ${
        message &&
        html`<button type="button" class="small" aria-expanded=${isShown} onClick=${() => setShown(!isShown)}>
          ${say(isShown ? "message.hide" : "message.show")}</button>`
      }</div>
    ${isShown && message ? html`<pre tabindex="0" aria-label=${say("message.content")}>${message.Content}</pre>` : html`<p class="none">${say("message.hidden")}</p>`}
    <${Facts} class="grid" facts=${[
      ["AppId", job.AppId],
      ["Sender", message && html`<span class="mono">${message.Sender}</span>`],
      ["MsgType", message?.MsgType],
      [say("filter.Label"), job.Label],
      [
        say("job.tags"),
        Tags && Object.entries(Tags).map(([key, value]) => html`<span class="tag">${key}:${value}</span> `),
      ],
      [say("quota.lane"), sayWord(say, "job.lane", job.Lane)],
      [say("job.delivery"), sayWord(say, "send.Delivery", job.Delivery)],
      [say("job.batches"), toCount(job.Batches, lang)],
      [say("job.duplicates"), toCount(job.DuplicatesDropped, lang)],
      [say("job.created"), time(job.CreatedAt)],
      [say("job.starts"), time(job.NotBefore)],
      [say("job.expires"), time(job.ExpiresAt)],
      [say("job.callback"), Callback && `${Callback.State}: ${Callback.Url}`],
    ]} />
  </section>`;
}
