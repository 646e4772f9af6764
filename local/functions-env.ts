import { LocalError } from "./local-error.ts";
import { type MadeById, resolveIn } from "./template.ts";

/** Taken by the simulator and by the functions alike; a real upstream needs real ones. */
const SIMULATOR_KEYS = { VOLC_ACCESSKEY: "AKLTlocal", VOLC_SECRETKEY: "local-secret-key" };

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The keys that requests to the upstream are signed with.
 *
 * @throws {LocalError} if RTC_ENDPOINT names an upstream but its keys are not set
 */
export function upstreamKeys(env: Env): Record<string, string> {
  const { VOLC_ACCESSKEY, VOLC_SECRETKEY, VOLC_SESSION_TOKEN } = env;
  if (VOLC_ACCESSKEY && VOLC_SECRETKEY) {
    return { VOLC_ACCESSKEY, VOLC_SECRETKEY, ...(VOLC_SESSION_TOKEN && { VOLC_SESSION_TOKEN }) };
  }
  if (!env["RTC_ENDPOINT"]) return SIMULATOR_KEYS;
  throw new LocalError("RTC_ENDPOINT is set: VOLC_ACCESSKEY and VOLC_SECRETKEY must be set too");
}

/** It has to be set; the file that LOCAL_CLIENTS names is read in its place. */
const NO_SECRET = { CLIENTS_SECRET_ID: "none" };

/** What serverless.yml sets for a function, as plain strings; keys and clients come from here and not from secrets. */
export function plainEnvironment(
  environment: Readonly<Record<string, unknown>>,
  made: MadeById,
  keys: Readonly<Record<string, string>>,
): Record<string, string> {
  const { VOLC_SECRET_ID, CLIENTS_SECRET_ID, ...rest } = environment;
  const resolved = Object.entries(rest).map(([name, value]) => [name, String(resolveIn(value, made))]);
  return { ...Object.fromEntries(resolved), ...(CLIENTS_SECRET_ID !== undefined && NO_SECRET), ...keys };
}
