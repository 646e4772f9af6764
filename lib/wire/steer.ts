import { dynamoJobStore } from "../adapters/dynamo-job-store.ts";
import { dynamoParkedTasks } from "../adapters/dynamo-parked-tasks.ts";
import { dynamoResultReader } from "../adapters/dynamo-result-reader.ts";
import { dynamoTallies } from "../adapters/dynamo-tallies.ts";
import { sqsTaskQueue } from "../adapters/sqs-task-queue.ts";
import { type Environment, readConfig } from "../config.ts";
import { makeSteer } from "../use-cases/control-job.ts";
import { makeSweep, type SweepEvent } from "../use-cases/sweep.ts";
import { expiry, makeDynamo, makeLogger, makeSqs, now } from "./common.ts";
import { makeRing } from "./ring.ts";

/** @throws {BadConfig} at cold start */
export function wireSteer(env: Environment) {
  const { jobs, parked, queue } = wireParts(env);
  return { steer: makeSteer({ jobs, parked, queue }), log: makeLogger() };
}

/** @throws {BadConfig} at cold start */
export function wireSweep(env: Environment) {
  const log = makeLogger();
  const ring = makeRing();
  const report = ({ event, ...facts }: SweepEvent) => {
    log.warn(event, { ...facts });
    if (event === "stuck") ring("JobStuck");
  };
  return { sweep: makeSweep({ ...wireParts(env), now, report }), log };
}

function wireParts(env: Environment) {
  const config = readConfig(env);
  const store = { client: makeDynamo(), table: config.resultsTable, expiresAtS: expiry(config), now };
  const tallies = dynamoTallies(store);
  const results = dynamoResultReader({ ...store, tallies });
  return {
    results,
    tallies,
    jobs: { ...dynamoJobStore(store), job: results.job },
    parked: dynamoParkedTasks(store),
    queue: sqsTaskQueue(makeSqs(), config.queueUrls),
  };
}
