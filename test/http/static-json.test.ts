import { describe, expect, it } from "vitest";
import { staticJson } from "../../lib/http/static-json.ts";
import { aRequest } from "./request.ts";

const answer = staticJson({ openapi: "3.1.1" });

describe("the same JSON for everybody", () => {
  it("comes whole, and says how long it may be kept", async () => {
    const headers = {
      ...{
        "content-type": "application/json",
        "cache-control": "public, max-age=300",
        "x-content-type-options": "nosniff",
      },
      etag: expect.stringMatching(/^"[\w-]{16}"$/),
    };
    expect(await answer(aRequest({}))).toEqual({ statusCode: 200, headers, body: '{"openapi":"3.1.1"}' });
  });

  it("has another ETag for another document", async () => {
    const other = await staticJson({})(aRequest({}));
    expect(other).not.toMatchObject({ headers: { etag: await etagOf() } });
  });

  it.each([
    { name: "if-none-match", form: (etag: string) => etag, status: 304 },
    { name: "If-None-Match", form: (etag: string) => `W/${etag}`, status: 304 },
    { name: "if-none-match", form: (etag: string) => `"other", ${etag}`, status: 304 },
    { name: "if-none-match", form: () => '"other"', status: 200 },
    { name: "if-none-match", form: (etag: string) => etag.replaceAll('"', ""), status: 200 },
  ])("$name $form: $status", async ({ name, form, status }) => {
    const { statusCode, body } = (await answer(aRequest({ headers: { [name]: form(await etagOf()) } }))) ?? {};
    expect({ statusCode, isEmpty: body === undefined }).toEqual({ statusCode: status, isEmpty: status === 304 });
  });
});

async function etagOf(): Promise<string> {
  const { headers = {} } = await answer(aRequest({}));
  return String(headers["etag"]);
}
