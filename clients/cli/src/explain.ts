import { ListFileError } from "../../../list-reader/list-file.ts";
import { VolleyError } from "../../sdk/src/client.ts";
import { CannotDo, WrongUse } from "./command-line/wrong-use.ts";
import { EXIT } from "./exit-codes.ts";
import { Interrupted } from "./io.ts";
import type { Say } from "./texts/say.ts";

export type Explained = Readonly<{ text: string; exitCode: number }>;

/** Of a refused request, the faults that one line holds. */
const SHOWN_FAULTS = 5;
/** What a request cannot be: the person can mend it. */
const WRONG_REQUEST: readonly number[] = [400, 413, 415, 422];

/**
 * What went wrong, for the person at the terminal, in one line where that is possible; and how the process ends.
 *
 * @param command the words behind `volley`
 */
export function explain(error: unknown, signal: AbortSignal, say: Say, command = ""): Explained {
  const named = (text: string): string => `${`volley ${command}`.trimEnd()}: ${text}`;
  if (signal.aborted || error instanceof Interrupted) return { text: "", exitCode: EXIT.INTERRUPTED };
  if (error instanceof WrongUse) return { text: named(error.message), exitCode: EXIT.WRONG_USE };
  if (error instanceof CannotDo) return { text: named(error.message), exitCode: error.exitCode };
  if (error instanceof ListFileError) return { text: named(error.message), exitCode: EXIT.BAD_LIST };
  if (error instanceof VolleyError) {
    const { text, exitCode } = refusal(error, say);
    return { text: named(text), exitCode };
  }
  const code = networkCode(error);
  if (code !== undefined) return { text: named(say("error.network", { code })), exitCode: EXIT.NO_ANSWER };
  if (error instanceof Error && error.name === "CredentialsProviderError") {
    return { text: named(say("error.aws", { detail: error.message })), exitCode: EXIT.REFUSED };
  }
  if (error instanceof Error && "syscall" in error) return { text: named(error.message), exitCode: EXIT.WRONG_USE };
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { text: named(say("error.unexpected", { detail })), exitCode: EXIT.NOT_ALL };
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
