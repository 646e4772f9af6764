import type { Refusal } from "../domain/rtc-answer.ts";

/**
 * What an error answer means for us. `clock`: our time is off by more than a signature may be old; sign again. `unclear`:
 * the request may have been carried out. The rest as {@link Refusal} has it.
 */
export type UpstreamFailure = Refusal | "clock" | "unclear";

/**
 * The vendor's codes, `CodeN` beside those that have one. Sub-codes are dotted (`FlowLimitExceeded.QPSOverLimit`) and
 * mean what their first part means.
 *
 * @see https://www.volcengine.com/docs/6348/412253 common error codes
 */
const MEANING: ReadonlyMap<string, UpstreamFailure> = new Map<string, UpstreamFailure>([
  ["MissingParameter", "request"], // 100002
  ["MissingRequestInfo", "request"], // 100004
  ["InvalidActionOrVersion", "request"], // 100008
  ["MethodNotAllowed", "request"],
  ["JsonParsingError", "request"],
  ["InvalidParam", "request"],
  ["InvalidParameter", "request"],
  ["AppNotFound", "request"],
  ["AppStatusException", "request"],
  ["NoAuth", "request"],
  ["MissingAuthenticationToken", "credentials"], // 100003
  ["MissingSignature", "credentials"], // 100005
  ["InvalidAccessKey", "credentials"], // 100009
  ["InvalidClientTokenId", "credentials"], // 100009
  ["SignatureDoesNotMatch", "credentials"], // 100010
  ["LackPolicy", "credentials"], // 100012
  ["AccessDenied", "credentials"], // 100013
  ["LackProjectPolicy", "credentials"],
  ["InvalidAuthorization", "credentials"],
  ["InvalidCredential", "credentials"],
  ["InvalidSecretToken", "credentials"],
  ["InvalidTimestamp", "clock"], // 100006
  ["FlowLimitExceeded", "flow"],
  ["AccountFlowLimitExceeded", "flow"], // 100027
  ["ServiceNotFound", "not-sent"], // 100007
  ["ServiceUnavailable", "not-sent"], // 100007
  ["FailToConnect", "not-sent"], // 100015
  ["ServiceUnavailableTemp", "not-sent"],
  ["UndefinedError", "unclear"], // 100001
  ["InternalError", "unclear"], // 100014
  ["InternalServiceTimeout", "unclear"], // 100016
  ["InternalServiceError", "unclear"],
]);

/**
 * Say what an error answer means: by its code, since one code comes with several statuses (200 among them). The status
 * alone decides only for 429, which is always "too fast", and for codes that are not listed.
 *
 * @param status HTTP status, 100 to 599
 * @param code   `ResponseMetadata.Error.Code`, if the answer has one
 */
export function classify(status: number, code?: string): UpstreamFailure {
  if (status === 429) return "flow";
  const known = code === undefined ? undefined : MEANING.get(code.split(".", 1)[0] ?? code);
  return known ?? (status >= 400 && status < 500 ? "request" : "unclear");
}

/** Beside redirections. @see RFC 9110 sections 15.4 and 15.5; RFC 6585 for 431 and 511 */
const TURNED_AWAY: ReadonlySet<number> = new Set([
  401, 403, 404, 405, 407, 411, 413, 414, 417, 421, 426, 431, 451, 511,
]);

/** Whether a status says by itself that nobody carried the request out: a proxy or a gateway turned it away. */
export const saysNotProcessed = (status: number): boolean => (status >= 300 && status < 400) || TURNED_AWAY.has(status);
