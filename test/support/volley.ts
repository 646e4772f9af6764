import { type LocalStack, startLocalStack } from "../../local/local-stack.ts";
import type { SimulatedAccount } from "../../local/rtc-simulator/accounts.ts";
import type { FaultRuleInput } from "../../local/rtc-simulator/fault-rules.ts";
import { type Simulator, startRtcSimulator } from "../../local/rtc-simulator/server.ts";
import { MESSAGE } from "./jobs.ts";

/** Invented. What runs on the local stack may never show them. */
export const KEYS = { accessKeyId: "AKLTe2e", secretAccessKey: "e2e-secret-key" };

/** Parts of what tests send: no log may show them. */
const SAID = ["你好", MESSAGE.Ext.mark];

/** A local stack that a test talks to, and its upstream. */
export type Volley = Readonly<{
  url: string;
  /** of the ready-made client */
  key: string;
  stack: LocalStack;
  simulator: Simulator;
  stop(): Promise<void>;
}>;

export type VolleySettings = Readonly<{
  quota: Readonly<{ messages: number; windowMs: number }>;
  faults?: readonly FaultRuleInput[];
  /** Several, in place of the one with {@link KEYS}. */
  accounts?: readonly [SimulatedAccount, ...SimulatedAccount[]];
}>;

/**
 * The local stack as a child process, its upstream in this one: what it received and how it fails is the test's to see.
 *
 * @param env settings of the stack; its own quota is the upstream's unless it says otherwise
 */
export async function startVolley(
  settings: VolleySettings,
  env: Readonly<Record<string, string>> = {},
): Promise<Volley> {
  const simulator = await startRtcSimulator({ ...KEYS, ...settings });
  const stack = await startLocalStack({ ...stackEnv(settings, simulator), ...env });
  const stop = async (): Promise<void> => {
    await stack.stop();
    await simulator.stop();
    assertDiscreet(`${stack.stdout().replace(READY, "")}${stack.stderr()}`, [...SAID, stack.key, KEYS.secretAccessKey]);
  };
  return { url: stack.url, key: stack.key, stack, simulator, stop };
}

/** What points a local stack at the simulator. */
export const stackEnv = ({ quota }: VolleySettings, { url }: Pick<Simulator, "url">): Record<string, string> => ({
  RTC_ENDPOINT: url,
  VOLC_ACCESSKEY: KEYS.accessKeyId,
  VOLC_SECRETKEY: KEYS.secretAccessKey,
  QUOTA_MESSAGES: String(quota.messages),
  QUOTA_WINDOW_MS: String(quota.windowMs),
  LOG_LEVEL: "DEBUG",
});

/** The one line that tells a key: to whoever started the stack. */
const READY = /^ready .*$/m;
const SIGNATURE = /Signature=[0-9a-f]{8}/;

/**
 * Logs never hold what is said, keys or signatures: checked on everything that a stack printed.
 *
 * @throws {Error} naming the line
 */
export function assertDiscreet(printed: string, secrets: readonly string[]): void {
  const told = printed.split("\n").find((line) => SIGNATURE.test(line) || secrets.some((one) => line.includes(one)));
  if (told !== undefined) throw new Error(`the log tells a secret: ${told}`);
}
