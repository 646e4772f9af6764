import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import type { Simulator } from "../../local/rtc-simulator/server.ts";
import { BARE_ENV } from "../support/bare-env.ts";
import { bodyFor, KEYS, post, startForTest } from "./rtc-simulator-client.ts";

let running: Simulator[] = [];
const start = async (settings: Parameters<typeof startForTest>[0] = {}) => {
  const simulator = await startForTest(settings);
  running.push(simulator);
  return simulator;
};
afterEach(async () => {
  await Promise.all(running.map((simulator) => simulator.stop()));
  running = [];
});

describe("/_sim", () => {
  const ask = async (url: string, method = "GET", body?: string) => {
    const response = await fetch(url, { method, ...(body !== undefined && { body }) });
    return { status: response.status, text: await response.text() };
  };

  it("tells what came in: stats, one inbox, all inboxes", async () => {
    const { url, receivedBy } = await start();
    await post(url, bodyFor(["9007199254740993", 2]));
    await post(url, bodyFor([2]));
    const stats = JSON.parse((await ask(`${url}/_sim/stats`)).text);
    expect(stats).toEqual({
      calls: 2,
      messages: 3,
      delivered: 3,
      receivers: 2,
      doubles: 1,
      peak: 3,
      peakOffered: 3,
      quota: 12_000,
      windowMs: 60_000,
      errorsByCode: {},
    });
    const inbox = JSON.parse((await ask(`${url}/_sim/inbox/9007199254740993`)).text);
    expect(inbox).toEqual({ userId: "9007199254740993", messages: receivedBy("9007199254740993") });
    const lines = (await ask(`${url}/_sim/inbox`)).text.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      ["9007199254740993", "2"].map((userId) => ({ userId, messageIds: receivedBy(userId).map((m) => m.messageId) })),
    );
  });

  it("streams more inboxes than fit one chunk", async () => {
    const { url } = await start();
    for (let first = 1; first < 2_500; first += 500) {
      await post(url, bodyFor(Array.from({ length: 500 }, (_, i) => first + i)));
    }
    const lines = (await ask(`${url}/_sim/inbox`)).text.trim().split("\n");
    expect(new Set(lines.map((line) => JSON.parse(line).userId)).size).toBe(2_500);
  });

  it("takes fault rules, shows their hits, and refuses what it cannot read", async () => {
    const { url } = await start({ faults: [{ do: { failReceivers: [1] } }] });
    const rules = async (method: string, body?: string) =>
      JSON.parse((await ask(`${url}/_sim/faults`, method, body)).text);
    const html = { when: { receivers: ["9007199254740993"] }, do: { html: 502, delivered: false }, hits: 0 };
    const fail = { when: {}, do: { failReceivers: ["1"] }, hits: 0 };
    const sent = '[{"when":{"receivers":[9007199254740993]},"do":{"html":502}}]';
    expect(await rules("POST", sent)).toEqual([fail, html]);
    expect(await rules("PUT", sent)).toEqual([html]);
    expect((await post(url, bodyFor(["9007199254740993"]))).status).toBe(502);
    expect(await rules("GET")).toEqual([{ ...html, hits: 1 }]);
    expect(await ask(`${url}/_sim/faults`, "PUT", '[{"do":{}}]')).toEqual({
      status: 422,
      text: expect.stringContaining("0.do"),
    });
    expect(await rules("DELETE")).toEqual([]);
    await ask(`${url}/_sim/reset`, "POST");
    expect(await rules("GET")).toEqual([fail]);
  });

  it("starts afresh on reset, yet never gives an id twice", async () => {
    const { url, stats, receivedBy, reset } = await start();
    await post(url, bodyFor([1]));
    const [before] = receivedBy("1");
    expect((await ask(`${url}/_sim/reset`, "POST")).status).toBe(200);
    expect(stats()).toMatchObject({ calls: 0, messages: 0, receivers: 0, peak: 0 });
    await post(url, bodyFor([1]));
    expect(receivedBy("1")).toHaveLength(1);
    expect(receivedBy("1")[0]?.messageId).not.toBe(before?.messageId);
    reset();
    expect(stats().calls).toBe(0);
  });

  it("knows nothing else", async () => {
    const { url } = await start();
    expect((await ask(`${url}/_sim/nothing`)).status).toBe(404);
    expect((await ask(`${url}/_sim/stats`, "DELETE")).status).toBe(404);
  });
});

describe("as a process", () => {
  const MAIN = fileURLToPath(new URL("../../local/rtc-simulator/main.ts", import.meta.url));
  const KEY_SETTINGS = { VOLC_ACCESSKEY: KEYS.accessKeyId, VOLC_SECRETKEY: KEYS.secretAccessKey };
  const run = (env: Record<string, string>) => spawn(process.execPath, [MAIN], { env: { ...BARE_ENV, ...env } });

  it("says where it is, obeys its settings, and ends on SIGTERM", async () => {
    const child = run({ ...KEY_SETTINGS, QUOTA_MESSAGES: "2", SIM_FAULTS: '[{"do":{"failReceivers":[2]}}]' });
    const [line] = await once(child.stdout, "data");
    const url = /^ready (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(String(line))?.[1] ?? "";
    expect((await post(url, bodyFor([1, 2]))).text).toContain('"FailedReceiver":[2]');
    expect((await post(url, bodyFor([3]))).status).toBe(429);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it.each([
    { when: "no key", env: {}, want: "VOLC_ACCESSKEY is not set" },
    {
      when: "a wrong number",
      env: { ...KEY_SETTINGS, QUOTA_MESSAGES: "many" },
      want: "QUOTA_MESSAGES must be a whole",
    },
    { when: "a wrong rule", env: { ...KEY_SETTINGS, SIM_FAULTS: "[{}]" }, want: "0.do" },
  ])("ends with one clear line on $when", async ({ env, want }) => {
    const child = run(env);
    const [[line], [exitCode]] = await Promise.all([once(child.stderr, "data"), once(child, "exit")]);
    expect(String(line)).toMatch(new RegExp(`^[^\n]*${want}[^\n]*\n$`));
    expect(exitCode).toBe(1);
  });

  it("ends with one clear line on a port in use", async () => {
    const { url } = await start();
    const child = run({ ...KEY_SETTINGS, PORT: new URL(url).port });
    const [[line], [exitCode]] = await Promise.all([once(child.stderr, "data"), once(child, "exit")]);
    expect(String(line)).toMatch(/^[^\n]*EADDRINUSE[^\n]*\n$/);
    expect(exitCode).toBe(1);
  });
});
