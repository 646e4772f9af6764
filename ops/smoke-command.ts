import { parseArgs } from "node:util";
import { regionIn } from "../clients/cli/src/connection/aws-fetch.ts";
import { type Outcome, type Volley, VolleyError } from "../clients/sdk/src/client.ts";
import { BadUse } from "./bad-use.ts";

export const USAGE = `npm run smoke -- --url URL [--key KEY] --app APPID --user USERID [--sender USERID] [--timeout SECONDS] [--json]

Sends one message to one user through a stage, waits for its outcome and prints it. It is a real message: name a user of your own.

  --url       where the API is, as the deploy printed it
  --key       a client's key with the scopes send and read; better from the environment: VOLLEY_KEY. Without one requests
              are signed with AWS keys, as a stage with auth=iam asks: from where AWS's own tools find them
  --region    of such a stage, where neither its address nor AWS_REGION names it
  --app, --user
  --sender    10001 unless it is said
  --content   {"text":"Volley smoke test"} unless it is said
  --timeout   seconds to wait for the outcome; 120 unless it is said

Ends with 0: sent. 1: the vendor refused it (failed), or it was canceled. 2: something is missing or wrong in how it was
called. 3: nobody knows whether it was sent (unknown). 4: no outcome in time; the job goes on. 5: the API was not reached,
or refused the request.`;

const OPTIONS = {
  url: { type: "string" },
  key: { type: "string" },
  region: { type: "string" },
  app: { type: "string" },
  user: { type: "string" },
  sender: { type: "string", default: "10001" },
  content: { type: "string", default: '{"text":"Volley smoke test"}' },
  timeout: { type: "string", default: "120" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** What lets it in: a key of Volley's, or AWS keys that sign each request. */
export type Access = Readonly<{ kind: "key"; key: string } | { kind: "aws"; region: string }>;

export type Smoke = Readonly<{
  url: string;
  access: Access;
  appId: number;
  userId: bigint;
  sender: bigint;
  content: string;
  timeoutMs: number;
  json: boolean;
}>;

export const NO_KEY = "--key is missing, and VOLLEY_KEY is not set";
const TEXT = 10_001;
const MOST_SECONDS = 3_600;

/** @throws {BadUse} naming everything that is missing or wrong, a line each */
export function parseSmoke(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Smoke | "help" {
  const given = parse(args);
  if (given.help) return "help";
  const faults: string[] = [];
  const fault = (words: string): void => void faults.push(words);
  const { url = "", key = env["VOLLEY_KEY"] ?? "", app, user, sender, content, timeout, json } = given;
  const isUrl = /^https?:\/\/[^\s/?#@]+\/?$/.test(url) && URL.canParse(url);
  if (url === "") fault("--url is missing");
  else if (!isUrl) fault("--url must be the API's address alone");
  const region = given.region || (isUrl && regionIn(url)) || env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || "";
  if (key === "" && region === "") fault(`${NO_KEY}; to sign with AWS keys instead, say --region`);
  else if (key === "" && !/^[a-z]{2}(-[a-z0-9]+)+$/.test(region)) fault("--region must be a region of AWS");
  else if (key !== "" && !/^[!-~]+$/.test(key)) fault("--key holds blanks, or signs that no key has");
  const appId = number("--app", app, 2_147_483_647n);
  const userId = number("--user", user, MAX_ID);
  const from = number("--sender", sender, MAX_ID);
  const seconds = number("--timeout", timeout, BigInt(MOST_SECONDS));
  if (content === "") fault("--content is empty");
  if (faults.length > 0) throw new BadUse(faults.join("\n"));
  const access: Access = key === "" ? { kind: "aws", region } : { kind: "key", key };
  return { url, access, appId: Number(appId), userId, sender: from, content, timeoutMs: Number(seconds) * 1_000, json };

  function number(name: string, text: string | undefined, max: bigint): bigint {
    if (text === undefined || text === "") fault(`${name} is missing`);
    else if (/^[1-9][0-9]{0,18}$/.test(text) && BigInt(text) <= max) return BigInt(text);
    else fault(`${name} must be a whole number from 1 to ${max}`);
    return 0n;
  }
}

/** User ids are int64, and above zero. */
const MAX_ID = 9_223_372_036_854_775_807n;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch {
    throw new BadUse("there are no options but those of --help"); // what stood there may be a key
  }
}

/** What came of it, and the exit code that says so. */
export type Smoked = Readonly<{ shown: Readonly<Record<string, unknown>>; exitCode: number }>;

const CODES: Readonly<Record<Outcome["Status"], number>> = { sent: 0, failed: 1, canceled: 1, unknown: 3, pending: 4 };

/** Send it, and wait for what becomes of it. */
export async function runSmoke({ jobs }: Volley, smoke: Smoke): Promise<Smoked> {
  const { access, appId, userId, sender, content, timeoutMs } = smoke;
  const signal = AbortSignal.timeout(timeoutMs);
  const message = { AppId: appId, Sender: sender, Receiver: [userId], MsgType: TEXT, Content: content };
  let id: string | undefined;
  try {
    const { JobId } = await jobs.send({ ...message, Options: { Label: "smoke test" } }, { signal });
    id = JobId;
    await jobs.wait(JobId, { signal, everyMs: 500 });
    const outcome = await jobs.outcome(JobId, userId, { signal });
    return { shown: { JobId, ...outcome }, exitCode: CODES[outcome.Status] };
  } catch (error) {
    if (error instanceof VolleyError) return { shown: { ...named(id), ...refusal(error, access) }, exitCode: 5 };
    if (signal.aborted && id !== undefined) {
      const Reason = `no outcome within ${timeoutMs / 1_000} s; the job goes on`;
      return { shown: { JobId: id, UserId: String(userId), Status: "pending", Reason }, exitCode: 4 };
    }
    return { shown: { ...named(id), Reason: `the API was not reached: ${causeOf(error)}` }, exitCode: 5 };
  }
}

const named = (id: string | undefined) => (id === undefined ? {} : { JobId: id });

const refusal = ({ status, message, errors }: VolleyError, { kind }: Access) => ({
  HttpStatus: status,
  Reason: status === 401 && kind === "aws" ? `${message}; this stage asks for a key: --key, or VOLLEY_KEY` : message,
  ...(errors.length > 0 && { Faults: errors.map(({ pointer, detail }) => `${pointer} ${detail}`) }),
});

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return cause instanceof Error ? cause.message : String(cause);
}
