import { useEffect, useState } from "preact/hooks";
import type { Job, Outcome, OutcomeQuery } from "../../../sdk/src/types.ts";
import { usePage } from "../context.ts";
import { toCount } from "../format.ts";
import { html } from "../html.ts";
import { countCodes } from "../jobs.ts";
import * as JOB from "../text/job.ts";
import * as PAGE from "../text/page.ts";
import { sayWord } from "../text/text.ts";
import { Refusal } from "./notice.ts";
import { OutcomeMark } from "./tally.ts";

/** So many outcomes are read to count their codes; a job may have millions of them. */
const COUNTED = 20_000;
const STATUSES = ["failed", "unknown", "canceled"] as const;

/** Why receivers did not get the message, and each list as a file. */
export function Codes({ job }: Readonly<{ job: Job }>) {
  const { api, say, lang, tell } = usePage();
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);
  const [error, setError] = useState<unknown>();
  const { Failed, Unknown, Canceled } = job.Tally;

  useEffect(() => {
    const asking = new AbortController();
    countAll(asking.signal).then(setOutcomes, (failed) => asking.signal.aborted || setError(failed));
    return () => asking.abort();
  }, [job.JobId, Failed, Unknown, Canceled]);

  async function countAll(signal: AbortSignal): Promise<Outcome[]> {
    const found: Outcome[] = [];
    for (const Status of STATUSES) {
      if (job.Tally[title(Status)] === 0 || found.length >= COUNTED) continue;
      found.push(...(await api.outcomes(job.JobId, Status, COUNTED - found.length, signal)));
    }
    return found;
  }

  async function download(name: string, query: OutcomeQuery): Promise<void> {
    tell(say(JOB.codesWriting, name));
    setError(undefined);
    try {
      save(name, await api.csv(job.JobId, query));
      tell(say(JOB.codesWrote, name));
    } catch (failed) {
      setError(failed);
    }
  }

  const rows = countCodes(outcomes);
  return html`<section class="card">
    <div class="card-head"><h2>${say(JOB.codesTitle)}</h2>
      <button type="button" class="small" onClick=${() => download(`${job.JobId}.csv`, {})}>${say(JOB.codesAll)}</button></div>
    ${error !== undefined && html`<${Refusal} error=${error} />`}
    ${rows.length === 0 && html`<p class="none">${say(JOB.codesNone)}</p>`}
    ${
      rows.length > 0 &&
      html`<table>
        <thead><tr><th scope="col">${say(JOB.codesCode)}</th><th scope="col">${say(JOB.codesOutcome)}</th>
          <th scope="col" class="num">${say(JOB.codesCount)}</th><th scope="col"><span class="hidden">${say(JOB.codesCsv)}</span></th></tr></thead>
        <tbody>${rows.map(
          ({ status, code, count }) => html`<tr key=${`${status} ${code}`}>
            <td><code>${code}</code></td>
            <td><${OutcomeMark} status=${status} /></td>
            <td class="num">${toCount(count, lang)}</td>
            <td class="num"><button type="button" class="small" aria-label=${say(JOB.codesCsvOf, sayWord(say, PAGE.TALLY, title(status)), code)}
              onClick=${() => download(`${job.JobId}-${status}-${code}.csv`, { Status: status as Outcome["Status"], Code: code })}>${say(JOB.codesCsv)}</button></td>
          </tr>`,
        )}</tbody>
      </table>`
    }
    ${outcomes.length >= COUNTED && html`<p class="hint">${say(JOB.codesFirst, toCount(COUNTED, lang))}</p>`}
  </section>`;
}

const title = (status: string) => `${status[0]?.toUpperCase()}${status.slice(1)}` as "Failed" | "Unknown" | "Canceled";

function save(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
