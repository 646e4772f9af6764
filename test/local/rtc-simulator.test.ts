import { Service } from "@volcengine/openapi";
import { afterEach, describe, expect, it } from "vitest";
import type { FaultRuleInput } from "../../local/rtc-simulator/fault-rules.ts";
import type { Simulator } from "../../local/rtc-simulator/server.ts";
import { bodyFor, codeOf, KEYS, post, QUERY, sign, startForTest } from "./rtc-simulator-client.ts";

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
const withFault = (...rules: FaultRuleInput[]) => start({ faults: rules });

describe("BatchSendMessage", () => {
  it("takes the vendor's own SDK", async () => {
    const simulator = await start({ sessionToken: "token" });
    const service = new Service({
      host: new URL(simulator.url).host,
      protocol: "http:",
      serviceName: "rtc",
      region: "cn-north-1",
      accessKeyId: KEYS.accessKeyId,
      secretKey: KEYS.secretAccessKey,
      sessionToken: "token",
      defaultVersion: "2020-12-01",
    });
    const send = service.createAPI("BatchSendMessage", { Version: "2020-12-01", method: "POST", contentType: "json" });
    const answer = await send({
      AppId: 1,
      Sender: 2,
      Receiver: [3, 4],
      MsgType: 10001,
      Content: "消息",
      Ext: { a: "b" },
    });
    expect(answer).toMatchObject({
      ResponseMetadata: { Action: "BatchSendMessage", Version: "2020-12-01", Service: "rtc", Region: "cn-north-1" },
      Result: { UserMessageId: { 3: expect.any(Number), 4: expect.any(Number) }, FailedReceiver: [] },
    });
    expect(simulator.receivedBy("3")).toMatchObject([{ AppId: 1, Sender: "2", Content: "消息", Ext: { a: "b" } }]);
  });

  it("takes host and content-type signed as well, and writes 19-digit ids as numbers", async () => {
    const { url, receivedBy } = await start();
    const body = bodyFor(["9223372036854775807"]);
    const headers = sign(body, Date.now(), { "content-type": "application/json", host: new URL(url).host });
    const response = await fetch(`${url}/?${QUERY}`, { method: "POST", body, headers });
    const [received] = receivedBy("9223372036854775807");
    const text = await response.text();
    expect(text).toContain(
      `"Result":{"UserMessageId":{"9223372036854775807":${received?.messageId}},"FailedReceiver":[]}`,
    );
    expect(text).toContain(`"RequestId":"${received?.requestId}"`);
  });

  it.each([
    { when: "a GET", method: "GET", target: `/?${QUERY}`, want: { status: 405, code: "MethodNotAllowed" } },
    {
      when: "another Action",
      target: "/?Action=X&Version=2020-12-01",
      want: { status: 404, code: "InvalidActionOrVersion" },
    },
    {
      when: "another Version",
      target: "/?Action=BatchSendMessage&Version=1",
      want: { status: 404, code: "InvalidActionOrVersion" },
    },
    { when: "another path", target: `//x?${QUERY}`, want: { status: 404, code: "InvalidActionOrVersion" } },
    { when: "no signature", target: `/?${QUERY}`, want: { status: 400, code: "MissingAuthenticationToken" } },
  ])("refuses $when", async ({ method = "POST", target, want }) => {
    const { url, stats } = await start();
    const response = await fetch(url + target, { method });
    expect(await codeOf(response.text().then((text) => ({ status: response.status, text })))).toEqual(want);
    expect(stats()).toMatchObject({ calls: 1, messages: 0, errorsByCode: { [want.code]: 1 } });
  });

  it("refuses another content type, a wrong parameter and a huge body", async () => {
    const { url, stats } = await start();
    const plain = await fetch(`${url}/?${QUERY}`, {
      method: "POST",
      body: bodyFor([1]),
      headers: sign(bodyFor([1]), Date.now()),
    });
    expect(await plain.json()).toMatchObject({
      ResponseMetadata: { Error: { Code: "MissingRequestInfo", CodeN: 100004 } },
    });
    expect(await codeOf(post(url, bodyFor([0])))).toEqual({ status: 400, code: "InvalidParameter.Receiver" });
    expect((await post(url, bodyFor([1], "x".repeat(2 ** 20)))).status).toBe(413);
    expect(stats()).toMatchObject({ messages: 0, peakOffered: 0 });
  });

  it("keeps the quota to the millisecond and counts what it refuses apart", async () => {
    let nowMs = Date.now();
    const { url, stats } = await start({ quota: { messages: 5, windowMs: 1_000 }, now: () => nowMs });
    const send = (...receivers: number[]) => codeOf(post(url, bodyFor(receivers), nowMs));
    const tooFast = { status: 429, code: "FlowLimitExceeded" };
    expect(await send(1, 2, 3)).toEqual({ status: 200 });
    expect(await send(4, 5, 6)).toEqual(tooFast);
    expect(await send(4, 5)).toEqual({ status: 200 });
    nowMs += 999;
    expect(await send(7)).toEqual(tooFast);
    nowMs += 1;
    expect(await send(7)).toEqual({ status: 200 });
    expect(stats()).toMatchObject({
      messages: 6,
      peak: 5,
      peakOffered: 9,
      receivers: 6,
      errorsByCode: { FlowLimitExceeded: 2 },
    });
  });

  it("gives the same answers for the same seed, clock and calls", async () => {
    const nowMs = Date.now();
    const texts = [await start({ now: () => nowMs }), await start({ now: () => nowMs })].map(async ({ url }) => {
      await post(url, bodyFor([1, 2]), nowMs);
      return (await post(url, bodyFor([3, 4]), nowMs)).text;
    });
    const [one, two] = await Promise.all(texts);
    expect(one).toBe(two);
  });
});

describe("fails on command", () => {
  const result = (text: string) => JSON.parse(text).Result;

  it("with FailedReceiver, which counts but delivers nothing", async () => {
    const { url, stats, receivedBy } = await withFault({
      when: { userSuffix: "13" },
      do: { failReceivers: "matching" },
    });
    const { text } = await post(url, bodyFor([1, 13, 113]));
    expect(result(text)).toEqual({ UserMessageId: { 1: expect.any(Number) }, FailedReceiver: [13, 113] });
    expect([stats().messages, stats().delivered, receivedBy("13")]).toEqual([3, 1, []]);
  });

  it.each([true, false])("with users in neither list (delivered: %s)", async (delivered) => {
    const { url, receivedBy } = await withFault({ do: { omit: [2], delivered } });
    const { text } = await post(url, bodyFor([1, 2]));
    expect(result(text)).toEqual({ UserMessageId: { 1: expect.any(Number) }, FailedReceiver: [] });
    expect(receivedBy("2")).toHaveLength(delivered ? 1 : 0);
  });

  it.each([
    { status: 200, delivered: false },
    { status: 504, delivered: true },
  ])("with any error at status $status (delivered: $delivered)", async ({ status, delivered }) => {
    const { url, stats } = await withFault({
      do: { error: { code: "Odd.Code", codeN: 7, status, message: "m", delivered } },
    });
    const answer = await post(url, bodyFor([1, 2]));
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toEqual({
      ResponseMetadata: expect.objectContaining({ Error: { Code: "Odd.Code", CodeN: 7, Message: "m" } }),
    });
    const count = delivered ? 2 : 0;
    expect(stats()).toMatchObject({
      messages: count,
      delivered: count,
      peakOffered: 2,
      errorsByCode: { "Odd.Code": 1 },
    });
  });

  it("with an HTML page", async () => {
    const { url, stats } = await withFault({ do: { html: 502 } });
    expect(await post(url, bodyFor([1]))).toEqual({ status: 502, text: expect.stringContaining("<html>") });
    expect(stats().delivered).toBe(0);
  });

  it("by being slow: delivered at once, answered late", async () => {
    const { url, stats } = await withFault({ do: { delayMs: 60 } });
    const startMs = performance.now();
    expect((await post(url, bodyFor([1]))).status).toBe(200);
    expect(performance.now() - startMs).toBeGreaterThan(55);
    expect(stats().delivered).toBe(1);
  });

  it.each([
    { rule: { reset: "before" } as const, delivered: 0, peakOffered: 0 },
    { rule: { reset: "after" } as const, delivered: 1, peakOffered: 1 },
  ])("with a connection reset $rule.reset the call was taken", async ({ rule, delivered, peakOffered }) => {
    const { url, stats } = await withFault({ times: 1, do: rule });
    await expect(post(url, bodyFor([1]))).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
    expect(stats()).toMatchObject({ delivered, messages: delivered, peakOffered });
    expect((await post(url, bodyFor([2]))).status).toBe(200);
  });

  it.each([true, false])("by hanging until it is stopped (delivered: %s)", async (delivered) => {
    const simulator = await startForTest({ faults: [{ do: { hang: true, delivered } }, { do: { html: 500 } }] });
    const pending = post(simulator.url, bodyFor([1]));
    const outcome = expect(pending).rejects.toThrow("fetch failed");
    while (simulator.stats().calls < 1) await new Promise((resolve) => setTimeout(resolve, 5));
    await simulator.stop();
    await outcome;
    expect(simulator.stats().delivered).toBe(delivered ? 1 : 0);
  });
});
