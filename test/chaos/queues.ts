import type { Task } from "../../lib/domain/task.ts";
import type { Nudge } from "../../lib/ports/nudges.ts";
import type { Agenda } from "./agenda.ts";
import type { Chance } from "./chance.ts";
import type { FaultPlan } from "./fault-plan.ts";
import { makeModelQueue } from "./model-queue.ts";
import { FUNCTIONS, MAX_RECEIVES } from "./settings.ts";

/** The four queues of one schedule. */
export function makeQueues(parts: Readonly<{ agenda: Agenda; plan: FaultPlan; chance: Chance }>) {
  const settings = (name: "express" | "bulk" | "dispatch" | "imports") => ({
    visibilityMs: FUNCTIONS[name].visibilityMs,
    maxReceives: MAX_RECEIVES,
  });
  const queues = {
    express: makeModelQueue<Task>(parts, settings("express")),
    bulk: makeModelQueue<Task>(parts, settings("bulk")),
    dispatch: makeModelQueue<Nudge>(parts, settings("dispatch")),
    imports: makeModelQueue<string>(parts, settings("imports")),
  };
  return queues;
}

/** Dead letters do not count: nobody looks at them. */
export const areEmpty = (queues: Queues): boolean => Object.values(queues).every((queue) => queue.isEmpty());

export type Queues = ReturnType<typeof makeQueues>;
