import * as v from "valibot";
import { origin, readAccounts, region } from "./config-accounts.ts";
import { type Accounts, SOLE_ACCOUNT } from "./domain/account.ts";
import { isClientId } from "./domain/client.ts";
import { BadConfig } from "./domain/errors.ts";
import { CALLS_WINDOW_MS, type QuotaPolicy } from "./domain/quota/ledger.ts";
import { LIMIT_RANGES, longestCallMs, policyFaults } from "./domain/quota/policy-rules.ts";

const DAY_MS = 86_400_000;
/** Where it is not set, and a short window does not ask for less. */
const CALL_TIMEOUT_MS = 10_000;

export type Environment = Readonly<Record<string, string | undefined>>;

const wholeNumber = (min: number, max: number, fallback: string) => v.optional(wholeNumberIfSet(min, max), fallback);
const wholeNumberIfSet = (min: number, max: number) =>
  v.pipe(
    v.string(),
    v.regex(/^[0-9]+$/, `must be a whole number from ${min} to ${max}`),
    v.transform(Number),
    v.minValue(min, `must be a whole number from ${min} to ${max}`),
    v.maxValue(max, `must be a whole number from ${min} to ${max}`),
  );
const required = v.pipe(v.string("is not set"), v.minLength(1, "is not set"));
/** Each may be left out. */
const QUOTA = v.object({
  // An express worker has 30 s: it waits for its slot up to 5, calls, and has 5 to record.
  CALL_TIMEOUT_MS: v.optional(wholeNumberIfSet(100, 20_000)),
  QUOTA_MESSAGES: wholeNumber(...LIMIT_RANGES.messages, "12000"),
  QUOTA_WINDOW_MS: wholeNumber(...LIMIT_RANGES.windowMs, "60000"),
  QUOTA_CALLS: v.optional(wholeNumberIfSet(...LIMIT_RANGES.calls)),
  QUOTA_CALLS_WINDOW_MS: v.optional(wholeNumberIfSet(...LIMIT_RANGES.callsWindowMs)),
  QUOTA_PER_SECOND: v.optional(wholeNumberIfSet(...LIMIT_RANGES.perSecond)),
  QUOTA_MARGIN_MS: wholeNumber(0, 60_000, "300"),
  QUOTA_FLOOR: wholeNumber(...LIMIT_RANGES.floor, "60"),
  QUOTA_MIN_GAP_MS: wholeNumber(1, 60_000, "250"),
});
const schema = v.object({
  RESULTS_TABLE: required,
  QUOTA_TABLE: required,
  LISTS_BUCKET: required,
  EXPRESS_QUEUE_URL: required,
  BULK_QUEUE_URL: required,
  DISPATCH_QUEUE_URL: required,
  IMPORTS_QUEUE_URL: required,
  IMPORTS_DEAD_LETTERS_URL: required,
  REQUESTS_QUEUE_URL: required,
  REQUESTS_DEAD_LETTERS_URL: required,
  REQUESTS_CLIENT: v.optional(v.pipe(v.string(), v.check(isClientId, "must be the id of a client"))),
  EVENTS_QUEUE_URL: required,
  EVENT_BUS_NAME: required,
  CLIENTS_SECRET_ID: required,
  LOCAL_CLIENTS: v.optional(v.string()),
  AUTH: v.optional(v.picklist(["keys", "iam"], "must be keys or iam"), "keys"),
  EXPORTS_QUEUE_URL: required,
  RESULTS_TTL_DAYS: wholeNumber(1, 3650, "30"),
  SHARE_AGE_SECONDS: wholeNumber(1, 3600, "300"),
  VOLC_ACCESSKEY: v.optional(v.string()),
  VOLC_SECRETKEY: v.optional(v.string()),
  VOLC_SESSION_TOKEN: v.optional(v.string()),
  VOLC_SECRET_ID: v.optional(v.string()),
  VOLC_ACCOUNTS: v.optional(v.string()),
  LOCAL_SECRETS: v.optional(v.string()),
  RTC_ENDPOINT: v.optional(origin, "https://rtc.volcengineapi.com"),
  RTC_REGION: v.optional(region, "cn-north-1"),
  ...QUOTA.entries,
  QUOTA_SCOPE: v.optional(v.picklist(["account", "app"], "must be account or app"), "account"),
});

/** Every name read from the environment by our own code; a test holds serverless.yml and docs/SETTINGS.md to them. */
export const ENV = Object.keys(schema.entries) as readonly (keyof typeof schema.entries)[];

/** Those that have no default. */
export const REQUIRED = ENV.filter((name) => schema.entries[name] === required);

export type Config = ReturnType<typeof readConfig>;

/**
 * Read the settings. An empty value counts as not set.
 *
 * @throws {BadConfig} naming every bad setting at once
 */
export function readConfig(env: Environment) {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = v.safeParse(schema, given);
  const wrong = (parsed.issues ?? []).map(({ path, type, message }) => ({
    name: String(path?.[0].key),
    detail: type === "object" ? "is not set" : message,
  }));
  const { quota, faults } = readQuota(given, new Set(wrong.map(({ name }) => name)));
  if (!parsed.success)
    throw new BadConfig([...wrong.map(({ name, detail }) => `${name} ${detail}`), ...faults].join("; "));
  const set = parsed.output;
  const standard = { endpoint: set.RTC_ENDPOINT, region: set.RTC_REGION, policy: quota };
  const sole = { name: SOLE_ACCOUNT, secretId: set.VOLC_SECRET_ID, ...standard };
  const read = set.VOLC_ACCOUNTS === undefined ? undefined : readAccounts(set.VOLC_ACCOUNTS, standard);
  const accounts: Accounts = { scope: set.QUOTA_SCOPE, all: read?.accounts ?? [sole], policy: quota };
  const more = [...faults, ...(read?.faults ?? [])];
  if (more.length > 0) throw new BadConfig(more.join("; "));
  return {
    resultsTable: set.RESULTS_TABLE,
    quotaTable: set.QUOTA_TABLE,
    listsBucket: set.LISTS_BUCKET,
    queueUrls: {
      express: set.EXPRESS_QUEUE_URL,
      bulk: set.BULK_QUEUE_URL,
      dispatch: set.DISPATCH_QUEUE_URL,
      imports: set.IMPORTS_QUEUE_URL,
      requests: set.REQUESTS_QUEUE_URL,
      events: set.EVENTS_QUEUE_URL,
      exports: set.EXPORTS_QUEUE_URL,
    },
    eventBus: set.EVENT_BUS_NAME,
    importsDeadLettersUrl: set.IMPORTS_DEAD_LETTERS_URL,
    requestsDeadLettersUrl: set.REQUESTS_DEAD_LETTERS_URL,
    requestsClient: set.REQUESTS_CLIENT,
    resultsTtlDays: set.RESULTS_TTL_DAYS,
    ttlMs: set.RESULTS_TTL_DAYS * DAY_MS,
    shareAgeMs: set.SHARE_AGE_SECONDS * 1_000,
    credentials: {
      accessKeyId: set.VOLC_ACCESSKEY,
      secretAccessKey: set.VOLC_SECRETKEY,
      sessionToken: set.VOLC_SESSION_TOKEN,
    },
    secretsFile: set.LOCAL_SECRETS,
    rtc: { endpoint: set.RTC_ENDPOINT, region: set.RTC_REGION, callTimeoutMs: quota.callTimeoutMs },
    quota,
    accounts,
    door: { auth: set.AUTH, clientsSecretId: set.CLIENTS_SECRET_ID, clientsFile: set.LOCAL_CLIENTS },
  } as const;
}

/** @returns the quota, and why it could not be kept: that is only known where each of its settings is right for itself */
function readQuota(given: Environment, wrong: ReadonlySet<string>) {
  const isRight = !Object.keys(QUOTA.entries).some((name) => wrong.has(name));
  const set = v.parse(QUOTA, isRight ? given : {});
  const { QUOTA_WINDOW_MS: windowMs, QUOTA_CALLS: calls, QUOTA_CALLS_WINDOW_MS: callsWindowMs } = set;
  const shortestMs = Math.min(windowMs, calls === undefined ? windowMs : (callsWindowMs ?? CALLS_WINDOW_MS));
  const quota: QuotaPolicy = {
    messages: set.QUOTA_MESSAGES,
    windowMs,
    marginMs: set.QUOTA_MARGIN_MS,
    floor: set.QUOTA_FLOOR,
    minGapMs: set.QUOTA_MIN_GAP_MS,
    callTimeoutMs: set.CALL_TIMEOUT_MS ?? Math.min(CALL_TIMEOUT_MS, longestCallMs(shortestMs)),
    ...(calls !== undefined && { calls }),
    ...(callsWindowMs !== undefined && { callsWindowMs }),
    ...(set.QUOTA_PER_SECOND !== undefined && { perSecond: set.QUOTA_PER_SECOND }),
  };
  const faults = policyFaults(quota, settingOf).map(({ field, detail }) => `${settingOf(field)} ${detail}`);
  return { quota, faults };
}

/** The setting that a field of the quota comes from: QUOTA_MIN_GAP_MS for minGapMs. */
const settingOf = (field: keyof QuotaPolicy): string =>
  field === "callTimeoutMs" ? "CALL_TIMEOUT_MS" : `QUOTA_${field.replaceAll(/[A-Z]/g, "_$&").toUpperCase()}`;
