import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, it } from "vitest";
import { type SimulatorSettings, startRtcSimulator } from "../../local/rtc-simulator/server.ts";
import { runProcess } from "../support/run-process.ts";
import { endAll, ends, KEYS } from "./loopback.ts";

// `npm run secrets -- --check` as somebody runs it, against the simulator of the vendor.

const folder = mkdtempSync(join(tmpdir(), "secrets-check-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(endAll);

type Stored = Readonly<Record<string, typeof KEYS | undefined>>;

/** Accounts with these keys, by their names. */
async function check(keysOf: Stored, settings: Partial<SimulatorSettings> = {}, isThere = true) {
  const simulator = await startRtcSimulator({ ...KEYS, quota: { messages: 10, windowMs: 1_000 }, ...settings });
  ends.push(simulator.stop);
  const [LOCAL_ACCOUNTS, LOCAL_SECRETS] = [join(folder, "accounts.yml"), join(folder, "secrets.json")];
  const accounts = Object.keys(keysOf).map((name, i) => `${name}: { appIds: [${i + 1}] }\n`);
  writeFileSync(LOCAL_ACCOUNTS, accounts.join(""));
  const secrets = Object.entries(keysOf).map(([name, keys]) => [`volley/local/volcengine/${name}`, keys]);
  writeFileSync(LOCAL_SECRETS, JSON.stringify(Object.fromEntries(secrets)));
  if (!isThere) await endAll();
  const env = { LOCAL_ACCOUNTS, LOCAL_SECRETS, RTC_ENDPOINT: simulator.url };
  const { out, err, code } = await runProcess("ops/secrets.ts", ["--stage", "local", "--check"], env);
  expect({ err, sent: simulator.stats().messages }).toEqual({ err: "", sent: 0 });
  expect(out).not.toMatch(/AKLT|invented|other/);
  const lines = out.trimEnd().split("\n");
  return { lines: lines.map((line) => line.replace(/^(\w+), volley\/local\/volcengine\/\1: /, "$1: ")), code };
}

const MINUTES_20 = 20 * 60_000;

it("keys of every kind are said in a line each that shows none of them, and nothing is sent", async () => {
  const wrong = { ...KEYS, secretAccessKey: "other-secret" };
  const unknown = { ...KEYS, accessKeyId: "AKLTother" };
  const { lines, code } = await check({ right: KEYS, wrong, unknown, none: undefined });
  expect(lines).toEqual([
    "right: taken",
    expect.stringMatching(/^wrong: refused: SignatureDoesNotMatch, request \w+$/),
    expect.stringMatching(/^unknown: refused: InvalidAccessKey, request \w+$/),
    "none: missing: npm run secrets fills it",
  ]);
  expect(code).toBe(3);
});

it("keys that are right end it with 0", async () => {
  expect(await check({ right: KEYS })).toEqual({ lines: ["right: taken"], code: 0 });
});

it("a clock that is off tells nothing of the keys", async () => {
  const { lines, code } = await check({ late: KEYS }, { now: () => Date.now() + MINUTES_20 });
  const want = /^late: untold: this machine's clock is off, InvalidTimestamp, request \w+$/;
  expect({ lines, code }).toEqual({ lines: [expect.stringMatching(want)], code: 1 });
});

it("a vendor that is not reached tells nothing of the keys", async () => {
  const { lines, code } = await check({ nowhere: KEYS }, {}, false);
  expect({ lines, code }).toEqual({
    lines: ["nowhere: untold: the vendor was not reached, ECONNREFUSED"],
    code: 1,
  });
});
