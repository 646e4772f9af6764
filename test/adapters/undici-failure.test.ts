import { describe, expect, it } from "vitest";
import { CallTimeout, NoCredentials, nameFailure, TooLate } from "../../lib/adapters/undici-failure.ts";

const coded = (code: string) => Object.assign(new Error("its words are never looked at"), { code });

/** What the integration test cannot provoke on loopback, and the codes that one failure can come with. */
describe("nameFailure", () => {
  it.each([
    { codes: ["ECONNREFUSED"], want: "ConnectionRefused" },
    { codes: ["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA"], want: "DnsFailed" },
    { codes: ["UND_ERR_CONNECT_TIMEOUT", "ETIMEDOUT"], want: "ConnectTimeout" },
    { codes: ["ENETUNREACH", "EHOSTUNREACH", "EADDRNOTAVAIL"], want: "Unreachable" },
    { codes: ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"], want: "ConnectionReset" },
    { codes: ["EPROTO", "ERR_SSL_WRONG_VERSION_NUMBER", "ERR_TLS_CERT_ALTNAME_INVALID"], want: "TlsFailed" },
    { codes: ["CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN"], want: "TlsFailed" },
    { codes: ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"], want: "TlsFailed" },
    { codes: ["CRL_HAS_EXPIRED", "UNABLE_TO_GET_CRL", "INVALID_CA", "HOSTNAME_MISMATCH"], want: "TlsFailed" },
    { codes: ["EMFILE", "UND_ERR_DESTROYED", "NEVER_SEEN"], want: "ConnectFailed" },
  ])("before a byte was written, $codes -> $want, not sent", ({ codes, want }) => {
    for (const code of codes) {
      expect(nameFailure(coded(code), false)).toEqual({ kind: "refused", why: "not-sent", code: want });
    }
  });

  it.each([
    { codes: ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"], want: "ConnectionReset" },
    { codes: ["ETIMEDOUT"], want: "CallTimeout" },
    { codes: ["HPE_INVALID_CONSTANT"], want: "NotHttp" },
    { codes: ["UND_ERR_RES_EXCEEDED_MAX_SIZE"], want: "AnswerTooLarge" },
    { codes: ["ECONNREFUSED", "ENOTFOUND", "UND_ERR_INVALID_ARG", "NEVER_SEEN"], want: "CallBroken" },
  ])("after, $codes -> $want, unclear", ({ codes, want }) => {
    for (const code of codes) expect(nameFailure(coded(code), true)).toEqual({ kind: "unclear", code: want });
  });

  it("names our own: the deadline by how far the call had come, keys that could not be had, and a socket too late", () => {
    expect(nameFailure(new CallTimeout(), false)).toMatchObject({ why: "not-sent", code: "ConnectTimeout" });
    expect(nameFailure(new CallTimeout(), true)).toEqual({ kind: "unclear", code: "CallTimeout" });
    expect(nameFailure(new NoCredentials(), false)).toMatchObject({ why: "not-sent", code: "CredentialsUnavailable" });
    expect(nameFailure(new TooLate(), false)).toEqual({ kind: "refused", why: "late", code: "TooLate" });
  });

  it.each([{ cause: undefined }, { cause: "text" }, { cause: new Error("no code") }])("takes $cause", ({ cause }) => {
    expect(nameFailure(cause, false)).toMatchObject({ why: "not-sent", code: "ConnectFailed" });
    expect(nameFailure(cause, true)).toEqual({ kind: "unclear", code: "CallBroken" });
  });
});
