import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { failurePauseS } from "../lib/adapters/sqs-return.ts";
import { NOT_SENT_PAUSE_MS } from "../lib/domain/delivery-times.ts";
import { readTemplate } from "./support/read-template.ts";

// How long something may be away before messages are given up.

const HOUR_S = 3_600;
const { resources, params } = readTemplate();
const redrive = v.looseObject({ RedrivePolicy: v.looseObject({ maxReceiveCount: v.number() }) });
const receivesOf = (queue: string): number =>
  v.parse(redrive, resources[queue]?.Properties).RedrivePolicy.maxReceiveCount;

/** From the first receive of a message that always fails until it is a dead letter. */
const secondsOf = (queue: string): number =>
  Array.from({ length: receivesOf(queue) }, (_, i) => failurePauseS(i + 1)).reduce((sum, s) => sum + s, 0);

describe("an outage fills no dead letters", () => {
  it.each([{ queue: "ExpressQueue" }, { queue: "BulkQueue" }, { queue: "RequestsQueue" }, { queue: "ExportsQueue" }])(
    "of a day: $queue",
    ({ queue }) => expect(secondsOf(queue)).toBeGreaterThan(24 * HOUR_S),
  );

  it.each([{ queue: "DispatchQueue" }, { queue: "EventsQueue" }, { queue: "ImportsQueue" }])(
    "of an hour, where others look for the work by themselves: $queue",
    ({ queue }) => expect(secondsOf(queue)).toBeGreaterThan(HOUR_S),
  );

  it.each([{ queue: "ExpressQueue" }, { queue: "BulkQueue" }])(
    "of the vendor: a task of $queue that cannot be sent is void before it is given up",
    ({ queue }) => {
      const shareAgeS = Number(
        v.parse(v.looseObject({ shareAgeSeconds: v.unknown() }), params["default"]).shareAgeSeconds,
      );
      expect((receivesOf(queue) * NOT_SENT_PAUSE_MS) / 1_000).toBeGreaterThan(shareAgeS);
    },
  );
});
