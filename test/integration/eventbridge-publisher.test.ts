import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { afterEach, describe, expect, it } from "vitest";
import { eventBridgePublisher } from "../../lib/adapters/eventbridge-publisher.ts";
import { aPublishedEvent, eventPublisherContract } from "../contracts/event-publisher.ts";
import { NOW } from "../support/a-job.ts";
import { type BusAnswer, type BusEntry, fakeEventBus } from "../support/fake-event-bus.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const CLIENT = { region: "ap-southeast-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
const DEADLINES = { connectionTimeout: 200, requestTimeout: 200, throwOnRequestTimeout: true };

async function started(answer?: (entry: BusEntry, call: number) => BusAnswer) {
  const bus = await fakeEventBus(answer);
  const client = new EventBridgeClient({ ...CLIENT, endpoint: bus.url, maxAttempts: 1, requestHandler: DEADLINES });
  stops.push(async () => client.destroy(), bus.stop);
  let waited = 0;
  const sleep = async (ms: number): Promise<void> => {
    waited += ms;
  };
  const patience = { now: () => waited, sleep, random: () => 1 };
  return { ...bus, publisher: eventBridgePublisher({ client, bus: "volley-test", patience }) };
}

eventPublisherContract("EventBridge", async () => {
  const { publisher, taken } = await started();
  return { publisher, taken: () => taken.map(({ Detail }) => JSON.parse(Detail)) };
});

const events = (count: number) => Array.from({ length: count }, (_, n) => aPublishedEvent(n));
const idsIn = (entries: readonly BusEntry[]): string[] => entries.map(({ Detail }) => JSON.parse(Detail).id);

describe("eventBridgePublisher", () => {
  it("names bus, source, type and time for rules; the detail is the whole event", async () => {
    const { publisher, taken } = await started();
    await publisher.publish([aPublishedEvent(500)]);
    expect(taken).toEqual([
      {
        EventBusName: "volley-test",
        Source: "volley",
        DetailType: "JobPaused",
        Time: (NOW + 500) / 1000,
        Detail: JSON.stringify(aPublishedEvent(500)),
      },
    ]);
  });

  it("puts ten in a call at most", async () => {
    const { publisher, calls } = await started();
    await publisher.publish(events(25));
    expect(calls.map((call) => call.length)).toEqual([10, 10, 5]);
  });

  it("asks again for those that were not taken, and only those", async () => {
    const { publisher, calls, taken } = await started(({ Time, Detail }, call) =>
      call < 2 && JSON.parse(Detail).id.startsWith("run.1") && Time > 0 ? "refuse" : "take",
    );
    await publisher.publish(events(3));
    expect(calls.map(idsIn)).toEqual([
      ["run.0.JobPaused", "run.1.JobPaused", "run.2.JobPaused"],
      ["run.1.JobPaused"],
      ["run.1.JobPaused"],
    ]);
    expect(taken).toHaveLength(3);
  });

  it.each<{ when: string; answer: BusAnswer; says: string }>([
    { when: "an event is refused to the end", answer: "refuse", says: "1 of 1 events were left undone" },
    { when: "the call fails", answer: "fail", says: "AccessDenied" },
    { when: "the bus is silent", answer: "silent", says: "Timeout" },
  ])("fails when $when", async ({ answer, says }) => {
    const { publisher } = await started(() => answer);
    const failure = await publisher.publish(events(1)).catch((error: Error) => error);
    expect(String(failure)).toContain(says);
  });
});
