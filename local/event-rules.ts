import { compilePattern } from "./event-pattern.ts";
import { LocalError } from "./local-error.ts";
import { declaredOf, type Made, type Resources, resolveIn } from "./template.ts";

/** A rule of serverless.yml: events of a bus that match go to these queues. */
export type EventRule = Readonly<{ bus: string; matches: (event: unknown) => boolean; queueUrls: readonly string[] }>;

/** Names of the buses that serverless.yml declares, by logical id. */
export function busesOf(resources: Resources): Map<string, Made> {
  const buses = declaredOf(resources, "AWS::Events::EventBus");
  return new Map(
    buses.map(([id, { Name }]) => [
      id,
      { ref: String(Name), arn: `arn:aws:events:local:000000000000:event-bus/${Name}` },
    ]),
  );
}

/**
 * The rules that serverless.yml declares. The schedules among them are run by serverless-offline.
 *
 * @throws {LocalError} for a pattern or a target that the local stack does not know
 */
export function rulesOf(resources: Resources, made: ReadonlyMap<string, Made>): EventRule[] {
  return declaredOf(resources, "AWS::Events::Rule").flatMap(([id, { EventPattern, EventBusName, Targets, State }]) => {
    if (EventPattern === undefined || State === "DISABLED") return [];
    const targets = Array.isArray(Targets) ? (Targets as readonly Readonly<Record<string, unknown>>[]) : [];
    return {
      bus: String(resolveIn(EventBusName ?? "default", made)),
      matches: compilePattern(resolveIn(EventPattern, made)),
      queueUrls: targets.map((target) => queueOf(id, target, made)),
    };
  });
}

function queueOf(rule: string, target: Readonly<Record<string, unknown>>, made: ReadonlyMap<string, Made>): string {
  for (const field of ["Input", "InputPath", "InputTransformer", "SqsParameters"]) {
    if (field in target)
      throw new LocalError(`serverless.yml: the local stack knows no ${field} of a target of ${rule}`);
  }
  const arn = String(resolveIn(target["Arn"], made));
  const queue = [...made.values()].find((one) => one.arn === arn && one.ref.startsWith("http"));
  if (queue === undefined) throw new LocalError(`serverless.yml: a target of the rule ${rule} is not a queue`);
  return queue.ref;
}
