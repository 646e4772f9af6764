import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { staticPage } from "../../lib/http/static-page.ts";
import { aRequest } from "./request.ts";

const html = "<!doctype html><title>Volley</title>";
const policy = "default-src 'none'";
const answer = staticPage({ html, policy });
const to = async (headers: Record<string, string>) => (await answer(aRequest({ headers }))) ?? {};

it("is what it is, for everybody, and lets nobody else use it", async () => {
  expect(await to({})).toMatchObject({
    statusCode: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
      "cache-control": "no-cache",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      etag: expect.stringMatching(/^"[\w-]{16}"$/),
    },
    body: html,
  });
});

it.each([
  { accepted: "gzip, deflate, br, zstd", packs: true },
  { accepted: "br, gzip;q=0", packs: false },
  { accepted: "identity", packs: false },
])("'$accepted': packed is $packs", async ({ accepted, packs }) => {
  const { headers = {}, body = "", isBase64Encoded = false } = await to({ "accept-encoding": accepted });
  const text = packs ? gunzipSync(Buffer.from(body, "base64")).toString() : body;
  expect({ text, isBase64Encoded, encoding: headers["content-encoding"] }).toEqual({
    ...{ text: html, isBase64Encoded: packs, encoding: packs ? "gzip" : undefined },
  });
});

it("whoever has it is told so; another policy is another page", async () => {
  const etag = String((await to({})).headers?.["etag"]);
  expect(await to({ "if-none-match": etag })).toMatchObject({ statusCode: 304, headers: { etag } });
  const other = await staticPage({ html, policy: "default-src 'self'" })(
    aRequest({ headers: { "if-none-match": etag } }),
  );
  expect(other).toMatchObject({ statusCode: 200 });
});
