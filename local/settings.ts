import { LocalError } from "./local-error.ts";

/** What is set for the laptop stack itself. What is set for the functions stands in serverless.yml. */
export type LocalSettings = Readonly<{
  /** of the API on 127.0.0.1; 0 takes any free one */
  port: number;
  /** of the RTC simulator, likewise */
  simulatorPort: number;
  dynamodb: "dynalite" | "java";
  /** where tables and queues are kept between runs; undefined keeps them in memory */
  dataDir: string | undefined;
}>;

/** @throws {LocalError} naming the bad setting */
export function readLocalSettings(env: Readonly<Record<string, string | undefined>>): LocalSettings {
  const dynamodb = env["LOCAL_DYNAMODB"] || "dynalite";
  if (dynamodb !== "dynalite" && dynamodb !== "java") {
    throw new LocalError(`LOCAL_DYNAMODB must be dynalite or java, got ${dynamodb}`);
  }
  return {
    port: readPort(env, "PORT", "3000"),
    simulatorPort: readPort(env, "SIM_PORT", "0"),
    dynamodb,
    dataDir: env["LOCAL_DATA_DIR"] || undefined,
  };
}

function readPort(env: Readonly<Record<string, string | undefined>>, name: string, fallback: string): number {
  const value = env[name] || fallback;
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new LocalError(`${name} must be a port from 0 to 65535, got ${value}`);
}
