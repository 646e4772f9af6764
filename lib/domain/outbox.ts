import type { Callback } from "./callback.ts";
import { retryDelayMs } from "./callback-schedule.ts";
import { Conflict } from "./errors.ts";
import type { Job, JobChange } from "./job.ts";
import { eventId, type JobEvent } from "./job-event.ts";

/** What came of one POST of a callback. */
type Answer = Readonly<{ kind: "answered"; status: number }> | Readonly<{ kind: "broken"; code: string }>;

/** What the publisher has to do for a job at this moment, each in the order in which it happened. */
export type Unsent = Readonly<{ publish: readonly JobEvent[]; post: readonly JobEvent[] }>;

/** What the publisher did: by the ids of events. */
export type Sent = Readonly<{
  /** The bus took these. */
  published: ReadonlySet<string>;
  /** The bus did not take these: it is asked again later. */
  refused: ReadonlySet<string>;
  /** The callback's answers, in the order of the events. */
  answers: ReadonlyMap<string, Answer>;
  /** It could not be found out how to call the callback. That is no try of it. */
  notAsked?: boolean;
}>;

/** What the bus did not take, or could not be asked, is looked at again after this. */
export const AWAY_MS = 60_000;

const GONE = 410;

/** @param nowMs a callback that waits for its next try is not due before its time */
export function unsent({ outbox = [], callback }: Job, nowMs: number): Unsent {
  const isDue = callback !== undefined && callback.state !== "ended" && nowMs >= (callback.nextAtMs ?? 0);
  return {
    publish: outbox.filter(({ published }) => !published),
    post: isDue ? outbox.filter(({ posted }) => !posted) : [],
  };
}

/**
 * What the job item says once this was sent: the outbox without the events that everybody was told, the callback's state, and
 * when to look again. It is made of the job as it stands, which may have got more events meanwhile.
 *
 * @param random from 0 to 1, for the callback's next try
 * @returns `undefined`: nothing changes, nothing is written
 */
export function settle(job: Job, sent: Sent, nowMs: number, random: number): JobChange | undefined {
  const { outbox = [] } = job;
  let { callback } = job;
  const told = outbox.map((event): JobEvent => {
    const id = eventId(job.run, event);
    const answer = event.posted ? undefined : sent.answers.get(id);
    if (callback && answer) callback = afterAnswer(callback, answer, nowMs, random);
    return {
      ...event,
      ...(sent.published.has(id) && { published: true as const }),
      ...(answer && callback?.state !== "waiting" && { posted: true as const }),
    };
  });
  const isOver = ({ posted }: JobEvent): boolean => !callback || callback.state === "ended" || posted === true;
  const last = told.findLast(isOver);
  if (callback && last) callback = { ...callback, last: bare(last) };
  const rest = told.filter((event) => !(event.published && isOver(event)));
  const publishAtMs = nextLook(job.run, rest, callback, sent, nowMs);
  const change: JobChange = { outbox: rest.length > 0 ? rest : undefined, callback, publishAtMs };
  const isSame =
    JSON.stringify([change.outbox, callback]) === JSON.stringify([job.outbox, job.callback]) &&
    (publishAtMs === job.publishAtMs || sent.refused.size > 0 || sent.notAsked === true);
  return isSame ? undefined : change;
}

/** One try more: 2xx delivers, 410 ends it, everything else is tried again while its schedule lasts. */
function afterAnswer(callback: Callback, answer: Answer, nowMs: number, random: number): Callback {
  const { url, last } = callback;
  const again = callback.state === "waiting" && callback.attempts > 0;
  const attempts = again ? callback.attempts + 1 : 1;
  const facts = {
    ...{ url, attempts, sinceMs: again ? callback.sinceMs : nowMs, ...(last && { last }) },
    ...(answer.kind === "answered" ? { lastStatus: answer.status } : { lastError: answer.code }),
  };
  if (answer.kind === "answered" && answer.status >= 200 && answer.status < 300)
    return { ...facts, state: "delivered" };
  if (answer.kind === "answered" && answer.status === GONE) return { ...facts, state: "ended" };
  const delayMs = retryDelayMs(attempts, random);
  return delayMs === undefined
    ? { ...facts, state: "failed" }
    : { ...facts, state: "waiting", nextAtMs: nowMs + delayMs };
}

function nextLook(
  run: string,
  rest: readonly JobEvent[],
  callback: Callback | undefined,
  { refused, notAsked }: Sent,
  nowMs: number,
): number | undefined {
  const times = rest.flatMap((event) => {
    const bus = event.published ? [] : [refused.has(eventId(run, event)) ? nowMs + AWAY_MS : nowMs];
    const dueMs = notAsked ? nowMs + AWAY_MS : (callback?.nextAtMs ?? nowMs);
    const post = event.posted || !callback || callback.state === "ended" ? [] : [dueMs];
    return [...bus, ...post];
  });
  return times.length > 0 ? Math.min(...times) : undefined;
}

/**
 * Send the job's last event to its callback again, also after it was given up. Events that wait already go now.
 *
 * @throws {Conflict} if it has no callback, or nothing has happened to it yet
 */
export function resend({ id, callback, outbox = [] }: Job, nowMs: number): JobChange {
  if (!callback) throw new Conflict(`job ${id} has no callback`);
  const { url, last } = callback;
  const isWaiting = outbox.some(({ posted }) => !posted);
  if (!isWaiting && !last) throw new Conflict(`job ${id} has no event yet`);
  const again: readonly JobEvent[] = !isWaiting && last ? [{ ...last, published: true }] : [];
  return {
    outbox: [...outbox, ...again],
    callback: { url, state: "waiting", attempts: 0, sinceMs: nowMs, ...(last && { last }) },
    publishAtMs: nowMs,
  };
}

const bare = ({ type, version, atMs, reason }: JobEvent): JobEvent => ({
  ...{ type, version, atMs },
  ...(reason !== undefined && { reason }),
});
