import { hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalQuery, makeSigner } from "../../lib/volcengine/signature.ts";
import { type ArrivedRequest, verifySignature } from "../../lib/volcengine/verify-signature.ts";
import vectors from "../vectors/signature.json" with { type: "json" };

const { accessKeyId, secretAccessKey, region, service, method, path, body } = vectors;
const nowMs = Date.parse(vectors.time);
const query = "Version=2020-12-01&Action=BatchSendMessage";
const credentials = { accessKeyId, secretAccessKey };
const secretOf = (id: string) => (id === accessKeyId ? secretAccessKey : undefined);
const sign = makeSigner({ region, service });

/** A signed request, and what became of it on its way. */
function arrived(bent: Partial<ArrivedRequest> = {}, signedHeaders: Record<string, string> = {}) {
  const canonical = canonicalQuery(vectors.query as [string, string][]);
  const headers = sign({ method, path, query: canonical, headers: signedHeaders }, body, credentials, nowMs);
  const { authorization = "" } = headers;
  const request = { method, path, query, headers, bodyHash: vectors.bodySha256, ...bent };
  return { authorization, request, headers };
}
const verify = ({ authorization, request }: ReturnType<typeof arrived>, atMs = nowMs) =>
  verifySignature(authorization, request, secretOf, atMs);

describe("verifySignature", () => {
  it.each(vectors.vectors)("takes the vector of $signedHeaders", ({ headers, signature }) => {
    expect(verify(arrived({}, headers as Record<string, string>))).toMatchObject({
      kind: "good",
      accessKeyId,
      signature,
    });
  });

  it("takes the parameters of the query in any order and any encoding", () => {
    expect(verify(arrived({ query: "Action=BatchSendMessage&Version=%32020-12-01" })).kind).toBe("good");
  });

  it.each([
    { when: "900 s after", offMs: 900_000, kind: "good" },
    { when: "900 s before", offMs: -900_000, kind: "good" },
    { when: "a moment later", offMs: 900_001, kind: "bad" },
    { when: "a moment earlier", offMs: -900_001, kind: "bad" },
  ])("a signature $when is $kind", ({ offMs, kind }) => {
    expect(verify(arrived(), nowMs + offMs).kind).toBe(kind);
  });

  const { headers, authorization } = arrived();
  const without = (name: string) => ({
    headers: Object.fromEntries(Object.entries(headers).filter(([n]) => n !== name)),
  });
  it.each([
    { when: "the body", bent: { bodyHash: hash("sha256", `${body} `) }, code: "SignatureDoesNotMatch" },
    {
      when: "the body and its hash",
      bent: { bodyHash: hash("sha256", "x"), headers: { ...headers, "x-content-sha256": hash("sha256", "x") } },
      code: "SignatureDoesNotMatch",
    },
    { when: "the path", bent: { path: "/v1/jobs" }, code: "SignatureDoesNotMatch" },
    { when: "the query", bent: { query: `${query}&a=b` }, code: "SignatureDoesNotMatch" },
    { when: "a query that cannot be decoded", bent: { query: `${query}&a=%` }, code: "SignatureDoesNotMatch" },
    { when: "the method", bent: { method: "GET" }, code: "SignatureDoesNotMatch" },
    {
      when: "the date",
      bent: { headers: { ...headers, "x-date": "20240515T080314Z" } },
      code: "SignatureDoesNotMatch",
    },
    { when: "the date, to none", bent: { headers: { ...headers, "x-date": "now" } }, code: "InvalidTimestamp" },
    {
      when: "the date, to another day",
      bent: { headers: { ...headers, "x-date": "20240516T000000Z" } },
      code: "InvalidTimestamp",
    },
    {
      when: "an Idempotency-Key beside it",
      bent: { headers: { ...headers, "idempotency-key": "k" } },
      code: "SignatureDoesNotMatch",
    },
    {
      when: "a session token beside it",
      bent: { headers: { ...headers, "x-security-token": "t" } },
      code: "SignatureDoesNotMatch",
    },
    { when: "no date", bent: without("x-date"), code: "MissingRequestInfo" },
    { when: "no hash of the body", bent: without("x-content-sha256"), code: "MissingRequestInfo" },
  ])("refuses a request with another $when", ({ bent, code }) => {
    expect(verify(arrived(bent))).toMatchObject({ kind: "bad", code });
  });

  it.each([
    { when: "no signature", bend: (text: string) => text.replace(/, Signature.*/, ""), code: "MissingSignature" },
    { when: "another form", bend: (text: string) => text.replace("/request", ""), code: "InvalidAuthorization" },
    {
      when: "a signature in capitals",
      bend: (text: string) => text.replace(/[0-9a-f]{64}$/, (s) => s.toUpperCase()),
      code: "InvalidAuthorization",
    },
    { when: "a short signature", bend: (text: string) => text.slice(0, -1), code: "InvalidAuthorization" },
    { when: "another key", bend: (text: string) => text.replace(accessKeyId, "AKLTother"), code: "InvalidAccessKey" },
    { when: "another service", bend: (text: string) => text.replace("/rtc/", "/iam/"), code: "InvalidCredential" },
    {
      when: "another day",
      bend: (text: string) => text.replace("/20240515/", "/20240514/"),
      code: "InvalidCredential",
    },
    {
      when: "another region",
      bend: (text: string) => text.replace("cn-north-1", "cn-north-2"),
      code: "SignatureDoesNotMatch",
    },
    {
      when: "fewer signed headers",
      bend: (text: string) => text.replace("x-content-sha256;", ""),
      code: "SignatureDoesNotMatch",
    },
    {
      when: "a header it does not sign",
      bend: (text: string) => text.replace("x-date,", "x-date;x-more,"),
      code: "SignatureDoesNotMatch",
    },
  ])("refuses an Authorization with $when", ({ bend, code }) => {
    const { request } = arrived();
    expect(verifySignature(bend(authorization), request, secretOf, nowMs)).toMatchObject({ kind: "bad", code });
  });

  it("refuses every request of which one byte of the signature is another", () => {
    const digit = fc.integer({ min: 0, max: 63 });
    fc.assert(
      fc.property(digit, fc.integer({ min: 1, max: 15 }), (at, by) => {
        const from = authorization.length - 64 + at;
        const other = ((Number.parseInt(authorization[from] ?? "0", 16) + by) % 16).toString(16);
        const bent = authorization.slice(0, from) + other + authorization.slice(from + 1);
        expect(verifySignature(bent, arrived().request, secretOf, nowMs).kind).toBe("bad");
      }),
    );
  });
});
