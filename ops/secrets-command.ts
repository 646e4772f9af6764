import { parseArgs } from "node:util";
import type { Credentials } from "../lib/volcengine/signature.ts";
import { BadUse } from "./bad-use.ts";
import type { Verdict } from "./check-keys.ts";
import type { SecretsStore } from "./secrets-store.ts";
import type { StageAccount } from "./stage-accounts.ts";

export const USAGE = `npm run secrets -- --stage NAME [--account NAME] [--check] [--region NAME] [--json]

Puts the keys of a Volcengine account into the secret that the stack of the stage has made for it. The keys come from
VOLC_ACCESSKEY, VOLC_SECRETKEY and VOLC_SESSION_TOKEN, else from a prompt that shows nothing, else from standard input:
JSON {"accessKeyId", "secretAccessKey", "sessionToken"?}, or one value a line. They are not taken from the command line.

  --account NAME   of infra/accounts.yml; needed where the stage has several
  --check          writes nothing: whether the vendor takes the keys that are stored, by a call that sends nothing;
                   without --account those of every account
  --param NAME=VALUE   as at the deploy: rtcEndpoint, rtcRegion, secret
  --region NAME    of AWS; ap-southeast-1 unless it is said

--stage local is the local stack with the accounts of LOCAL_ACCOUNTS: their keys stand in LOCAL_SECRETS, or .local/secrets.json.

Ends with 0: written, or the keys are taken. 1: it could not be done, or not be told. 2: something is missing or wrong in
how it was called. 3: the vendor refuses the keys.`;

const OPTIONS = {
  stage: { type: "string" },
  account: { type: "string" },
  check: { type: "boolean", default: false },
  param: { type: "string", multiple: true },
  region: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** @throws {BadUse} for what is no option. It does not say what stood there: that may be a key */
export function parseSecretsCommand(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch {
    throw new BadUse("keys are not taken from the command line, and there are no options but those of --help");
  }
}

export type SecretsCommand = ReturnType<typeof parseSecretsCommand>;

export type SecretsPorts = Readonly<{
  store: SecretsStore;
  /** @throws {BadUse} naming what is missing */
  readKeys: () => Promise<Credentials>;
  check: (account: StageAccount, keys: Credentials) => Promise<Verdict>;
}>;

/** What to print of an account, never a key. */
type Shown = Readonly<{
  Account: string;
  Secret: string;
  Keys: string;
  Because?: string;
  Code?: string;
  RequestId?: string;
}>;

const BECAUSE = {
  unreached: "the vendor was not reached",
  clock: "this machine's clock is off",
  answer: "the vendor's answer says nothing of the keys",
};

/**
 * Fill the secret of an account, or check what is stored.
 *
 * @returns what to print, and the exit code
 * @throws {BadUse} naming everything that is missing
 */
export async function runSecrets(
  { check: checks, account }: Pick<SecretsCommand, "check" | "account">,
  accounts: readonly StageAccount[],
  ports: SecretsPorts,
): Promise<Readonly<{ shown: readonly Shown[]; exitCode: number }>> {
  const chosen = accounts.filter(({ name }) => account === undefined || name === account);
  const names = accounts.map(({ name }) => name).join(", ");
  const faults = [
    ...(chosen.length === 0 ? [`--account: there is no account ${account}, but ${names}`] : []),
    ...(!checks && chosen.length > 1 ? [`--account is missing: one of ${names}`] : []),
  ];
  if (faults.length > 0) throw new BadUse(faults.join("\n"));
  const shown: Shown[] = [];
  for (const one of chosen) shown.push(checks ? await checkStored(one, ports) : await fill(one, ports));
  return { shown, exitCode: exitCodeOf(shown) };
}

async function fill({ name, secret }: StageAccount, { store, readKeys }: SecretsPorts): Promise<Shown> {
  const keys = await readKeys();
  const isWritten = await store.write(secret, keys);
  return { Account: name, Secret: secret, Keys: isWritten ? "written" : "no such secret: deploy the stage first" };
}

async function checkStored(account: StageAccount, { store, check }: SecretsPorts): Promise<Shown> {
  const names = { Account: account.name, Secret: account.secret };
  const keys = await store.read(account.secret);
  if (keys === "absent") return { ...names, Keys: "no such secret: deploy the stage first" };
  if (keys === "empty") return { ...names, Keys: "missing: npm run secrets fills it" };
  const verdict = await check(account, keys);
  const { kind, code, requestId } = verdict;
  const because = verdict.kind === "untold" && { Because: BECAUSE[verdict.because] };
  return { ...names, Keys: kind, ...because, Code: code, ...(requestId !== undefined && { RequestId: requestId }) };
}

/** A line for each account, for people. */
export const sayShown = (shown: readonly Shown[]): string =>
  shown
    .map(({ Account, Secret, Keys, Because, Code, RequestId }) => {
      const why = Keys === "taken" ? [] : [Because, Code, RequestId && `request ${RequestId}`].filter(Boolean);
      return `${Account}, ${Secret}: ${Keys}${why.length === 0 ? "" : `: ${why.join(", ")}`}`;
    })
    .join("\n");

function exitCodeOf(shown: readonly Shown[]): number {
  const said = shown.map(({ Keys }) => Keys);
  if (said.includes("refused")) return 3;
  return said.every((one) => one === "written" || one === "taken") ? 0 : 1;
}
