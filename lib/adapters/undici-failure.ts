import { AppError } from "../domain/errors.ts";
import type { RtcAnswer } from "../domain/rtc-answer.ts";

/** The upstream took longer than a call may take. */
export class CallTimeout extends AppError {
  override readonly name = "CallTimeout";
  readonly code = "CALL_TIMEOUT";
}

/** The socket was ready only after the call had to have left. */
export class TooLate extends AppError {
  override readonly name = "TooLate";
  readonly code = "TOO_LATE";
}

/** There is a socket for the next call: a request that was only to open one is not written. */
export class SocketReady extends AppError {
  override readonly name = "SocketReady";
  readonly code = "SOCKET_READY";
}

/** The keys could not be read: nothing was signed, so nothing was sent. */
export class NoCredentials extends AppError {
  override readonly name = "NoCredentials";
  readonly code = "NO_CREDENTIALS";
}

type Row = readonly [errorCode: RegExp, name: string];

/**
 * Before the request was started: names of what went wrong, by the codes of Node and undici. First match wins.
 *
 * @see https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */
const BEFORE: readonly Row[] = [
  [/^NO_CREDENTIALS$/, "CredentialsUnavailable"],
  [/^ECONNREFUSED$/, "ConnectionRefused"],
  [/^(ENOTFOUND$|EAI_)/, "DnsFailed"],
  [/^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT|CALL_TIMEOUT)$/, "ConnectTimeout"],
  [/^(ENETUNREACH|EHOSTUNREACH|ENETDOWN|EHOSTDOWN|EADDRNOTAVAIL)$/, "Unreachable"],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, "ConnectionReset"],
  [/^(EPROTO$|ERR_SSL_|ERR_TLS_)/, "TlsFailed"],
  [/(CERT|UNABLE_TO_|_CRL|CRL_|INVALID_CA|PATH_LENGTH_EXCEEDED|INVALID_PURPOSE|HOSTNAME_MISMATCH)/, "TlsFailed"],
];

/** After it was started. */
const AFTER: readonly Row[] = [
  [/^(CALL_TIMEOUT|ETIMEDOUT)$/, "CallTimeout"],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, "ConnectionReset"],
  [/^(HPE_|HTTPParserError$)/, "NotHttp"],
  [/^UND_ERR_RES_EXCEEDED_MAX_SIZE$/, "AnswerTooLarge"],
];

/**
 * Translate a broken exchange. Whether anything can have arrived is told by `written` alone; the error's code only gives
 * the outcome a stable name.
 */
export const nameFailure = (cause: unknown, written: boolean): Exclude<RtcAnswer, { kind: "answered" }> =>
  written ? { kind: "unclear", code: nameIn(AFTER, codeOf(cause)) ?? "CallBroken" } : nameUnsent(cause);

/** Translate a failure before a byte was written. */
export function nameUnsent(cause: unknown): RtcAnswer & Readonly<{ kind: "refused" }> {
  const errorCode = codeOf(cause);
  if (errorCode === "TOO_LATE") return { kind: "refused", why: "late", code: "TooLate" };
  // undici takes no header with a line break or the like, and the access key and the session token are all we put in
  if (errorCode === "UND_ERR_INVALID_ARG") return { kind: "refused", why: "credentials", code: "UnsendableKey" };
  return { kind: "refused", why: "not-sent", code: nameIn(BEFORE, errorCode) ?? "ConnectFailed" };
}

function nameIn(table: readonly Row[], errorCode: string): string | undefined {
  return table.find(([pattern]) => pattern.test(errorCode))?.[1];
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "";
  return "code" in cause && cause.code !== undefined ? String(cause.code) : cause.name; // a parser may give no code
}
