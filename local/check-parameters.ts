import * as v from "valibot";
import { readConfig } from "../lib/config.ts";
import { BadConfig } from "../lib/domain/errors.ts";

/** What of a resolved serverless.yml the settings of the functions stand in. */
export type Configured = Readonly<{
  provider: Readonly<{ environment?: Readonly<Record<string, unknown>> }>;
  functions: Readonly<Record<string, Readonly<{ environment?: Readonly<Record<string, unknown>> }>>>;
}>;
export type Parameters = Readonly<{
  stage: string;
  /** infra/parameters.yml: by stage, and `default`, which has all of them */
  file: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** of the command line: these beat the file's */
  given: Readonly<Record<string, unknown>>;
}>;

/** Those of a stage, with those of the command line. */
export const parametersOf = ({ stage, file, given }: Parameters): Readonly<Record<string, unknown>> => ({
  ...file["default"],
  ...file[stage],
  ...given,
});

const wholeNumber = (min: number, max: number) => {
  const want = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    v.union([v.number(), v.string()], want),
    v.transform(String),
    v.regex(/^[0-9]+$/, want),
    v.transform(Number),
    v.minValue(min, want),
    v.maxValue(max, want),
  );
};
const oneOf = <const T extends readonly string[]>(...words: T) =>
  v.picklist(words, `must be ${words.slice(0, -1).join(", ")} or ${words.at(-1)}`);
const yesOrNo = v.pipe(v.union([v.boolean(), v.string()]), v.transform(String), oneOf("true", "false"));

/** Parameters that no function reads: what AWS takes for each. */
const INFRA = v.object({
  expressConcurrency: wholeNumber(2, 1_000),
  expressBatchSize: wholeNumber(1, 10),
  expressMemory: wholeNumber(128, 10_240),
  bulkBatchSize: wholeNumber(1, 10),
  bulkConcurrency: wholeNumber(2, 1_000),
  bulkMemory: wholeNumber(128, 10_240),
  bulkReserved: v.pipe(
    v.union([v.number(), v.string()]),
    v.transform((value) => (value === "none" ? undefined : Number(value))),
    v.check((value) => value === undefined || (Number.isInteger(value) && value > 0), "must be none or a whole number"),
  ),
  apiRate: wholeNumber(1, 10_000),
  apiBurst: wholeNumber(1, 5_000),
  openRate: wholeNumber(1, 10_000),
  openBurst: wholeNumber(1, 5_000),
  logLevel: oneOf("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "CRITICAL", "SILENT"),
  systemLogLevel: oneOf("DEBUG", "INFO", "WARN"),
  dataDeletionPolicy: oneOf("Delete", "RetainExceptOnCreate"), // Retain would keep what a failed first deploy has made
  dataReplacePolicy: oneOf("Delete", "Retain"),
  tableProtection: yesOrNo,
  alarmTopicArn: v.pipe(v.string(), v.regex(/^(arn:[^\s]+)?$/, "must be the ARN of an SNS topic, or empty")),
  secret: v.pipe(v.string(), v.regex(/^(?:[\w/+=.@-]|\$\{sls:stage\})*$/, "must be the name of a secret")),
  rtcEndpoint: v.pipe(v.string(), v.regex(/^(?!http:)/i, "must be https: keys and messages go there")),
  resultsWarmReads: wholeNumber(0, 1_000_000),
  resultsWarmWrites: wholeNumber(0, 1_000_000),
  tracing: oneOf("Active", "PassThrough"),
});

/** Names of functions are made of it, and have 64 characters at the most. `Prod` would be a stage of its own, with a small quota. */
const STAGE = /^[a-z][a-z0-9-]{0,31}$/;
/** What a new table is ready for; less than that cannot be asked for. @see DynamoDB Developer Guide, warm throughput */
const WARM = { reads: 12_000, writes: 4_000 };

/**
 * Everything wrong with the parameters of a stage, before anything is packed: a setting that the code does not take would
 * end every function at its start, and a misspelled name would be passed over.
 *
 * @param service serverless.yml with every variable resolved, but for what CloudFormation knows
 */
export function parameterFaults(service: Configured, of: Parameters): string[] {
  const known = Object.keys(of.file["default"] ?? {});
  const faults = [
    ...stageFaults(of.stage),
    ...unknownIn(of.file[of.stage] ?? {}, known).map(
      (name) => `infra/parameters.yml: ${of.stage} sets ${name}, which is no parameter`,
    ),
    ...unknownIn(of.given, known).map((name) => `there is no parameter ${name}`),
    ...infraFaults(parametersOf(of)),
    ...settingFaults(service),
  ];
  return [
    ...new Set(faults.map((fault) => fault.replaceAll(/\b[A-Z]+(_[A-Z]+)*\b/g, (name) => parameterOf(name, known)))),
  ];
}

const unknownIn = (given: Readonly<Record<string, unknown>>, known: readonly string[]): string[] =>
  Object.keys(given).filter((name) => !known.includes(name));

function stageFaults(stage: string): string[] {
  if (stage === "local") return ["the stage local is this machine: npm start runs it"];
  return STAGE.test(stage) ? [] : [`the stage ${stage} must have 1 to 32 characters of a-z, 0-9 and -, a letter first`];
}

/** A setting by the name of the parameter that sets it: QUOTA_FLOOR is quotaFloor. Accounts have a file of their own. */
function parameterOf(setting: string, known: readonly string[]): string {
  if (setting === "VOLC_ACCOUNTS") return "infra/accounts.yml:";
  const name = setting.toLowerCase().replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return known.includes(name) ? name : setting;
}

function infraFaults(parameters: ReturnType<typeof parametersOf>): string[] {
  const parsed = v.safeParse(INFRA, parameters);
  if (!parsed.success) return parsed.issues.map(({ path, message }) => `${String(path?.[0].key)} ${message}`);
  const { bulkReserved, bulkConcurrency, resultsWarmReads: reads, resultsWarmWrites: writes } = parsed.output;
  const isShort = bulkReserved !== undefined && bulkReserved < bulkConcurrency;
  const isWarm = reads >= WARM.reads && writes >= WARM.writes;
  return [
    ...(isShort ? ["bulkReserved must be none, or at least bulkConcurrency"] : []),
    ...(isWarm || (reads === 0 && writes === 0)
      ? []
      : [`resultsWarmReads and resultsWarmWrites must both be 0, or at least ${WARM.reads} and ${WARM.writes}`]),
  ];
}

function settingFaults({ provider, functions }: Configured): string[] {
  return Object.values(functions).flatMap(({ environment }) => {
    try {
      readConfig(asStrings({ ...provider.environment, ...environment }));
      return [];
    } catch (error) {
      if (error instanceof BadConfig) return error.message.split("; ");
      throw error;
    }
  });
}

/** What only CloudFormation knows, the name of a table for example, is there and not empty. */
const asStrings = (environment: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      isMade(value) ? "made by CloudFormation" : String(value),
    ]),
  );
const isMade = (value: unknown): boolean => typeof value === "object" && value !== null;
