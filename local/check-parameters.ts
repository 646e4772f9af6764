import * as v from "valibot";
import { readConfig } from "../lib/config.ts";
import { BadConfig } from "../lib/domain/errors.ts";

/** What of a resolved serverless.yml the settings of the functions stand in. */
export type Configured = Readonly<{
  provider: Readonly<{ environment?: Readonly<Record<string, unknown>> }>;
  functions: Readonly<Record<string, Readonly<{ environment?: Readonly<Record<string, unknown>> }>>>;
}>;
export type Parameters = Readonly<{
  /** of the stage, with those of the command line */
  parameters: Readonly<Record<string, unknown>>;
  /** names on the command line */
  given: readonly string[];
  /** names in infra/parameters.yml */
  known: readonly string[];
}>;

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
  bulkBatchSize: wholeNumber(1, 10),
  bulkConcurrency: wholeNumber(2, 1_000),
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
  dataDeletionPolicy: oneOf("Delete", "Retain", "RetainExceptOnCreate"),
  dataReplacePolicy: oneOf("Delete", "Retain"),
  tableProtection: yesOrNo,
  alarmTopicArn: v.pipe(v.string(), v.regex(/^(arn:[^\s]+)?$/, "must be the ARN of an SNS topic, or empty")),
});

/**
 * Everything wrong with the parameters of a stage, before anything is packed: a setting that the code does not take would
 * end every function at its start, and a misspelled name would be passed over.
 *
 * @param service serverless.yml with every variable resolved, but for what CloudFormation knows
 */
export function parameterFaults(service: Configured, { parameters, given, known }: Parameters): string[] {
  const unknown = given.filter((name) => !known.includes(name)).map((name) => `there is no parameter ${name}`);
  const faults = [...unknown, ...infraFaults(parameters), ...settingFaults(service)];
  return [...new Set(faults.map((fault) => fault.replaceAll(/[A-Z]+(_[A-Z]+)+/g, (name) => parameterOf(name, known))))];
}

/** A setting by the name of the parameter that sets it: QUOTA_FLOOR is quotaFloor. Accounts have a file of their own. */
function parameterOf(setting: string, known: readonly string[]): string {
  if (setting === "VOLC_ACCOUNTS") return "infra/accounts.yml:";
  const name = setting.toLowerCase().replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return known.includes(name) ? name : setting;
}

function infraFaults(parameters: Parameters["parameters"]): string[] {
  const parsed = v.safeParse(INFRA, parameters);
  if (!parsed.success) return parsed.issues.map(({ path, message }) => `${String(path?.[0].key)} ${message}`);
  const { bulkReserved, bulkConcurrency } = parsed.output;
  const isShort = bulkReserved !== undefined && bulkReserved < bulkConcurrency;
  return isShort ? ["bulkReserved must be none, or at least bulkConcurrency"] : [];
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
