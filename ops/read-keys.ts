import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import type { ReadStream } from "node:tty";
import type { Credentials } from "../lib/volcengine/signature.ts";
import { BadUse } from "./bad-use.ts";

type Env = Readonly<Record<string, string | undefined>>;
type Given = Readonly<{ accessKeyId?: unknown; secretAccessKey?: unknown; sessionToken?: unknown }>;

/**
 * The keys of an account: from the environment if any stands there, from a prompt at a terminal, else from standard input.
 *
 * @param say writes to the person at the terminal; what is typed is never written
 * @throws {BadUse} naming what is missing or cannot be a key, a line each
 */
export async function readKeys(env: Env, input: ReadStream, say: (words: string) => void): Promise<Credentials> {
  const { VOLC_ACCESSKEY: accessKeyId, VOLC_SECRETKEY: secretAccessKey, VOLC_SESSION_TOKEN: sessionToken } = env;
  if (accessKeyId || secretAccessKey) return toKeys({ accessKeyId, secretAccessKey, sessionToken });
  return toKeys(input.isTTY ? await ask(input, say) : parseKeys(await text(input)));
}

/** JSON, or one value a line: access key id, secret access key, session token. */
function parseKeys(given: string): Given {
  if (given.trimStart().startsWith("{")) {
    try {
      const value: unknown = JSON.parse(given);
      return typeof value === "object" && value !== null ? value : {};
    } catch {
      throw new BadUse("standard input is no JSON"); // the parser's own message would quote it
    }
  }
  const [accessKeyId, secretAccessKey, sessionToken] = given.split("\n").map((line) => line.trim());
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** @throws {BadUse} */
function toKeys({ accessKeyId, secretAccessKey, sessionToken }: Given): Credentials {
  const id = read("access key id", accessKeyId);
  const secret = read("secret access key", secretAccessKey);
  const token = sessionToken === undefined || sessionToken === "" ? undefined : read("session token", sessionToken);
  const faults = [id, secret, token].flatMap((one) => (one && "fault" in one ? one.fault : []));
  if (!id || !("value" in id) || !secret || !("value" in secret) || faults.length > 0) {
    throw new BadUse(faults.join("\n"));
  }
  return {
    accessKeyId: id.value,
    secretAccessKey: secret.value,
    ...(token && "value" in token && { sessionToken: token.value }),
  };
}

/** Keys go into a header: printable ASCII without blanks. */
function read(name: string, value: unknown): Readonly<{ value: string }> | Readonly<{ fault: string }> {
  if (typeof value !== "string" || value === "") return { fault: `the ${name} is missing` };
  return /^[!-~]{1,4096}$/.test(value) ? { value } : { fault: `the ${name} holds blanks, or signs that no key has` };
}

/** What is typed is shown nowhere: readline writes into nothing. */
async function ask(input: ReadStream, say: (words: string) => void): Promise<Given> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  const stop = new AbortController();
  lines.on("SIGINT", () => stop.abort()).on("close", () => stop.abort());
  const typed = async (name: string): Promise<string> => {
    say(`${name}: `);
    const line = await lines.question("", { signal: stop.signal });
    say("\n");
    return line.trim();
  };
  try {
    const accessKeyId = await typed("Access key id");
    const secretAccessKey = await typed("Secret access key");
    return { accessKeyId, secretAccessKey, sessionToken: await typed("Session token, if there is one") };
  } catch (error) {
    if (stop.signal.aborted) throw new BadUse("\nnothing was written");
    throw error;
  } finally {
    lines.close();
  }
}
