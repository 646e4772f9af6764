import { describe, expect, it } from "vitest";
import { cloudEvent, eventBridge, s3, s3Record, sns } from "../support/envelopes.ts";
import { expectEverybodyAnswered } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { aBody, KEY, OBJECT, startTaking as start } from "./taking.ts";
import { listOf } from "./world.ts";

const GO = { kind: "delete" };

describe("an event", () => {
  it.each([
    { what: "a plain body", body: aBody() },
    { what: "of EventBridge", body: eventBridge(aBody()) },
    { what: "a CloudEvent", body: cloudEvent(aBody()) },
    { what: "of SNS", body: sns(aBody()) },
    { what: "of S3", body: OBJECT },
  ])("$what becomes one job of its client, however often it comes", async ({ body }) => {
    const { world, take, takeOf, letters, events } = start();
    expect(await take(body)).toEqual(GO);
    expect(await take(body)).toEqual(GO);
    await runUntilRest(world);
    expect(await takeOf()(body)).toEqual(GO);
    const [job, ...more] = world.table.jobs.values();
    if (job) await expectEverybodyAnswered(world, job, listOf(2));
    expect({ more, letters }).toEqual({ more: [], letters: [] });
    expect(job?.clientId).toBe("client");
    expect(events.map((event) => "replayed" in event && event.replayed)).toEqual([false, true, true]);
  });

  it("of its own makes a job of its own, also with the same body", async () => {
    const { world, take } = start();
    await take(aBody(), "sqs-1");
    await take(aBody(), "sqs-2");
    await take(eventBridge(aBody()), "sqs-3");
    await take(eventBridge(aBody(), { id: "another" }), "sqs-4");
    await take(eventBridge(aBody(), { id: "another" }), "sqs-5"); // delivered twice under two ids of the queue
    expect(world.table.jobs.size).toBe(4);
  });

  it("of S3 is another upload if the version or the sequencer is", async () => {
    const { world, take } = start();
    for (const object of [{}, { sequencer: "B" }, { versionId: "v1" }, {}])
      await take(s3(s3Record({ object: { key: KEY, ...object } })));
    expect(world.table.jobs.size).toBe(3);
  });

  it("of an object that was overwritten or deleted since is dropped, and said so", async () => {
    const { world, take, objects, letters, events } = start();
    objects.set(KEY, { eTag: "newer", text: aBody() });
    expect(await take(OBJECT)).toEqual(GO);
    objects.clear();
    expect(await take(OBJECT, "sqs-2")).toEqual(GO);
    expect(events).toEqual(Array(2).fill({ event: "request-object-gone", key: KEY }));
    expect({ jobs: world.table.jobs.size, letters }).toEqual({ jobs: 0, letters: [] });
  });

  it("that says that S3 can send is done with", async () => {
    const { take, letters, events } = start();
    expect(await take('{"Event":"s3:TestEvent"}')).toEqual(GO);
    expect({ letters, events }).toEqual({ letters: [], events: [] });
  });

  it("with a list makes a job of each", async () => {
    const { world, take } = start();
    await take(`[${aBody()},${aBody()},${cloudEvent(aBody())}]`);
    expect(world.table.jobs.size).toBe(3);
  });
});

describe("a bad event is told, buried, and done with", () => {
  const PAST = aBody({ Options: { ExpiresAt: "2020-01-31T08:00:00Z" } });
  const bigObject = s3(s3Record({ object: { key: "jobs/cron/a.json" } }));
  it.each([
    { what: "no JSON", body: "hello", door: "sqs", reason: "the event has faults", pointers: [""] },
    {
      what: "all faults",
      body: eventBridge("{}"),
      door: "eventbridge",
      reason: "the event has faults",
      pointers: ["/detail/AppId", "/detail/Sender", "/detail/Receiver", "/detail/MsgType", "/detail/Content"],
    },
    {
      what: "times that have passed",
      body: sns(PAST),
      door: "sns",
      reason: "the request has faults",
      pointers: ["/Message/Options/ExpiresAt"],
    },
    {
      what: "a closed door",
      client: "",
      body: aBody(),
      door: "sqs",
      reason: "this door is closed: REQUESTS_CLIENT names no client",
      pointers: [""],
    },
    {
      what: "a client that is not there",
      client: "gone",
      body: eventBridge(aBody()),
      door: "eventbridge",
      reason: "there is no client gone",
      pointers: ["/detail"],
    },
    {
      what: "a client that may not send",
      client: "reader",
      body: aBody(),
      door: "sqs",
      reason: "this needs the scope send",
      pointers: [""],
    },
    {
      what: "an AppId, a Sender, a list that its client may not use",
      client: "cron",
      body: cloudEvent(aBody({ AppId: 9, Sender: "6", Receiver: [1, 2, 3, 4] })),
      door: "cloudevents",
      reason: "the client may not send this",
      pointers: ["/data/AppId", "/data/Sender", "/data/Receiver"],
    },
    {
      what: "an object of a client that is not there",
      body: s3(s3Record({ object: { key: "jobs/gone/a.json" } })),
      door: "s3",
      reason: "jobs/gone/a.json: there is no client gone",
      pointers: [""],
    },
    {
      what: "an object that its client may not send",
      text: aBody({ AppId: 9 }),
      body: bigObject,
      door: "s3",
      reason: "jobs/cron/a.json: the client may not send this",
      pointers: ["/AppId"],
    },
    {
      what: "an object that is no JSON",
      text: "{",
      body: OBJECT,
      door: "s3",
      reason: expect.stringMatching(/^jobs\/client\/a.json: the body is not JSON/),
      pointers: [""],
    },
    {
      what: "an object with faults",
      text: "{}",
      body: OBJECT,
      door: "s3",
      reason: `${KEY}: the request has faults`,
      pointers: ["/AppId", "/Sender", "/Receiver", "/MsgType", "/Content"],
    },
  ])("$what", async ({ body, client, text, door, reason, pointers }) => {
    const { world, take, objects, letters, rejections, events } = start({
      client,
      ...(text !== undefined && { text }),
    });
    objects.set("jobs/cron/a.json", { eTag: "d41d8cd9", text: text ?? aBody() });
    expect(await take(body)).toEqual(GO);
    const faults = pointers.map((pointer) => ({ pointer, detail: expect.any(String) }));
    const bad = { door, reason, faults, total: pointers.length };
    expect(letters).toEqual([{ body, messageId: "sqs-1", ...bad }]);
    const data = { Status: "rejected", Door: door, IdempotencyKey: "sqs-1", Total: pointers.length };
    const Errors = pointers.map((Pointer) => ({ Pointer, Detail: expect.any(String) }));
    expect(rejections).toMatchObject([{ type: "JobRejected", source: "/volley/test", data: { ...data, Errors } }]);
    expect(events).toEqual([{ event: "request-rejected", door, messageId: "sqs-1", total: pointers.length }]);
    expect({ jobs: world.table.jobs.size, messages: world.table.messages.size, lists: world.objects.size }).toEqual({
      jobs: 0,
      messages: 0,
      lists: 0,
    });
  });

  it("the id of another event with another request", async () => {
    const { world, take, letters } = start();
    await take(eventBridge(aBody()));
    await take(eventBridge(aBody({ Content: "other" })), "sqs-2");
    expect(letters).toMatchObject([
      { messageId: "sqs-2", reason: "this Idempotency-Key was used for another request" },
    ]);
    expect(world.table.jobs.size).toBe(1);
  });

  it("one of several, by what it says or by whom it is for: no job is made of any", async () => {
    const { world, take, letters } = start({ client: "cron" });
    await take(`[${aBody()},{}]`);
    await take(`[${aBody()},${aBody({ AppId: 9 })},${aBody({ Sender: "6" })}]`, "sqs-2");
    expect(letters.map(({ total, faults }) => ({ total, first: faults[0]?.pointer }))).toEqual([
      { total: 5, first: "/1/AppId" },
      { total: 2, first: "/1/AppId" },
    ]);
    expect(world.table.jobs.size).toBe(0);
  });
});
