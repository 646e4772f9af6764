import { AppError, BadConfig } from "../../lib/domain/errors.ts";
import { parseFaultRules } from "./fault-rules.ts";
import { startRtcSimulator } from "./server.ts";

/**
 * The simulator as a process of its own: `node local/rtc-simulator/main.ts`. Settings have Volley's names, so that one
 * environment fits both sides; SIM_SEED and SIM_FAULTS (JSON, standing fault rules) are its own.
 */
async function main(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const simulator = await startRtcSimulator({
    port: integer(env, "PORT", 0),
    accessKeyId: text(env, "VOLC_ACCESSKEY"),
    secretAccessKey: text(env, "VOLC_SECRETKEY"),
    sessionToken: env["VOLC_SESSION_TOKEN"],
    region: env["RTC_REGION"] ?? "cn-north-1",
    quota: { messages: integer(env, "QUOTA_MESSAGES", 12_000), windowMs: integer(env, "QUOTA_WINDOW_MS", 60_000) },
    seed: integer(env, "SIM_SEED", 1),
    faults: parseFaultRules(env["SIM_FAULTS"] ?? "[]"),
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void simulator.stop());
  console.log(`ready ${simulator.url}`);
}

function text(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = env[name];
  if (!value) throw new BadConfig(`${name} is not set`);
  return value;
}

function integer(env: Readonly<Record<string, string | undefined>>, name: string, fallback: number): number {
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
