import { describe, expect, it } from "vitest";
import { readExportRequest } from "../../lib/api/export-request.ts";

describe("a request for an export", () => {
  it.each([
    { body: undefined, want: { format: "csv" } },
    { body: "{}", want: { format: "csv" } },
    { body: '{"Format":null,"Status":null,"Code":null}', want: { format: "csv" } },
    { body: '{"Format":"ndjson"}', want: { format: "ndjson" } },
    {
      body: '{"Format":"csv","Status":"failed","Code":"A.b-1_"}',
      want: { format: "csv", status: "failed", code: "A.b-1_" },
    },
  ])("$body is $want", ({ body, want }) => expect(readExportRequest(body)).toEqual(want));

  it.each(["", "{", "null", "[]", '"csv"', "7"])("that is not a JSON object is malformed: %s", (body) => {
    expect(() => readExportRequest(body)).toThrow(expect.objectContaining({ code: "MALFORMED" }));
  });

  it.each([
    { body: '{"Format":"xml"}', pointers: ["/Format"] },
    { body: '{"Format":["csv"]}', pointers: ["/Format"] },
    { body: '{"Status":"Sent"}', pointers: ["/Status"] },
    { body: '{"Code":""}', pointers: ["/Code"] },
    { body: '{"Code":7}', pointers: ["/Code"] },
    { body: '{"Code":"a#b"}', pointers: ["/Code"] },
    { body: `{"Code":"${"a".repeat(65)}"}`, pointers: ["/Code"] },
    { body: '{"a/b~":1,"b":2}', pointers: ["/a~1b~0", "/b"] },
    {
      body: '{"Format":"xml","Status":1,"Code":"\\n","format":"csv"}',
      pointers: ["/Code", "/Format", "/Status", "/format"],
    },
  ])("with faults names all of them: $body", ({ body, pointers }) => {
    const faults = (() => {
      try {
        return readExportRequest(body);
      } catch (error) {
        return error as { code: string; faults: { pointer: string; detail: string }[] };
      }
    })();
    expect(faults).toMatchObject({ code: "INVALID", total: pointers.length });
    if (!("faults" in faults)) throw new Error("it was taken");
    expect(faults.faults.map(({ pointer }) => pointer).sort()).toEqual(pointers);
    for (const { detail } of faults.faults) expect(detail).toMatch(/^(must|is) /);
  });
});
