import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeInterrupt, run, screenOf } from "./terminal.ts";
import { ndjson, problem, tinyApi } from "./tiny-api.ts";

// What a person sees while a job is sent: on terminals of two widths, and in a file. The texts are kept in test/cli/texts/.

const api = tinyApi();
const ID = "0123456789abcdefghijklmno";
const LIST = join(import.meta.dirname, "lists/spreadsheet-utf8.csv");
const SEND = ["send", "--app-id", "7", "--sender", "5", "--msg-type", "10001", "--content", "hi", "--receivers", LIST];

const accepted = {
  ...{ JobId: ID, Status: "running", Receivers: 24_850, DuplicatesDropped: 150, Batches: 50, EstimatedSeconds: 125 },
};
const job = (Sent: number, Failed: number, Unknown: number, more: object = {}) => ({
  body: {
    ...{ JobId: ID, Status: "running", AppId: 7, Lane: "bulk", Delivery: "at-most-once", Batches: 50 },
    ...{ CreatedAt: "2026-11-23T22:25:00.000Z", ExpiresAt: "2026-12-23T22:25:00.000Z", DuplicatesDropped: 150 },
    ...{ Receivers: 24_850, ReceiversPerSecond: 1_893.4, EstimatedSeconds: 124, ...more },
    Tally: { Pending: 24_850 - Sent - Failed - Unknown, Sent, Failed, Unknown, Canceled: 0 },
    History: [
      { At: "2026-11-23T22:25:00.000Z", Event: "accepted", By: "local" },
      { At: "2026-11-23T22:27:05.000Z", Event: "done", By: "volley" },
    ],
  },
});
const PAUSED = { Status: "paused", Reason: "its list is damaged" };
const DONE = { Status: "done", ReceiversPerSecond: 0, EstimatedSeconds: 0 };
const codes = (count: number, Code: string) =>
  ndjson(Array.from({ length: count }, (_, i) => ({ UserId: String(i + 1), Status: "failed", Code })));

/** A job on its way, two seconds from one look to the next. @param onLook told before each answer */
function running(onLook: () => void = () => undefined) {
  let clockMs = 0;
  const looks = [
    job(0, 0, 0),
    job(8_430, 10, 0),
    job(12_000, 10, 0, PAUSED),
    job(19_339, 12, 12),
    job(24_804, 22, 24, DONE),
  ];
  const failed = [codes(10, "FailedReceiver"), codes(12, "FailedReceiver"), codes(22, "FailedReceiver")];
  let look = 0;
  const env = api.saying({
    "POST /v1/jobs": [{ status: 202, body: accepted }],
    [`GET /v1/jobs/${ID}`]: () => {
      clockMs += 2_000;
      onLook();
      return looks[look++] ?? job(24_804, 22, 24, DONE);
    },
    [`GET /v1/jobs/${ID}/outcomes`]: ({ path }) =>
      path.includes("failed") ? (failed.shift() ?? codes(22, "FailedReceiver")) : codes(24, "NotInAnswer"),
  });
  return { env, nowMs: () => clockMs };
}

describe("send --watch", () => {
  it.each([
    { columns: 80, lang: "en" },
    { columns: 40, lang: "en" },
    { columns: 80, lang: "zh" },
    { columns: 40, lang: "zh" },
  ])("on a terminal $columns wide, in $lang", async ({ columns, lang }) => {
    const { code, stdout, stderr } = await run([...SEND, "--watch", "--lang", lang], { ...running(), columns });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    await expect(await screenOf(stdout, columns)).toMatchFileSnapshot(`texts/watch-${columns}-${lang}.txt`);
  });

  it.each([80, 40])("while it runs, on a terminal %i wide: no line is broken", async (columns) => {
    let written = "";
    const screens: string[] = [];
    const world = running(() => screens.push(written));
    await run([...SEND, "--watch"], { ...world, columns, onStdout: (text) => (written = text) });
    const shown = await Promise.all(screens.slice(2).map((text) => screenOf(text, columns)));
    await expect(shown.join("---\n")).toMatchFileSnapshot(`texts/watch-screens-${columns}.txt`);
    const bars = shown.flatMap((screen) => screen.split("\n")).filter((line) => /[█░]/.test(line));
    expect(bars).toHaveLength(shown.length);
    expect(bars.filter((line) => line.length >= columns)).toEqual([]);
  });

  it.each(["en", "zh"])("piped to a file, in %s: lines, no colour, no cursor", async (lang) => {
    const { code, stdout } = await run([...SEND, "--watch", "--lang", lang], running());
    expect(code).toBe(1);
    expect(stdout).not.toContain("\u001B");
    await expect(stdout).toMatchFileSnapshot(`texts/watch-piped-${lang}.txt`);
  });

  it("with --json is the ended job alone, in one line", async () => {
    const { stdout, stderr } = await run([...SEND, "--watch", "--json"], running());
    expect(JSON.parse(stdout)).toMatchObject({ JobId: ID, Status: "done" });
    expect(stderr).toBe("");
  });

  it("ends with 0 if everybody was sent it", async () => {
    const env = api.saying({ [`GET /v1/jobs/${ID}`]: [job(24_850, 0, 0, DONE)] });
    expect(await run(["watch", ID], { env })).toMatchObject({ code: 0 });
  });
});

describe("Ctrl-C", () => {
  it("leaves the job running and says how to come back", async () => {
    const { signal, press } = makeInterrupt();
    const env = api.saying({
      "POST /v1/jobs": [{ status: 202, body: accepted }],
      [`GET /v1/jobs/${ID}`]: () => {
        setTimeout(press, 1);
        return job(8_430, 0, 0);
      },
    });
    const { code, stderr } = await run([...SEND, "--watch"], { env, signal });
    expect({ code, stderr }).toEqual({ code: 130, stderr: `\nThe job goes on. Come back with: volley watch ${ID}\n` });
    expect(api.got.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  it("before the answer says how to find out, under the very key that was sent", async () => {
    const { signal, press } = makeInterrupt();
    const env = api.saying({
      "POST /v1/jobs": () => {
        press();
        return problem(503, "later");
      },
    });
    const { code, stderr } = await run(SEND, { env, signal });
    expect(code).toBe(130);
    expect(stderr).toContain(`--idempotency-key ${api.got[0]?.headers["idempotency-key"]} finds out`);
  });
});

it("a job that there is not is not said to go on", async () => {
  const env = api.saying({ [`GET /v1/jobs/${ID}`]: [problem(404, `there is no job ${ID}`)] });
  expect(await run(["watch", ID], { env })).toEqual({
    ...{ code: 4, stdout: "", stderr: `volley watch: refused: there is no job ${ID}\n` },
  });
});
