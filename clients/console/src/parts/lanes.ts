import { usePage } from "../context.ts";
import { toCount, toTime } from "../format.ts";
import { html } from "../html.ts";
import { LANES, type QuotaAnswer } from "../quota.ts";
import * as JOB from "../text/job.ts";
import * as PAGE from "../text/page.ts";
import * as QUOTA from "../text/quota.ts";
import { sayWord } from "../text/text.ts";

/** What waits in either lane, and when it will be through. */
export function Lanes({ quota }: Readonly<{ quota: QuotaAnswer }>) {
  const { say, lang } = usePage();
  if (quota.Waiting === undefined) return null;
  return html`<section class="card">
    <h2>${say(QUOTA.lanes)}</h2>
    <table>
      <thead><tr><th scope="col">${say(QUOTA.lane)}</th><th scope="col" class="num">${say(PAGE.VIEW.jobs)}</th>
        <th scope="col" class="num">${say(JOB.jobReceivers)}</th><th scope="col" class="num">${say(JOB.jobFinish)}</th></tr></thead>
      <tbody>${LANES.map((lane) => {
        const { Jobs = 0, Receivers = 0, AndMore, EndsAt } = quota.Waiting?.[lane] ?? {};
        return html`<tr key=${lane}><th scope="row">${sayWord(say, JOB.LANE, lane.toLowerCase())}</th>
          <td class="num">${toCount(Jobs, lang)}${AndMore && "+"}</td>
          <td class="num">${toCount(Receivers, lang)}${AndMore && "+"}</td>
          <td class="num">${EndsAt === undefined ? "–" : toTime(Date.parse(EndsAt), Date.now(), lang)}</td></tr>`;
      })}</tbody>
    </table>
  </section>`;
}
