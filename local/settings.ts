import { LocalError } from "./local-error.ts";

/** What is set for the local stack itself. What is set for the functions stands in serverless.yml. */
export type LocalSettings = Readonly<{
  /** of the API on 127.0.0.1; 0 takes any free one */
  port: number;
  /** of the RTC simulator, likewise */
  simulatorPort: number;
  dynamodb: "dynalite" | "java";
  /** where tables, queues and buckets are kept between runs; undefined keeps them in memory */
  dataDir: string | undefined;
  /** serverless.yml makes it the visibility of the queues, and the age at which what was queued counts as lost */
  queueVisibilitySeconds: number;
}>;

/** @throws {LocalError} naming the bad setting */
export function readLocalSettings(env: Readonly<Record<string, string | undefined>>): LocalSettings {
  const dynamodb = env["LOCAL_DYNAMODB"] || "dynalite";
  if (dynamodb !== "dynalite" && dynamodb !== "java") {
    throw new LocalError(`LOCAL_DYNAMODB must be dynalite or java, got ${dynamodb}`);
  }
  return {
    port: integer(env, "PORT", "3000", 0, 65_535),
    simulatorPort: integer(env, "SIM_PORT", "0", 0, 65_535),
    dynamodb,
    dataDir: env["LOCAL_DATA_DIR"] || undefined,
    queueVisibilitySeconds: integer(env, "QUEUE_VISIBILITY_SECONDS", "300", 1, 3_600),
  };
}

function integer(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  fallback: string,
  min: number,
  max: number,
): number {
  const value = env[name] || fallback;
  if (/^\d{1,5}$/.test(value) && Number(value) >= min && Number(value) <= max) return Number(value);
  throw new LocalError(`${name} must be a whole number from ${min} to ${max}, got ${value}`);
}
