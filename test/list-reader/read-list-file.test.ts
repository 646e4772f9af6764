import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { type ListFileOptions, MAX_DETAILS, MAX_LINE_BYTES } from "../../list-reader/list-file.ts";
import { inChunks, readAll } from "./read-all.ts";

const CSV: ListFileOptions = { format: "csv" };
const TXT: ListFileOptions = { format: "txt" };
const NDJSON: ListFileOptions = { format: "ndjson" };
const LONG = "9".repeat(MAX_LINE_BYTES + 1);
const rounded = "was rounded by a spreadsheet";
const plain = "must be written as plain decimal digits";
const grouped = "may be one number in groups";

type Row = Readonly<{
  when: string;
  file: string | Buffer;
  options?: ListFileOptions;
  ids: readonly (number | bigint)[];
  bad?: readonly (readonly [line: number, reason: string])[];
}>;

describe("reads a list file", () => {
  it.each<Row>([
    { when: "with nothing in it", file: "", ids: [] },
    { when: "with a byte order mark alone", file: "\uFEFF", ids: [] },
    { when: "of one id without a line feed", file: "7", ids: [7] },
    { when: "with a header of another name", file: "Users\n7\n8\n", ids: [7, 8] },
    { when: "with its header in any case, not first", file: "Name,USERID\nn,7\nm,8\n", ids: [7, 8] },
    { when: "with a byte order mark and CRLF", file: "\uFEFFUserId;Name\r\n7;n\r\n\r\n8;m\r\n", ids: [7, 8] },
    { when: "with tabs", file: "Name\tUserId\nn\t7", ids: [7] },
    { when: "with its separator named", file: "sep=;\r\nUserId;Name\r\n7;a,b,c,d\r\n", ids: [7] },
    { when: "with quotes", file: '"UserId","Name"\n"7","n"\n8,"a ""b"", c"\n9,m\n', ids: [7, 8, 9] },
    {
      when: "with line feeds in quotes",
      file: 'UserId,Name\n7,"a\nb\r\nc"\n8,m\nx,m\n',
      ids: [7, 8],
      bad: [[6, plain]],
    },
    { when: "with a quote in a name", file: 'UserId,Name\n7,5" pipe\n8,m\n', ids: [7, 8] },
    { when: "with names of any script", file: "UserId,姓名\n7,你好\n8,👋\n", ids: [7, 8] },
    { when: "with empty rows", file: "UserId,Name\n,\n7,n\n , \n\n8,m", ids: [7, 8] },
    { when: "with white space around ids", file: "UserId\n 7\n8 \n", ids: [7, 8] },
    { when: "with trailing delimiters", file: "UserId\n7,\n8,,\n", ids: [7, 8] },
    { when: "by a column's name", file: "a,b\n1,7\n2,8\n", options: { ...CSV, column: "b" }, ids: [7, 8] },
    { when: "by a column's number, no header", file: "1,7\n2,8\n", options: { ...CSV, column: 2 }, ids: [7, 8] },
    { when: "by a column's number, a header", file: "a,b\n1,7\n", options: { ...CSV, column: 2 }, ids: [7] },
    {
      when: "with the largest ids, exactly",
      file: "UserId\n9007199254740993\n9223372036854775807\n9223372036854775808\n99999999999999999999\n10000000000\n",
      ids: [9007199254740993n, 9223372036854775807n, 10_000_000_000n],
      bad: [
        [4, "must be from 1 to 9223372036854775807"],
        [5, "must be from 1 to 9223372036854775807"],
      ],
    },
    {
      when: "that a spreadsheet spoilt",
      file: "UserId\n9.22337E+18\n1.23E+18\n7.0\n7,0\n8.\n",
      ids: [],
      bad: [2, 3, 4, 5, 6].map((line) => [line, line < 4 ? rounded : line === 5 ? "has 2 fields" : "decimal point"]),
    },
    {
      when: "with ids that are none",
      file: "UserId\n0\n-7\n007\n+7\nx\n７\n",
      ids: [],
      bad: [2, 3, 4, 5, 6, 7].map((l) => [l, "must be"]),
    },
    {
      when: "with grouped digits, a header",
      file: "UserId\n9,007,199\n",
      ids: [],
      bad: [[2, "has 3 fields, the first row has 1"]],
    },
    { when: "with grouped digits, no header", file: "9,007,199\n", ids: [], bad: [[1, grouped]] },
    {
      when: "with grouped digits, a column",
      file: "9,007\n",
      options: { ...CSV, column: 1 },
      ids: [],
      bad: [[1, grouped]],
    },
    { when: "with grouped digits in quotes", file: 'UserId\n"9,007,199"\n', ids: [], bad: [[2, grouped]] },
    { when: "of one row with many ids", file: "1000,1001,1002\n", ids: [], bad: [[1, "more than one number"]] },
    { when: "with an empty cell", file: "UserId,Name\n,n\n", ids: [], bad: [[2, "the user id is empty"]] },
    { when: "with a row that is short", file: "a,UserId\n1\n2,7\n", ids: [7], bad: [[2, "the user id is empty"]] },
    {
      when: "that is not UTF-8",
      file: Buffer.from("UserId,Name\n7,\xff\n8,n\n", "latin1"),
      ids: [8],
      bad: [[2, "is not UTF-8"]],
    },
    {
      when: "with a quote that is not closed",
      file: 'UserId,Name\n7,"n\n8,m\n9,o\n',
      ids: [8, 9],
      bad: [[2, "a quote is not closed"]],
    },
    { when: "with text behind a quote", file: 'UserId,Name\n"7"8,n\n9,m\n', ids: [9], bad: [[2, plain]] },
    { when: "with a long line", file: `UserId\n${LONG}\n8\n`, ids: [8], bad: [[2, "is longer than 65536 bytes"]] },
    {
      when: "that ends in a long line",
      file: `UserId\n8\n${LONG}`,
      ids: [8],
      bad: [[3, "is longer than 65536 bytes"]],
    },
    {
      when: "with a long row",
      file: `UserId,Name\n7,${LONG}\n8,n\n`,
      ids: [8],
      bad: [[2, "is longer than 65536 bytes"]],
    },

    { when: "of text", file: "7\r\n\n8\n 9 \n", options: TXT, ids: [7, 8, 9] },
    {
      when: "of text, several on a line",
      file: "1000, 1001;1002\t1003  1004\n,1005,\n",
      options: TXT,
      ids: [1000, 1001, 1002, 1003, 1004, 1005],
    },
    {
      when: "of text with grouped digits",
      file: "9,007,199\n9 007\n100\n",
      options: TXT,
      ids: [100],
      bad: [
        [1, grouped],
        [2, grouped],
      ],
    },
    {
      when: "of text with a wrong one",
      file: "1000 x 1001\n1.5E+3\n8",
      options: TXT,
      ids: [8],
      bad: [
        [1, plain],
        [2, rounded],
      ],
    },

    { when: "of NDJSON", file: '7\n"8"\n{"UserId":9}\r\n{"UserId":"10"}\n', options: NDJSON, ids: [7, 8, 9, 10] },
    {
      when: "of NDJSON, exactly",
      file: '9007199254740993\n{ "UserId" : 9223372036854775807, "n": "\\"}" }\n{"n":1,"UserId":"9007199254740993"}\n',
      options: NDJSON,
      ids: [9007199254740993n, 9223372036854775807n, 9007199254740993n],
    },
    {
      when: "of NDJSON by a field",
      file: '{"id":7}\n{"id":"8","UserId":1}\n',
      options: { ...NDJSON, column: "id" },
      ids: [7, 8],
    },
    {
      when: "of NDJSON with wrong lines",
      file: '{"UserId":1.5}\n{"UserId":1e3}\n{"UserId":null}\n{"id":7}\n[7]\nx\n007\n{"UserId":7',
      options: NDJSON,
      ids: [],
      bad: [
        [1, plain],
        [2, rounded],
        [3, "must be a whole number"],
        [4, "has no field UserId"],
        [5, "must be a whole number"],
        [6, "is not JSON"],
        [7, "is not JSON"],
        [8, "is not JSON"],
      ],
    },
  ])("$when", async ({ file, options = CSV, ids, bad = [] }) => {
    // What is left of a long line is copied with every piece of it: tiny ones take seconds.
    const cuts = file.length > 10_000 ? [997] : [1, 3, 7];
    for (const size of [...cuts, 70_000, 1_000_000]) {
      const got = await readAll(inChunks(Buffer.from(file), size), options);
      expect(got.ids).toEqual(ids.map(BigInt));
      expect(got.bad).toEqual(
        bad.map(([line, reason]) => ({ line, text: expect.any(String), reason: expect.stringContaining(reason) })),
      );
      expect(got.badCount).toBe(bad.length);
    }
  });

  it("says of a bad line where it stands, and the beginning of its text", async () => {
    const { bad } = await readAll(inChunks(Buffer.from(`UserId\r\n7\r\nx${"👋".repeat(300)}\r\n`), 9), CSV);
    expect(bad).toEqual([{ line: 3, text: `x${"👋".repeat(99)}\uFFFD`, reason: expect.stringContaining(plain) }]);
  });

  it("takes a quote that is never closed for one bad line, and goes on behind that line", async () => {
    const file = Buffer.from(`UserId,Name\n7,"${"n\n".repeat(40_000)}8,n\n`);
    const { ids, bad, badCount } = await readAll(inChunks(file, 50_000), CSV);
    expect(ids).toEqual([8n]);
    expect(bad[0]).toEqual({ line: 2, text: '7,"n', reason: "a quote is not closed" });
    expect(badCount).toBe(40_000);
    expect(bad.at(-1)?.line).toBeLessThan(40_002);
  });

  it("describes so many bad lines of a piece, and counts all", async () => {
    const { bad, badCount } = await readAll(inChunks(Buffer.from("x\n".repeat(MAX_DETAILS + 5))), TXT);
    expect(badCount).toBe(MAX_DETAILS + 5);
    expect(bad.at(-1)?.line).toBe(MAX_DETAILS);
  });

  it.each<{ when: string; file: string | Buffer; options?: ListFileOptions; says: string }>([
    { when: "lacks the column", file: "a,b\n1,2\n", options: { ...CSV, column: "c" }, says: "names no column c: a, b" },
    {
      when: "has too few columns",
      file: "a,b\n",
      options: { ...CSV, column: 3 },
      says: "no column 3: the first row has 2",
    },
    { when: "has the column twice", file: "UserId,userid\n1,2\n", says: "names the column userid 2 times" },
    { when: "names its column and holds ids on the same line", file: "UserId,1001,1002\n", says: "line 1: 1001: " },
    {
      when: "holds an id beside what looks like a name",
      file: "Anna,9007199254740993\n",
      says: "line 1: 9007199254740993: ",
    },
    { when: "is UTF-16", file: Buffer.from("\uFEFFUserId\n7\n", "utf16le"), says: "UTF-16" },
    { when: "has a broken first row", file: 'UserId,"Name\n7,n\n', says: "a quote in the first row is not closed" },
    { when: "has a first row that is not UTF-8", file: Buffer.from("UserId,\xff\n", "latin1"), says: "is not UTF-8" },
  ])("refuses a file that $when", async ({ file, options = CSV, says }) => {
    for (const size of [1, 100]) {
      await expect(readAll(inChunks(Buffer.from(file), size), options)).rejects.toThrow(says);
      await expect(readAll(inChunks(Buffer.from(file), size), options)).rejects.toMatchObject({ code: "LIST_FILE" });
    }
  });
});
