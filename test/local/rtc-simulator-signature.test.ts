import { describe, expect, it } from "vitest";
import { type Account, type SignedRequest, verifySignature } from "../../local/rtc-simulator/verify-signature.ts";
import { KEYS, QUERY, sign } from "./rtc-simulator-client.ts";

/**
 * Vectors with invented keys. The first two are what `@volcengine/openapi` 1.36.2 signs (it signs host when told to,
 * content-type never); the third is the set of headers that the vendor's SDKs for other languages sign.
 */
const BODY =
  '{"AppId":666675,"Sender":10001,"Receiver":[1,2,3],"InboxType":0,"MsgType":10001,"Content":"消息群发123","IsNormalUser":false,"Ext":{"key":"value"}}';
const DATE = "20240515T080313Z";
const DATE_MS = Date.UTC(2024, 4, 15, 8, 3, 13);
const account: Account = { ...KEYS, region: "cn-north-1", service: "rtc" };

function vector(names: string, signature: string): SignedRequest {
  return {
    method: "POST",
    target: `/?${QUERY}`,
    body: Buffer.from(BODY),
    headers: {
      host: "rtc.volcengineapi.com",
      "content-type": "application/json",
      "x-date": DATE,
      "x-content-sha256": "4bddef0c1dec66fdde6520d90e734746a9241d4119e00f6e30ad75f8d95b3d97",
      authorization: `HMAC-SHA256 Credential=${KEYS.accessKeyId}/20240515/cn-north-1/rtc/request, SignedHeaders=${names}, Signature=${signature}`,
    },
  };
}
const good = vector(
  "content-type;host;x-content-sha256;x-date",
  "837234e0e8c14e9a43aeb1a0ba8eda70b61dd0de835eff7af12b284f72951886",
);
const withHeaders = (headers: SignedRequest["headers"]): SignedRequest => ({
  ...good,
  headers: { ...good.headers, ...headers },
});
const authorization = good.headers.authorization ?? "";

describe("verifySignature", () => {
  it.each([
    ["x-content-sha256;x-date", "0997eabd3c55c15637f5e1407eeeac1d61924c7e1daada3474ae2481e74d5ad8"],
    ["host;x-content-sha256;x-date", "f7f4ba05a9f29c32ad9cd282f7ba79d5d275634827f5dbb435837b42a8df5b22"],
    ["content-type;host;x-content-sha256;x-date", "837234e0e8c14e9a43aeb1a0ba8eda70b61dd0de835eff7af12b284f72951886"],
  ])("takes the vector that signs %s", (names, signature) => {
    expect(verifySignature(vector(names, signature), account, DATE_MS)).toBeUndefined();
  });

  it.each([
    { when: "900 s old", nowMs: DATE_MS + 900_000, want: undefined },
    { when: "900 s ahead", nowMs: DATE_MS - 900_000, want: undefined },
    { when: "1 ms older", nowMs: DATE_MS + 900_001, want: "InvalidTimestamp" },
    { when: "1 ms further ahead", nowMs: DATE_MS - 900_001, want: "InvalidTimestamp" },
  ])("$when -> $want", ({ nowMs, want }) => {
    expect(verifySignature(good, account, nowMs)?.code).toBe(want);
  });

  it.each([
    { when: "another body", request: { ...good, body: Buffer.from(`${BODY} `) }, want: "SignatureDoesNotMatch" },
    { when: "another query", request: { ...good, target: `/?${QUERY}&X=1` }, want: "SignatureDoesNotMatch" },
    { when: "another path", request: { ...good, target: `/v2?${QUERY}` }, want: "SignatureDoesNotMatch" },
    { when: "another method", request: { ...good, method: "PUT" }, want: "SignatureDoesNotMatch" },
    { when: "another host", request: withHeaders({ host: "localhost" }), want: "SignatureDoesNotMatch" },
    {
      when: "no Authorization",
      request: withHeaders({ authorization: undefined }),
      want: "MissingAuthenticationToken",
    },
    {
      when: "another scheme",
      request: withHeaders({ authorization: "Basic Signature=" }),
      want: "InvalidAuthorization",
    },
    { when: "no Signature", request: withHeaders({ authorization: "HMAC-SHA256 x" }), want: "MissingSignature" },
    { when: "no X-Date", request: withHeaders({ "x-date": undefined }), want: "MissingRequestInfo" },
    { when: "no body hash", request: withHeaders({ "x-content-sha256": undefined }), want: "MissingRequestInfo" },
    { when: "an X-Date of no day", request: withHeaders({ "x-date": "20241315T080313Z" }), want: "InvalidTimestamp" },
    { when: "a token nobody asked for", request: withHeaders({ "x-security-token": "t" }), want: "InvalidSecretToken" },
    {
      when: "signed headers out of order",
      request: vector("x-date;x-content-sha256", "0997eabd3c55c15637f5e1407eeeac1d61924c7e1daada3474ae2481e74d5ad8"),
      want: "InvalidAuthorization",
    },
    {
      when: "another scope",
      request: withHeaders({ authorization: authorization.replace("cn-north-1", "cn-south-1") }),
      want: "InvalidCredential",
    },
    {
      when: "the day of another X-Date",
      request: withHeaders({ authorization: authorization.replace("20240515", "20240514") }),
      want: "InvalidCredential",
    },
    {
      when: "a body hash that is not signed",
      request: vector("host;x-date", "0".repeat(64)),
      want: "SignatureDoesNotMatch",
    },
  ])("refuses $when: $want", ({ request, want }) => {
    expect(verifySignature(request, account, DATE_MS)?.code).toBe(want);
  });

  it.each([
    { when: "another access key", keys: { ...KEYS, accessKeyId: "AKLTother" }, want: "InvalidAccessKey" },
    { when: "another secret", keys: { ...KEYS, secretAccessKey: "other" }, want: "SignatureDoesNotMatch" },
  ])("refuses $when: $want", ({ keys, want }) => {
    const request = { ...good, headers: sign(BODY, DATE_MS, {}, keys) };
    expect(verifySignature(request, account, DATE_MS)?.code).toBe(want);
  });

  it("wants a session token sent, right and signed", () => {
    const strict = { ...account, sessionToken: "token" };
    const code = (headers: SignedRequest["headers"]) => verifySignature({ ...good, headers }, strict, DATE_MS)?.code;
    expect(code(sign(BODY, DATE_MS, { "x-security-token": "token" }))).toBeUndefined();
    expect(code(sign(BODY, DATE_MS, { "x-security-token": "wrong" }))).toBe("InvalidSecretToken");
    expect(code(sign(BODY, DATE_MS))).toBe("InvalidSecretToken");
    expect(code({ ...sign(BODY, DATE_MS), "x-security-token": "token" })).toBe("SignatureDoesNotMatch");
  });

  it("takes a query in any order and encoding", () => {
    const target = "/?Version=2020%2d12-01&Action=BatchSend%4Dessage";
    expect(verifySignature({ ...good, target }, account, DATE_MS)).toBeUndefined();
  });
});
