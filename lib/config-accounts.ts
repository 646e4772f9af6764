import * as v from "valibot";
import type { Account } from "./domain/account.ts";
import type { QuotaPolicy } from "./domain/quota/ledger.ts";
import { LIMIT_RANGES, policyFaults } from "./domain/quota/policy-rules.ts";

/**
 * Lambda takes 4 KB of environment for a function, and ours is two without the accounts.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html environment variables
 */
const MOST_BYTES = 1_500;
const SETTING = "VOLC_ACCOUNTS";
const INT32_MAX = 2_147_483_647;

const wholeNumber = (min: number, max: number) => {
  const want = `must be a whole number from ${min} to ${max}`;
  return v.pipe(v.number(want), v.integer(want), v.minValue(min, want), v.maxValue(max, want));
};

const ORIGIN = "must be scheme and host alone, such as https://rtc.volcengineapi.com";
/** Scheme, host and port: anything else in it would be dropped in silence. */
export const origin = v.pipe(
  v.string(ORIGIN),
  v.regex(/^https?:\/\/[^/?#@\\\s]+\/?$/i, ORIGIN),
  v.check((given) => URL.canParse(given), ORIGIN),
);
const REGION = "must be a region such as cn-north-1";
export const region = v.pipe(v.string(REGION), v.regex(/^[A-Za-z0-9-]+$/, REGION));

/** What an account may send; what is left out is as for all. */
const LIMITS = {
  messages: v.optional(wholeNumber(...LIMIT_RANGES.messages)),
  windowMs: v.optional(wholeNumber(...LIMIT_RANGES.windowMs)),
  calls: v.optional(wholeNumber(...LIMIT_RANGES.calls)),
  callsWindowMs: v.optional(wholeNumber(...LIMIT_RANGES.callsWindowMs)),
  perSecond: v.optional(wholeNumber(...LIMIT_RANGES.perSecond)),
  floor: v.optional(wholeNumber(...LIMIT_RANGES.floor)),
  minGapMs: v.optional(wholeNumber(1, 60_000)),
};
const entry = v.strictObject(
  {
    appIds: v.pipe(v.array(wholeNumber(1, INT32_MAX), "must be a list of AppIds"), v.minLength(1, "names no AppId")),
    secret: v.pipe(v.string("must be the name of a secret"), v.minLength(1, "must be the name of a secret")),
    endpoint: v.optional(origin),
    region: v.optional(region),
    ...LIMITS,
  },
  ({ expected }) => (expected === "never" ? "is no setting of an account" : "must be the settings of an account"),
);

/** What holds for an account that does not say otherwise. */
export type Standard = Readonly<{ endpoint: string; region: string; policy: QuotaPolicy }>;

type Read = Readonly<{ accounts: readonly Account[]; faults: readonly string[] }>;

/**
 * Read the accounts of a stage: JSON, an object of them by name.
 *
 * @returns all of them, or everything that is wrong, each fault with the place
 */
export function readAccounts(text: string, standard: Standard): Read {
  const size = Buffer.byteLength(text);
  const parsed = parseObject(text);
  if (parsed === undefined) return { accounts: [], faults: [`${SETTING} must be a JSON object of accounts`] };
  const entries = Object.entries(parsed);
  const read = entries.map(([name, value]) => readOne(name, value, standard));
  const accounts = read.flatMap(({ account }) => account ?? []);
  const faults = [
    ...(entries.length === 0 ? ["names no account"] : []),
    ...(size > MOST_BYTES ? [`has ${size} bytes, and ${MOST_BYTES} are the most`] : []),
    ...read.flatMap((one) => one.faults),
    ...sharedFaults(accounts),
  ];
  return { accounts, faults: faults.map((fault) => `${SETTING} ${fault}`) };
}

function readOne(name: string, value: unknown, standard: Standard): { account?: Account; faults: string[] } {
  const named = /^[a-z][a-z0-9]{0,30}$/.test(name) ? [] : [`${name} must be a name of small letters and digits`];
  const { success, output, issues = [] } = v.safeParse(entry, value, { abortPipeEarly: true });
  const faults = issues.map((issue) => {
    const place = v.getDotPath(issue);
    const isMissing = issue.type === "strict_object" && issue.expected !== "never" && place !== null;
    return `${[name, place].filter(Boolean).join(".")} ${isMissing ? "is missing" : issue.message}`;
  });
  const limits = v.safeParse(v.object(LIMITS), value); // whether they could be kept is known if each is right for itself
  const policy: QuotaPolicy = Object.assign({ ...standard.policy }, limits.success ? limits.output : {}); // JSON has no undefined
  const place = (field: keyof QuotaPolicy) => (field === "callTimeoutMs" ? "CALL_TIMEOUT_MS" : `${name}.${field}`);
  if (limits.success)
    faults.push(...policyFaults(policy, place).map(({ field, detail }) => `${place(field)} ${detail}`));
  if (!success) return { faults: [...named, ...faults] };
  const { appIds, secret, endpoint = standard.endpoint, region = standard.region } = output;
  return { account: { name, appIds, endpoint, region, secretId: secret, policy }, faults: [...named, ...faults] };
}

/** An AppId belongs to one account, and a quota is spent by the keys of one: two would each spend all of it. */
function sharedFaults(accounts: readonly Account[]): string[] {
  const twice = (of: (account: Account) => readonly (string | number)[], what: string) => {
    const seen = new Map<string | number, string>();
    return accounts.flatMap((account) =>
      of(account).flatMap((one) => {
        const first = seen.get(one);
        seen.set(one, account.name);
        return first === undefined ? [] : [`${account.name} has the ${what} ${one} of ${first}`];
      }),
    );
  };
  return [...twice(({ appIds = [] }) => appIds, "AppId"), ...twice(({ secretId = "" }) => [secretId], "secret")];
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
