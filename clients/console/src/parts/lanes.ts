import { usePage } from "../context.ts";
import { toCount, toTime } from "../format.ts";
import { html } from "../html.ts";
import { LANES, type QuotaAnswer } from "../quota.ts";
import { sayWord } from "../text/text.ts";

/** What waits in either lane, and when it will be through. */
export function Lanes({ quota }: Readonly<{ quota: QuotaAnswer }>) {
  const { say, lang } = usePage();
  if (quota.Waiting === undefined) return null;
  return html`<section class="card">
    <h2>${say("quota.lanes")}</h2>
    <table class="lanes">
      <thead><tr><th scope="col">${say("quota.lane")}</th><th scope="col" class="num">${say("jobs")}</th>
        <th scope="col" class="num">${say("job.receivers")}</th><th scope="col" class="num">${say("job.finish")}</th></tr></thead>
      <tbody>${LANES.map((lane) => {
        const { Jobs = 0, Receivers = 0, AndMore, EndsAt } = quota.Waiting?.[lane] ?? {};
        return html`<tr key=${lane}><th scope="row">${sayWord(say, "job.lane", lane.toLowerCase())}</th>
          <td class="num">${toCount(Jobs, lang)}${AndMore && "+"}</td>
          <td class="num">${toCount(Receivers, lang)}${AndMore && "+"}</td>
          <td class="num">${EndsAt === undefined ? "–" : toTime(Date.parse(EndsAt), Date.now(), lang)}</td></tr>`;
      })}</tbody>
    </table>
  </section>`;
}
