import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";
import { BadUse } from "./bad-use.ts";

/** An account of a stage as far as its keys are concerned. */
export type StageAccount = Readonly<{ name: string; secret: string; endpoint: string; region: string }>;

type Env = Readonly<Record<string, string | undefined>>;
const INFRA = join(import.meta.dirname, "..", "infra");

const infra: Readonly<{
  accountsOf: (stage: string) => unknown;
  secretName: (stage: string, name: string) => string;
}> = createRequire(import.meta.url)("../infra/accounts.cjs");

const accountsForm = v.record(
  v.string(),
  v.looseObject({ secret: v.string(), endpoint: v.optional(v.string()), region: v.optional(v.string()) }),
);
const parametersForm = v.record(v.string(), v.record(v.string(), v.unknown()));

/**
 * The accounts of a stage: what infra/ says, with the parameters of the command line over it.
 *
 * @param params as `NAME=VALUE`
 * @throws {BadUse} if infra/accounts.yml is wrong, or the local stack has no accounts of its own
 */
export function stageAccounts(stage: string, params: readonly string[], env: Env): readonly StageAccount[] {
  const given = Object.fromEntries(params.map((text) => text.split(/=(.*)/s)));
  const { rtcEndpoint: endpoint, rtcRegion: region, secret } = { ...parametersOf(stage, env), ...given };
  const named = infra.accountsOf(stage);
  if (named === undefined && stage === "local") {
    throw new BadUse(
      "LOCAL_ACCOUNTS is not set: without it the local stack takes its keys from VOLC_ACCESSKEY and VOLC_SECRETKEY",
    );
  }
  if (named === undefined) {
    return [{ name: "account", secret: secret || infra.secretName(stage, "account"), endpoint, region }];
  }
  const parsed = v.safeParse(accountsForm, named);
  if (!parsed.success)
    throw new BadUse(`infra/accounts.yml: the accounts of ${stage} cannot be read; packaging names the faults`);
  return Object.entries(parsed.output).map(([name, one]) => ({
    ...{ name, secret: one.secret },
    ...{ endpoint: one.endpoint ?? endpoint, region: one.region ?? region },
  }));
}

function parametersOf(stage: string, env: Env): Record<"rtcEndpoint" | "rtcRegion" | "secret", string> {
  if (stage === "local") {
    return { rtcEndpoint: env["RTC_ENDPOINT"] ?? "", rtcRegion: env["RTC_REGION"] || "cn-north-1", secret: "" };
  }
  const all = v.parse(parametersForm, parse(readFileSync(join(INFRA, "parameters.yml"), "utf8")));
  const of = (name: string) => String({ ...all["default"], ...all[stage] }[name]);
  return { rtcEndpoint: of("rtcEndpoint"), rtcRegion: of("rtcRegion"), secret: of("secret") };
}
