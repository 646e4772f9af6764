import type { Dispatcher, Pool } from "undici";
import type { HttpReply } from "../volcengine/envelope.ts";
import { openAnswer } from "./open-answer.ts";

/**
 * The result of one POST. `broken.written` is false if not a byte of the request can have left: undici starts a request
 * only on a connected socket (after TLS, too), and tells us right before it writes.
 */
export type Exchange =
  | Readonly<{ kind: "replied"; reply: HttpReply; headers: Omit<Told, "contentEncoding"> }>
  | Readonly<{ kind: "broken"; written: boolean; cause: unknown }>;

/** Headers of the answer as they came. */
type Told = Readonly<Partial<Record<"date" | "retryAfter" | "contentEncoding", string | undefined>>>;

export type Post = Readonly<{
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  /** Of the answer, as it comes and unpacked. */
  maxBytes: number;
  /** Called right before the first byte would be written. If it returns a reason, nothing is written. */
  mayLeave: () => Error | undefined;
}>;

/**
 * POST once. Never rejects; ends at the latest when `deadline` aborts, which is then the cause.
 *
 * It dispatches by hand, not through `request()`, because only the handler learns whether the request was started. An
 * error code cannot tell: ECONNRESET comes from a handshake as well as from a request that was read and carried out.
 *
 * @see https://undici.nodejs.org/#/docs/api/Dispatcher?id=parameter-dispatchhandler
 */
export function post(
  pool: Pool,
  { path, headers, body, maxBytes, mayLeave }: Post,
  deadline: AbortSignal,
): Promise<Exchange> {
  return new Promise((resolve) => {
    let started: Dispatcher.DispatchController | undefined;
    let status = 0;
    let told: Told = {};
    const chunks: Buffer[] = [];

    const settle = (exchange: Exchange): void => {
      deadline.removeEventListener("abort", onDeadline);
      resolve(exchange); // the first one counts
    };
    const settleBroken = (cause: unknown): void => settle({ kind: "broken", written: started !== undefined, cause });
    const onDeadline = (): void => {
      started?.abort(deadline.reason);
      settleBroken(deadline.reason);
    };
    if (deadline.aborted) return onDeadline();
    deadline.addEventListener("abort", onDeadline);

    pool.dispatch(
      { method: "POST", path, headers, body },
      {
        onRequestStart(controller) {
          const why = deadline.aborted ? deadline.reason : mayLeave();
          if (why !== undefined) throw why; // undici then writes nothing, and keeps the socket: an abort would destroy it
          started = controller;
        },
        onResponseStart(_, statusCode, responseHeaders) {
          status = statusCode;
          told = {
            date: textOf(responseHeaders["date"]),
            retryAfter: textOf(responseHeaders["retry-after"]),
            contentEncoding: textOf(responseHeaders["content-encoding"]),
          };
        },
        onResponseData: (_, chunk) => void chunks.push(chunk),
        onResponseEnd() {
          const { contentEncoding, ...headers } = told;
          const text = openAnswer(Buffer.concat(chunks), contentEncoding, maxBytes);
          settle({ kind: "replied", reply: { status, body: text }, headers });
        },
        onResponseError: (_, cause) => settleBroken(cause),
      },
    );
  });
}

/** Values of a header that stands several times are joined. @see RFC 9110 section 5.3 */
const textOf = (value: string | string[] | undefined): string | undefined =>
  value === undefined ? undefined : [value].flat().join(", ");
