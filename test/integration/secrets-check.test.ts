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

const LOCAL_ACCOUNTS = join(folder, "accounts.yml");
writeFileSync(LOCAL_ACCOUNTS, "account: { appIds: [7] }\n");

async function check(name: string, stored: typeof KEYS | undefined, settings: Partial<SimulatorSettings> = {}) {
  const quota = { messages: 10, windowMs: 1_000 };
  const simulator = await startRtcSimulator({ ...KEYS, quota, ...settings });
  ends.push(simulator.stop);
  const LOCAL_SECRETS = join(folder, `${name}.json`);
  writeFileSync(LOCAL_SECRETS, JSON.stringify(stored ? { "volley/local/volcengine": stored } : {}));
  if (name === "nowhere") await endAll();
  const env = { LOCAL_ACCOUNTS, LOCAL_SECRETS, RTC_ENDPOINT: simulator.url };
  const { out, err, code } = await runProcess("ops/secrets.ts", ["--stage", "local", "--check"], env);
  return { out, err, code, sent: simulator.stats().messages };
}

const SECRET = "account, volley/local/volcengine";
const MINUTES_20 = 20 * 60_000;

it.each([
  { name: "right", stored: KEYS, settings: {}, want: /^: taken$/, code: 0 },
  {
    name: "wrong",
    stored: { ...KEYS, secretAccessKey: "another-secret" },
    settings: {},
    want: /^: refused: SignatureDoesNotMatch, request \w+$/,
    code: 3,
  },
  {
    name: "unknown",
    stored: { ...KEYS, accessKeyId: "AKLTanother" },
    settings: {},
    want: /^: refused: InvalidAccessKey, request \w+$/,
    code: 3,
  },
  {
    name: "late",
    stored: KEYS,
    settings: { now: () => Date.now() + MINUTES_20 },
    want: /^: untold: this machine's clock is off, InvalidTimestamp, request \w+$/,
    code: 1,
  },
  {
    name: "nowhere",
    stored: KEYS,
    settings: {},
    want: /^: untold: the vendor was not reached, ECONNREFUSED$/,
    code: 1,
  },
  { name: "none", stored: undefined, settings: {}, want: /^: missing: npm run secrets fills it$/, code: 1 },
])("keys that are $name are said in a line that shows none of them, and nothing is sent", async (row) => {
  const { out, err, code, sent } = await check(row.name, row.stored, row.settings);
  expect({ code, err, sent }).toEqual({ code: row.code, err: "", sent: 0 });
  expect(out.trimEnd().split("\n")).toHaveLength(1);
  expect(out.slice(0, SECRET.length)).toBe(SECRET);
  expect(out.slice(SECRET.length).trimEnd()).toMatch(row.want);
  expect(out).not.toMatch(/AKLT|invented|another/);
});
