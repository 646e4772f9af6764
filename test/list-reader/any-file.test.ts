import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ListFileOptions } from "../../list-reader/list-file.ts";
import { inChunks, readAll } from "./read-all.ts";

const CSV: ListFileOptions = { format: "csv" };
const TXT: ListFileOptions = { format: "txt" };
const NDJSON: ListFileOptions = { format: "ndjson" };

/** Lines with everything in them that makes reading hard. */
const anyLine = fc.oneof(
  { weight: 5, arbitrary: fc.bigInt({ min: 1n, max: 2n ** 63n }).map(String) },
  fc.constantFrom(
    "",
    " ",
    "UserId",
    '"',
    '7,"',
    '"7","a""b"',
    '"8","a\nb"',
    "9,007",
    "7,x,y",
    "1.5E+18",
    "\uFEFF",
    "7\r",
  ),
  fc.constantFrom('{"UserId":7}', '{"UserId":"8","a":"\\""}', '"9"', "a;b;c", "é,你", '5" x', "7\t8", "\0"),
);
const anyFile = fc
  .tuple(
    fc.array(anyLine, { maxLength: 30 }),
    fc.constantFrom("\n", "\r\n"),
    fc.constantFrom("", "\uFEFF"),
    fc.constantFrom("", "UserId,Name\n", "sep=;\n"),
  )
  .map(([lines, feed, mark, head]) => Buffer.from(`${mark}${head}${lines.join(feed)}`));
const anyOptions = fc.constantFrom(CSV, TXT, NDJSON, { ...CSV, column: 1 });
const anySizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

describe("any file", () => {
  const outcome = (bytes: Buffer, options: ListFileOptions, ...sizes: number[]) =>
    readAll(inChunks(bytes, ...sizes), options).catch((error: unknown) => ({ error: String(error), places: [] }));

  it("gives the same, however it is cut into chunks", async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, anyOptions, anySizes, async (bytes, options, sizes) => {
        const { places: _, ...whole } = await outcome(bytes, options);
        const { places: __, ...cut } = await outcome(bytes, options, ...sizes);
        expect(cut).toEqual(whole);
      }),
      { numRuns: 1_000 },
    );
  });

  it("gives the same when it is read on from any place that was named", async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, anyOptions, anySizes, fc.nat(), async (bytes, options, sizes, pick) => {
        const whole = await outcome(bytes, options, ...sizes);
        if (!("ids" in whole)) return;
        const from = whole.places[pick % whole.places.length];
        if (!from || from.offset === 0) return;
        const rest = await readAll(inChunks(bytes.subarray(from.offset), ...sizes), options, from);
        expect(rest.ids).toEqual(whole.ids.slice(from.ids));
        expect(rest.bad).toEqual(whole.bad.slice(from.bad));
      }),
      { numRuns: 1_000 },
    );
  });

  it("gives back the ids that were written, in every form", async () => {
    const anyIds = fc.array(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), { minLength: 1, maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(anyIds, anySizes, async (ids, sizes) => {
        const forms: (readonly [string, ListFileOptions])[] = [
          [`UserId\n${ids.join("\n")}`, CSV],
          [`n;UserId\r\n${ids.map((id) => `"x ""y"" ; z";"${id}"`).join("\r\n")}`, CSV],
          [ids.join("\n"), TXT],
          [ids.map((id) => `{"UserId":${id}}`).join("\n"), NDJSON],
          [ids.map((id) => `{"a":[1.5],"UserId":"${id}"}`).join("\r\n"), NDJSON],
        ];
        for (const [file, options] of forms) {
          const got = await readAll(inChunks(Buffer.from(file), ...sizes), options);
          expect(got).toMatchObject({ ids, badCount: 0 });
        }
      }),
      { numRuns: 100 },
    );
  });
});
