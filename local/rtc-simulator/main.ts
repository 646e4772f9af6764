import { AppError, BadConfig } from "../../lib/domain/errors.ts";
import type { SimulatedAccount } from "./accounts.ts";
import { parseFaultRules } from "./fault-rules.ts";
import { keysInFile } from "./keys-in-file.ts";
import { startRtcSimulator } from "./server.ts";

/**
 * The simulator as a process of its own: `node local/rtc-simulator/main.ts`. Settings have Volley's names, so that one
 * environment fits both sides; SIM_SEED and SIM_FAULTS (JSON, standing fault rules) are its own.
 */
async function main(env: Env): Promise<void> {
  const simulator = await startRtcSimulator({
    port: integer(env, "PORT", 0),
    ...accountsIn(env),
    seed: integer(env, "SIM_SEED", 1),
    faults: parseFaultRules(env["SIM_FAULTS"] ?? "[]"),
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void simulator.stop());
  console.log(`ready ${simulator.url}`);
}

type Env = Readonly<Record<string, string | undefined>>;

/** Volley has checked them. */
type Named = Readonly<
  Record<string, Partial<SimulatedAccount["quota"]> & { appIds: number[]; secret: string; region?: string }>
>;

/** One account that takes every AppId, or those of VOLC_ACCOUNTS, whose keys stand in a file. */
function accountsIn(env: Env) {
  const region = env["RTC_REGION"] ?? "cn-north-1";
  const quota = { messages: integer(env, "QUOTA_MESSAGES", 12_000), windowMs: integer(env, "QUOTA_WINDOW_MS", 60_000) };
  const named: Named = JSON.parse(env["VOLC_ACCOUNTS"] || "{}");
  const [first, ...others] = Object.entries(named).map(([name, one]): SimulatedAccount => {
    const { appIds, secret, messages = quota.messages, windowMs = quota.windowMs } = one;
    const keys = keysInFile(text(env, "LOCAL_SECRETS"), secret);
    return { name, appIds, keys, region: one.region ?? region, quota: { messages, windowMs } };
  });
  if (first) return { accounts: [first, ...others] as const };
  const sessionToken = env["VOLC_SESSION_TOKEN"];
  const keys = { accessKeyId: text(env, "VOLC_ACCESSKEY"), secretAccessKey: text(env, "VOLC_SECRETKEY"), sessionToken };
  return { ...keys, region, quota };
}

function text(env: Env, name: string): string {
  const value = env[name];
  if (!value) throw new BadConfig(`${name} is not set`);
  return value;
}

function integer(env: Env, name: string, fallback: number): number {
  const value = env[name] ?? String(fallback);
  if (!/^\d{1,9}$/.test(value)) throw new BadConfig(`${name} must be a whole number, got ${value}`);
  return Number(value);
}

try {
  await main(process.env);
} catch (error) {
  if (!(error instanceof AppError) && !(error instanceof Error && "code" in error)) throw error;
  console.error(error.message); // one clear line: a wrong setting, a port in use
  process.exitCode = 1;
}
