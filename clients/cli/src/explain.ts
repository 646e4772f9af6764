import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { VolleyError } from "../../sdk/src/client.ts";
import { nearest } from "./command-line/nearest.ts";
import { CannotDo, WrongUse } from "./command-line/wrong-use.ts";
import { EXIT } from "./exit-codes.ts";
import { Interrupted } from "./io.ts";
import type { Say } from "./texts/say.ts";

export type Explained = Readonly<{ text: string; exitCode: number }>;

/** Of a refused request, the faults that one line holds. */
const SHOWN_FAULTS = 5;
/** What a request cannot be: the person can mend it. */
const WRONG_REQUEST: readonly number[] = [400, 413, 415, 422];

/** What went wrong, for the person at the terminal, in one line where that is possible; and how the process ends. */
export function explain(error: unknown, signal: AbortSignal, say: Say): Explained {
  if (signal.aborted || error instanceof Interrupted) return { text: "", exitCode: EXIT.INTERRUPTED };
  if (error instanceof WrongUse) return { text: error.message, exitCode: EXIT.WRONG_USE };
  if (error instanceof CannotDo) return { text: error.message, exitCode: error.exitCode };
  if (error instanceof VolleyError) return refusal(error, say);
  const code = networkCode(error);
  if (code !== undefined) return { text: say("error.network", { code }), exitCode: EXIT.NO_ANSWER };
  if (error instanceof Error && error.name === "CredentialsProviderError") {
    return { text: say("error.aws", { detail: error.message }), exitCode: EXIT.REFUSED };
  }
  if (isOfFile(error)) return { text: fileText(error, say), exitCode: EXIT.WRONG_USE };
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { text: say("error.unexpected", { detail }), exitCode: EXIT.NOT_ALL };
}

function refusal(error: VolleyError, say: Say): Explained {
  const { status, detail, errors, total } = error;
  if (status === 401) return { text: say("error.key", { detail }), exitCode: EXIT.REFUSED };
  if (status === 429 || status >= 500) {
    return { text: say("error.away", { status: String(status), detail }), exitCode: EXIT.NO_ANSWER };
  }
  const faults = errors.slice(0, SHOWN_FAULTS).map(({ pointer, detail }) => `${optionOf(pointer)} ${detail}`);
  const more = total > faults.length && faults.length > 0 ? [say("error.more", { count: total - faults.length })] : [];
  const text = [faults.length > 0 ? faults : [detail], more].flat().join(say("text.join"));
  return {
    text: say("error.refused", { text }),
    exitCode: WRONG_REQUEST.includes(status) ? EXIT.WRONG_USE : EXIT.REFUSED,
  };
}

/** The option that a part of the request comes from, where there is one of that name. */
function optionOf(pointer: string): string {
  const field = /^\/(?:Options\/)?([A-Z][A-Za-z]*)$/.exec(pointer)?.[1];
  return field === undefined ? pointer : `--${field.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}`;
}

/** `fetch` throws a TypeError whose cause says why. @see https://fetch.spec.whatwg.org/#concept-network-error */
function networkCode(error: unknown): string | undefined {
  if (error instanceof DOMException && error.name === "TimeoutError") return "timeout";
  if (!(error instanceof TypeError) || !(error.cause instanceof Error)) return undefined;
  const { cause } = error;
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
}

type FileError = Error & Readonly<{ code: string; path: string }>;

const isOfFile = (error: unknown): error is FileError =>
  error instanceof Error && "syscall" in error && "path" in error && typeof error.path === "string" && "code" in error;

/** A file that is not there was probably meant to be one beside it. */
function fileText({ code, path, message }: FileError, say: Say): string {
  if (code !== "ENOENT") return message;
  const meant = nearest(basename(path), namesIn(dirname(path)));
  const hint = meant === undefined ? "" : say("text.join") + say("wrong.meant", { meant: join(dirname(path), meant) });
  return `${say("wrong.file", { path })}${hint}`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // it is not there either
  }
}
