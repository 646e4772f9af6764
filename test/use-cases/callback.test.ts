import { describe, expect, it } from "vitest";
import { MOST_ATTEMPTS } from "../../lib/domain/callback-schedule.ts";
import type { CallbackAnswer } from "../../lib/ports/callback-sender.ts";
import { postsOf, runAndPublish, typesOn } from "./told.ts";
import { accepted, aRequest, CALLER, jobNow, makeWorld, type World } from "./world.ts";

const URL = "https://example.com/volley?key=secret";
const HOUR_MS = 3_600_000;

/** A job with a callback, run to its end; the callback answers in turn, then takes everything. */
async function told(...answers: (number | string)[]) {
  const world = makeWorld();
  const left = [...answers];
  world.called.host.answer = () => toAnswer(left.shift() ?? 200);
  const job = await accepted(world, 7, { options: { callbackUrl: URL } });
  await runAndPublish(world);
  return { world, job };
}

const toAnswer = (answer: number | string): CallbackAnswer =>
  typeof answer === "number" ? { kind: "answered", status: answer } : { kind: "broken", code: answer };

/** When each POST came, in s after the first. */
const secondsOf = ({ called: { posts } }: World): number[] =>
  posts.map(({ atMs }) => Math.round((atMs - (posts[0]?.atMs ?? 0)) / 1000));

describe("a callback", () => {
  it("gets each event once, in order, as the bus has it, with the secrets and hosts of its client", async () => {
    const { world, job } = await told();
    expect(postsOf(world)).toEqual(["JobStarted", "JobCompleted"]);
    for (const [i, { url, message, atMs }] of world.called.posts.entries()) {
      const event = world.bus[i];
      expect({ url, ...message }).toEqual({
        ...{ url: URL, id: event?.id, atMs, body: JSON.stringify(event) },
        ...{ secrets: ["whsec_c2VjcmV0"], hosts: ["example.com"] },
      });
    }
    expect((await jobNow(world, job)).callback).toMatchObject({ state: "delivered", attempts: 1, lastStatus: 200 });
  });

  it("that fails is tried again after 5 s, 30 s, two minutes: a later event waits, the bus does not", async () => {
    const { world, job } = await told(500, "CallTimeout", 302);
    expect(postsOf(world)).toEqual(["JobStarted", "JobStarted", "JobStarted", "JobStarted", "JobCompleted"]);
    const [, second = 0, third = 0, fourth = 0] = secondsOf(world);
    expect(second).toBeGreaterThanOrEqual(5);
    expect(second).toBeLessThanOrEqual(7);
    expect(third - second).toBeGreaterThanOrEqual(30);
    expect(third - second).toBeLessThanOrEqual(32);
    expect(fourth - third).toBeGreaterThanOrEqual(120);
    expect(fourth - third).toBeLessThanOrEqual(190); // found by the run of a minute
    expect(typesOn(world, job)).toEqual(["JobStarted", "JobCompleted"]);
    expect(world.bus).toHaveLength(2);
    expect(new Set(world.called.posts.slice(0, 4).map(({ message }) => message.id)).size).toBe(1);
  });

  it("that never answers is given up within a day for each event, and the job shows it", async () => {
    const { world, job } = await told(...Array<string>(2 * MOST_ATTEMPTS).fill("ConnectionRefused"));
    expect(postsOf(world)).toEqual([
      ...Array(MOST_ATTEMPTS).fill("JobStarted"),
      ...Array(MOST_ATTEMPTS).fill("JobCompleted"),
    ]);
    const tries = secondsOf(world);
    expect(((tries[MOST_ATTEMPTS - 1] ?? 0) * 1_000) / HOUR_MS).toBeCloseTo(22.9, 0);
    expect((await jobNow(world, job)).callback).toMatchObject({
      state: "failed",
      attempts: MOST_ATTEMPTS,
      lastError: "ConnectionRefused",
    });
    const givenUp = world.events.filter(({ event }) => event === "callback-given-up");
    expect(givenUp).toHaveLength(2);
    expect(givenUp[0]).toMatchObject({ job: expect.any(String), run: expect.any(String), traceId: expect.any(String) });
    expect(world.bus).toHaveLength(2);
  });

  it("that answers 410 gets nothing more, until somebody asks for it", async () => {
    const { world, job } = await told(410);
    expect(postsOf(world)).toEqual(["JobStarted"]);
    expect(typesOn(world, job)).toEqual(["JobStarted", "JobCompleted"]);
    expect((await jobNow(world, job)).callback).toMatchObject({ state: "ended", lastStatus: 410 });
    await world.volley.resend(CALLER, job.id);
    await runAndPublish(world);
    expect(postsOf(world)).toEqual(["JobStarted", "JobCompleted"]);
    expect(world.called.posts[1]?.message.id).toBe(world.bus[1]?.id);
    expect((await jobNow(world, job)).callback?.state).toBe("delivered");
  });

  it("of a client without a secret is not called, and tried again in case it gets one", async () => {
    const world = makeWorld();
    const { find } = world.ports.clients;
    world.ports.clients.find = async () => ({ callbackHosts: ["example.com"] });
    const job = await accepted(world, 7, { options: { callbackUrl: URL } });
    await runAndPublish(world, { untilMs: world.clock.now() + 20_000 });
    expect(world.called.posts).toEqual([]);
    expect((await jobNow(world, job)).callback).toMatchObject({ state: "waiting", lastError: "NoSecret" });
    world.ports.clients.find = find;
    await runAndPublish(world);
    expect(postsOf(world)).toEqual(["JobStarted", "JobCompleted"]);
  });
});

it("the list of clients is away: the bus has its events, once, and the callback waits", async () => {
  const world = makeWorld();
  const { find } = world.ports.clients;
  world.ports.clients.find = () => Promise.reject(new Error("the secret cannot be read"));
  const job = await accepted(world, 7, { options: { callbackUrl: URL } });
  await runAndPublish(world, { untilMs: world.clock.now() + HOUR_MS });
  expect(world.bus).toHaveLength(2);
  expect((await jobNow(world, job)).callback).toMatchObject({ state: "waiting", attempts: 0 });
  world.ports.clients.find = find;
  await runAndPublish(world);
  expect(postsOf(world)).toEqual(["JobStarted", "JobCompleted"]);
  expect(world.bus).toHaveLength(2);
});

describe("resend", () => {
  it("sends the last event again, under its id, to the callback alone", async () => {
    const { world, job } = await told();
    await world.volley.resend(CALLER, job.id);
    await runAndPublish(world);
    expect(postsOf(world)).toEqual(["JobStarted", "JobCompleted", "JobCompleted"]);
    expect(world.called.posts[2]?.message.id).toBe(world.called.posts[1]?.message.id);
    expect(world.bus).toHaveLength(2);
  });

  it("tries at once what waits for its next try", async () => {
    const world = makeWorld();
    world.called.host.answer = () => toAnswer(503);
    const job = await accepted(world, 7, { options: { callbackUrl: URL } });
    await runAndPublish(world, { untilMs: world.clock.now() + 2 * HOUR_MS });
    world.called.host.answer = () => toAnswer(200);
    const { length } = world.called.posts;
    await world.volley.resend(CALLER, job.id);
    await runAndPublish(world, { untilMs: world.clock.now() + 1_000 });
    expect(postsOf(world).slice(length)).toEqual(["JobStarted", "JobCompleted"]);
  });

  it.each([
    { when: "it has no callback", options: {}, code: "CONFLICT", says: "has no callback" },
    { when: "nothing has happened yet", options: { callbackUrl: URL }, code: "CONFLICT", says: "has no event yet" },
  ])("is refused for a job if $when", async ({ options, code, says }) => {
    const world = makeWorld();
    const job = await accepted(world, 7, { options });
    const refusal = await world.volley.resend(CALLER, job.id).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code, message: expect.stringContaining(says) });
  });

  it("is refused for another client's job, and without the scope", async () => {
    const { world, job } = await told();
    const other = { ...CALLER, clientId: "other" };
    await expect(world.volley.resend(other, job.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const reader = { ...CALLER, scopes: new Set(["read"] as const) };
    await expect(world.volley.resend(reader, job.id)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("accept", () => {
  it("refuses an address that the client may not call, with every other fault", async () => {
    const world = makeWorld();
    const asked: unknown[] = [];
    const accept = world.acceptWith((url, hosts) => {
      asked.push({ url, hosts });
      return ["must name a host that this client may call", "must have port 443 or one from 1024"];
    });
    const request = aRequest(7, { options: { callbackUrl: URL, notBeforeMs: 1 } });
    const caller = { ...CALLER, callbackHosts: ["example.org"] };
    const refusal = await accept(request, { caller }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: "INVALID",
      faults: [
        { pointer: "/Options/NotBefore" },
        { pointer: "/Options/CallbackUrl", detail: "must name a host that this client may call" },
        { pointer: "/Options/CallbackUrl", detail: "must have port 443 or one from 1024" },
      ],
    });
    expect(asked).toEqual([{ url: URL, hosts: ["example.org"] }]);
    expect(world.table.jobs.size).toBe(0);
  });
});

it("a retry tells of itself as its source does, and to the same callback", async () => {
  const world = makeWorld({ behave: ({ receivers }) => ({ fails: receivers.filter((id) => id === "2") }) });
  const source = await accepted(world, 7, { options: { callbackUrl: URL } });
  await runAndPublish(world);
  const { job } = await world.volley.retry(CALLER, source.id, []);
  expect(job).toMatchObject({ events: true, callback: { url: URL } });
  const silent = await accepted(world, 7, { options: { events: false } });
  await runAndPublish(world);
  const again = await world.volley.retry(CALLER, silent.id, []);
  expect(again.job).not.toHaveProperty("events");
});
