import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classify } from "../../lib/volcengine/error-codes.ts";

/** The vendor's codes, by the statuses they were seen with. */
const TABLE = [
  {
    want: "request",
    statuses: [200, 400, 404, 405],
    codes: ["MissingParameter", "MissingRequestInfo", "InvalidActionOrVersion", "MethodNotAllowed"],
  },
  {
    want: "request",
    statuses: [200, 400],
    codes: ["JsonParsingError", "InvalidParam", "InvalidParameter", "InvalidParameter.Receiver", "AppNotFound"],
  },
  { want: "request", statuses: [200, 400], codes: ["AppStatusException", "NoAuth"] },
  {
    want: "credentials",
    statuses: [200, 400, 401, 403],
    codes: ["MissingAuthenticationToken", "MissingSignature", "InvalidAccessKey", "InvalidClientTokenId"],
  },
  {
    want: "credentials",
    statuses: [200, 400, 401, 403],
    codes: ["SignatureDoesNotMatch", "LackPolicy", "AccessDenied", "LackProjectPolicy", "InvalidAuthorization"],
  },
  { want: "credentials", statuses: [200, 400, 401, 403], codes: ["InvalidCredential", "InvalidSecretToken"] },
  { want: "clock", statuses: [200, 400, 403], codes: ["InvalidTimestamp", "InvalidTimestamp.Expired"] },
  {
    want: "flow",
    statuses: [200, 400, 429],
    codes: ["FlowLimitExceeded", "FlowLimitExceeded.QPSOverLimit", "AccountFlowLimitExceeded"],
  },
  { want: "flow", statuses: [429], codes: [undefined, "", "NeverSeen", "InternalError", "AccessDenied"] },
  {
    want: "not-sent",
    statuses: [200, 404, 502, 503],
    codes: ["ServiceNotFound", "ServiceUnavailable", "FailToConnect", "ServiceUnavailableTemp"],
  },
  {
    want: "unclear",
    statuses: [200, 400, 500, 502, 504],
    codes: ["UndefinedError", "InternalError", "InternalServiceTimeout", "InternalServiceError"],
  },
  {
    want: "request",
    statuses: [400, 401, 404, 499],
    codes: [undefined, "", "NeverSeen", "constructor", "Invalid.AccessDenied", "accessdenied", ".NoAuth"],
  },
  { want: "unclear", statuses: [200, 302, 500, 502, 503, 504], codes: [undefined, "", "NeverSeen", "AccessDeniedToo"] },
] as const;

describe("classify", () => {
  const rows = TABLE.flatMap(({ want, statuses, codes }) =>
    codes.flatMap((code) => statuses.map((status) => ({ want, status, code }))),
  );
  it.each(rows)("$status $code -> $want", ({ status, code, want }) => {
    expect(classify(status, code)).toBe(want);
  });

  it("takes a sub-code for its first part", () => {
    const codes = TABLE.flatMap(({ codes }) => codes.filter((code) => code !== undefined && !code.includes(".")));
    fc.assert(
      fc.property(fc.constantFrom(...codes), fc.string(), fc.integer({ min: 200, max: 599 }), (code, sub, status) => {
        expect(classify(status, `${code}.${sub}`)).toBe(classify(status, code));
      }),
    );
  });
});
