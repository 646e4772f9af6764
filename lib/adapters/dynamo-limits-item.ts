import type { Job, StoredList } from "../domain/job.ts";
import { type Item, listOf, mapOf, N, numberOf, optional, S, textOf } from "./dynamo-attributes.ts";

// What a job item holds of a job's own limits: when, how fast, how many failures, whom not. An item of before has none.

type Limits = Pick<
  Job,
  "sendWindow" | "maxPerMinute" | "pacedUntilMs" | "pauseAfterFailures" | "brakeBase" | "excluded" | "except"
>;

export function toLimitAttributes(job: Limits): Item {
  const {
    sendWindow: window,
    maxPerMinute,
    pacedUntilMs,
    pauseAfterFailures: pause,
    brakeBase,
    excluded,
    except,
  } = job;
  return {
    ...(window && { window: { M: { from: S(window.from), to: S(window.to), timeZone: S(window.timeZone) } } }),
    ...(maxPerMinute !== undefined && { maxPerMinute: N(maxPerMinute) }),
    ...(pacedUntilMs !== undefined && { pacedUntilMs: N(pacedUntilMs) }),
    ...(pause && { pauseAfter: { M: { percent: N(pause.percent), of: N(pause.of) } } }),
    ...(brakeBase && { brakeBase: { M: { failed: N(brakeBase.failed), counted: N(brakeBase.counted) } } }),
    ...(excluded !== undefined && { excluded: N(excluded) }),
    ...(except && { except: { L: except.map(toListMap) } }),
  };
}

/** @throws {TypeError} naming the attribute that is not as {@link toLimitAttributes} writes it */
export function fromLimitAttributes(item: Item): Limits {
  const window = optional(item, "window", mapOf);
  const maxPerMinute = optional(item, "maxPerMinute", numberOf);
  const pacedUntilMs = optional(item, "pacedUntilMs", numberOf);
  const pause = optional(item, "pauseAfter", mapOf);
  const base = optional(item, "brakeBase", mapOf);
  const excluded = optional(item, "excluded", numberOf);
  const except = optional(item, "except", listOf);
  return {
    ...(window && {
      sendWindow: { from: textOf(window, "from"), to: textOf(window, "to"), timeZone: textOf(window, "timeZone") },
    }),
    ...(maxPerMinute !== undefined && { maxPerMinute }),
    ...(pacedUntilMs !== undefined && { pacedUntilMs }),
    ...(pause && { pauseAfterFailures: { percent: numberOf(pause, "percent"), of: numberOf(pause, "of") } }),
    ...(base && { brakeBase: { failed: numberOf(base, "failed"), counted: numberOf(base, "counted") } }),
    ...(excluded !== undefined && { excluded }),
    ...(except && { except: except.map(toStoredList) }),
  };
}

const toListMap = ({ list, receivers, batches, batchSize }: StoredList): Item[string] => ({
  M: {
    ...{ key: S(list.key), bytes: N(list.bytes), sha256: S(list.sha256) },
    ...{ receivers: N(receivers), batches: N(batches), batchSize: N(batchSize) },
  },
});

const toStoredList = (map: Item): StoredList => ({
  list: { key: textOf(map, "key"), bytes: numberOf(map, "bytes"), sha256: textOf(map, "sha256") },
  receivers: numberOf(map, "receivers"),
  batches: numberOf(map, "batches"),
  batchSize: numberOf(map, "batchSize"),
});
