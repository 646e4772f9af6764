import type { Job } from "../../lib/domain/job.ts";
import { eventId } from "../../lib/domain/job-event.ts";
import { eventsOf } from "../../lib/domain/job-events.ts";
import type { PublishedEvent } from "../../lib/domain/published-event.ts";
import { type RunOptions, runUntilRest } from "./run-until-rest.ts";
import type { World } from "./world.ts";

/** Run to the end, with a publisher. */
export const runAndPublish = (world: World, options: RunOptions = {}): Promise<void> =>
  runUntilRest(world, { publisher: () => world.volley, ...options });

/** What the bus has of a job, each event once: its type and what it says. */
export function eventsOn(
  world: World,
  job: Pick<Job, "id">,
): { type: string; atMs: number; data: PublishedEvent["data"] }[] {
  const byId = new Map(world.bus.filter(({ subject }) => subject === job.id).map((event) => [event.id, event]));
  return [...byId.values()].map(({ type, time, data }) => ({ type, atMs: Date.parse(time), data }));
}

export const typesOn = (world: World, job: Pick<Job, "id">): string[] => eventsOn(world, job).map(({ type }) => type);

/** The types that were POSTed, once for each try. */
export const postsOf = ({ called }: World): string[] => called.posts.map(({ event }) => event.type);

/** Watch the table: every event of every write that was made, by its id. */
export function watchWrites({ ports }: World): ReadonlySet<string> {
  const ids = new Set<string>();
  const { create, write } = ports.jobs;
  const add = (before: Job | undefined, after: Job): void => {
    for (const event of eventsOf(before, after)) ids.add(eventId(after.run, event));
  };
  ports.jobs.create = async (job, nowMs) => {
    const standing = await create(job, nowMs);
    if (!standing) add(undefined, job);
    return standing;
  };
  ports.jobs.write = async (job, change) => {
    const written = await write(job, change);
    if (written) add(job, written);
    return written;
  };
  return ids;
}
