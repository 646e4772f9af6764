import { useEffect, useRef } from "preact/hooks";
import type { Job as JobAnswer } from "../../../sdk/src/types.ts";
import { hasEnded } from "../../../sdk/src/wait.ts";
import { usePage } from "../context.ts";
import { failureOf } from "../failure.ts";
import { toCount, toDuration, toPercent, toRate, toTime } from "../format.ts";
import { html } from "../html.ts";
import { doneOf, finishMs, nameOf } from "../jobs.ts";
import { Actions } from "../parts/actions.ts";
import { Codes } from "../parts/codes.ts";
import { Facts } from "../parts/facts.ts";
import { History } from "../parts/history.ts";
import { Message } from "../parts/message.ts";
import { Empty, Pending } from "../parts/notice.ts";
import { State, TallyBar, TallyLegend } from "../parts/tally.ts";
import { Who } from "../parts/who.ts";
import { toHash } from "../route.ts";
import * as JOB from "../text/job.ts";
import * as PAGE from "../text/page.ts";
import { sayWord } from "../text/text.ts";
import { usePoll } from "../use-poll.ts";

/** What has ended may still be corrected by a late answer, seldom. */
const ENDED_EVERY_MS = 30_000;

/** One job: how far it is, what failed, what can be done about it. */
export function Job({ id, user }: Readonly<{ id: string; user?: string | undefined }>) {
  const { api, say, onUnauthorized } = usePage();
  const polled = usePoll(`job ${id}`, (signal) => api.job(id, signal), {
    onUnauthorized,
    everyMs: (job) => (hasEnded(job) ? ENDED_EVERY_MS : 2_000),
  });
  const job = polled.data;
  useEndTold(job);

  if (job === undefined) {
    const failure = polled.error === undefined ? undefined : failureOf(polled.error);
    const isMissing = failure?.kind === "refused" && failure.status === 404;
    return html`<div class="head"><h1 tabindex="-1">${say(JOB.jobOf, id)}</h1></div>
      ${
        isMissing
          ? html`<${Empty} title=${say(JOB.jobMissing)}><p>${say(JOB.jobMissingHint)}</p><a class="button" href="#/jobs">${say(PAGE.VIEW.jobs)}</a></${Empty}>`
          : html`<${Pending} polled=${polled} />`
      }`;
  }
  return html`
    <div class="head">
      <div>
        <nav class="crumb" aria-label=${say(PAGE.VIEW.jobs)}><a href="#/jobs">${say(PAGE.VIEW.jobs)}</a> / <span class="mono">${id}</span></nav>
        <h1 tabindex="-1" class=${job.Label === undefined ? "mono" : ""}>${nameOf(job)}</h1>
      </div>
      <${State} state=${job.Status} />
      <${Actions} job=${job} onDone=${polled.refresh} />
    </div>
    ${job.Reason !== undefined && html`<p class="notice warn">${say(JOB.jobReason, job.Reason)}</p>`}
    <${Progress} job=${job} />
    <div class="columns">
      <div>
        <${Codes} job=${job} />
        <${Who} id=${id} user=${user} />
      </div>
      <div>
        <${Message} key=${id} job=${job} />
        <${Past} job=${job} />
      </div>
    </div>`;
}

/** The end of a job is said once, to whoever does not see the page. */
function useEndTold(job: JobAnswer | undefined): void {
  const { say, tell } = usePage();
  const before = useRef<JobAnswer | undefined>(undefined);
  useEffect(() => {
    const was = before.current;
    before.current = job;
    if (!job || !was || was.JobId !== job.JobId || was.Status === job.Status || !hasEnded(job)) return;
    tell(say(JOB.jobEnded, sayWord(say, PAGE.STATE, job.Status)));
  }, [job]);
}

function Progress({ job }: Readonly<{ job: JobAnswer }>) {
  const { say, lang } = usePage();
  const nowMs = Date.now();
  const finish = finishMs(job, nowMs);
  const { Tally, Receivers, Import } = job;
  return html`<section class="card progress-card" aria-label=${say(JOB.jobProgress)}>
    <div class="figures">
      <p class="big">${toPercent(doneOf(Tally), Receivers, lang)}
        <small>${toCount(doneOf(Tally), lang)} / ${toCount(Receivers, lang)}</small></p>
      <${Facts} class="row" facts=${[
        [
          say(JOB.jobRate),
          job.ReceiversPerSecond !== undefined && say(JOB.jobPerSecond, toRate(job.ReceiversPerSecond, lang)),
        ],
        [say(JOB.jobLeft), finish !== undefined && toDuration(job.EstimatedSeconds ?? 0, lang)],
        [say(JOB.jobFinish), finish !== undefined && say(JOB.jobFinishAbout, toTime(finish, nowMs, lang))],
      ]} />
    </div>
    <${TallyBar} tally=${Tally} of=${Receivers} isLive=${job.Status === "running"} />
    <${TallyLegend} tally=${Tally} of=${Receivers} />
    ${
      Import &&
      html`<p class="hint">${say(JOB.jobImport, toCount(Import.Lines, lang), toCount(Import.BadLines, lang))}
      ${" "}${Import.Report !== undefined && html`<a href=${Import.Report} rel="noreferrer">${say(JOB.jobReport)}</a>`}</p>`
    }
  </section>`;
}

function Past({ job }: Readonly<{ job: JobAnswer }>) {
  const { say } = usePage();
  const entries = job.History.map(({ Event, ...entry }) => ({ ...entry, what: sayWord(say, JOB.EVENT, Event) }));
  const source = job.RetryOf;
  return html`<section class="card">
    <h2>${say(JOB.historyTitle)}</h2>
    <${History} entries=${entries} />
    ${
      source !== undefined &&
      html`<p class="hint">${say(JOB.jobRetryOf)} <a class="mono" href=${toHash({ name: "job", id: source })}>${source}</a></p>`
    }
  </section>`;
}
