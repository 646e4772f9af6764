import { useRef, useState } from "preact/hooks";
import type { Job, JobSummary } from "../../../sdk/src/types.ts";
import { hasEnded } from "../../../sdk/src/wait.ts";
import { usePage } from "../context.ts";
import { failureOf } from "../failure.ts";
import { byField } from "../faults.ts";
import { toCount, toTime } from "../format.ts";
import { html } from "../html.ts";
import { nameOf } from "../jobs.ts";
import { Field } from "../parts/field.ts";
import { Empty, Pending, Refusal } from "../parts/notice.ts";
import { State, TallyBar } from "../parts/tally.ts";
import { FILTERS, type Filter, toHash } from "../route.ts";
import * as JOB from "../text/job.ts";
import * as PAGE from "../text/page.ts";
import * as SEND from "../text/send.ts";
import { sayWord } from "../text/text.ts";
import { usePoll } from "../use-poll.ts";

const PAGE_SIZE = 25;
/** Jobs whose counts are asked for at a time. */
const AT_ONCE = 5;

/** The caller's jobs, newest first, each with its counts. */
export function Jobs({ filter }: Readonly<{ filter: Filter }>) {
  const { api, say, lang, onUnauthorized } = usePage();
  const [limit, setLimit] = useState(PAGE_SIZE);
  const counted = useRef(new Map<string, Job>());
  const polled = usePoll(
    `jobs ${JSON.stringify(filter)} ${limit}`,
    async (signal) => {
      const found = await api.jobs(filter, limit, signal);
      await count(found.jobs, signal);
      return found;
    },
    { onUnauthorized },
  );

  /** What has ended does not change any more: it is asked for once. */
  async function count(jobs: readonly JobSummary[], signal: AbortSignal): Promise<void> {
    const open = jobs.filter(({ JobId }) => !hasEnded(counted.current.get(JobId) ?? { Status: "running" }));
    for (let i = 0; i < open.length; i += AT_ONCE) {
      const some = open.slice(i, i + AT_ONCE).map(({ JobId }) => api.job(JobId, signal));
      for (const job of await Promise.all(some)) counted.current.set(job.JobId, job);
    }
  }

  const isFiltered = Object.keys(filter).length > 0;
  const failure = polled.error === undefined ? undefined : failureOf(polled.error);
  const faults =
    failure?.kind === "refused"
      ? byField(
          failure.faults,
          FILTERS.map((one) => `?${one}`),
        )
      : undefined;
  const jobs = polled.data?.jobs;
  return html`
    <div class="head"><h1 tabindex="-1">${say(PAGE.VIEW.jobs)}</h1></div>
    <${Filters} key=${JSON.stringify(filter)} filter=${filter} faults=${faults} />
    ${failure?.kind === "refused" && failure.faults.length === 0 && html`<${Refusal} error=${polled.error} />`}
    ${jobs === undefined && failure?.kind !== "refused" && html`<${Pending} polled=${polled} />`}
    ${
      jobs?.length === 0 &&
      html`<${Empty} title=${say(isFiltered ? JOB.jobsNone : JOB.jobsEmpty)}>
        ${
          isFiltered
            ? html`<a class="button" href="#/jobs">${say(JOB.filterClear)}</a>`
            : html`<p>${say(JOB.jobsEmptyHint)}</p><a class="button primary" href="#/send">${say(SEND.title)}</a>`
        }
      </${Empty}>`
    }
    ${
      jobs !== undefined &&
      jobs.length > 0 &&
      html`<div class="card table"><table>
        <caption class="hidden">${say(JOB.jobsShown, toCount(jobs.length, lang))}</caption>
        <thead><tr>
          <th scope="col">${say(JOB.jobColumn)}</th>
          <th scope="col">${say(JOB.jobState)}</th>
          <th scope="col" class="wide">${say(JOB.jobProgress)}</th>
          <th scope="col" class="wide num">${say(JOB.jobReceivers)}</th>
          <th scope="col" class="wide time">${say(JOB.jobCreated)}</th>
        </tr></thead>
        <tbody>${jobs.map((job) => html`<${Row} key=${job.JobId} job=${job} counted=${counted.current.get(job.JobId)} />`)}</tbody>
      </table></div>`
    }
    ${
      polled.data?.hasMore &&
      html`<p class="more"><button type="button" onClick=${() => setLimit(limit + PAGE_SIZE)}>${say(JOB.jobsMore)}</button></p>`
    }
  `;
}

function Row({ job, counted }: Readonly<{ job: JobSummary; counted: Job | undefined }>) {
  const { say, lang } = usePage();
  const created = toTime(Date.parse(job.CreatedAt), Date.now(), lang);
  const lane = sayWord(say, JOB.LANE, job.Lane);
  const bar =
    counted && html`<${TallyBar} tally=${counted.Tally} of=${job.Receivers} isLive=${job.Status === "running"} />`;
  return html`<tr>
    <td>
      <a href=${toHash({ name: "job", id: job.JobId })}>${nameOf(job)}</a>
      <small>
        ${job.Label !== undefined && html`<span class="mono">${job.JobId.slice(0, 8)}…</span>`}
        <a href=${toHash({ name: "jobs", filter: { AppId: String(job.AppId) } })}>${job.AppId}</a>
        <span>${lane}</span>
        <span class="narrow">${toCount(job.Receivers, lang)}</span><span class="narrow">${created}</span>
        ${Object.entries(job.Tags ?? {}).map(
          ([key, value]) =>
            html`<a class="tag" href=${toHash({ name: "jobs", filter: { Tag: `${key}:${value}` } })}>${key}:${value}</a>`,
        )}
      </small>
      <div class="narrow">${bar}</div>
    </td>
    <td><${State} state=${job.Status} /></td>
    <td class="wide progress">${bar}</td>
    <td class="wide num">${toCount(job.Receivers, lang)}</td>
    <td class="wide time">${created}</td>
  </tr>`;
}

function Filters({ filter, faults }: Readonly<{ filter: Filter; faults: ReturnType<typeof byField> | undefined }>) {
  const { say } = usePage();
  function apply(event: Event): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const given = FILTERS.map((one) => [one, String(form.get(`?${one}`) ?? "").trim()] as const);
    location.hash = toHash({ name: "jobs", filter: Object.fromEntries(given.filter(([, text]) => text !== "")) });
  }
  const text = (name: (typeof FILTERS)[number], hint?: string, mode = "text") => html`<${Field}
    name=${`?${name}`} label=${say(JOB.FILTER[name])} faults=${faults}>
    <input value=${filter[name] ?? ""} placeholder=${hint} inputmode=${mode} spellcheck="false" autocomplete="off" />
  </${Field}>`;
  return html`<form class="filters" role="search" aria-label=${say(JOB.filterTitle)} onSubmit=${apply}>
    <${Field} name="?Status" label=${say(JOB.FILTER.Status)} faults=${faults}>
      <select onChange=${(event: Event) => (event.currentTarget as HTMLSelectElement).form?.requestSubmit()}>
        <option value="">${say(JOB.filterAny)}</option>
        ${Object.entries(PAGE.STATE).map(
          ([state, text]) => html`<option value=${state} selected=${filter.Status === state}>${say(text)}</option>`,
        )}
      </select>
    </${Field}>
    ${text("Label")} ${text("Tag", say(JOB.filterTagHint))} ${text("AppId", undefined, "numeric")} ${text("ClientId")}
    <div class="buttons">
      <button>${say(JOB.filterApply)}</button>
      ${Object.keys(filter).length > 0 && html`<a class="button" href="#/jobs">${say(JOB.filterClear)}</a>`}
    </div>
  </form>`;
}
