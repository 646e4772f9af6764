import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import type { ListFileOptions } from "../../list-reader/list-file.ts";
import { inChunks, readAll } from "./read-all.ts";

// Lists as people have them: every id of them is read, or its line is named.

const CSV: ListFileOptions = { format: "csv" };
const TXT: ListFileOptions = { format: "txt" };
const NDJSON: ListFileOptions = { format: "ndjson" };
const plain = "must be written as plain decimal digits";
const grouped = "may be one number in groups";

type Row = Readonly<{
  when: string;
  file: string;
  options?: ListFileOptions;
  ids: readonly number[];
  bad?: readonly (readonly [line: number, reason: string])[];
}>;

describe("a list", () => {
  it.each<Row>([
    { when: "with carriage returns alone", file: "UserId\r7\r\r8\r", ids: [7, 8] },
    { when: "with line ends of every kind", file: "UserId\r\n7\r8\n9\r\r\n10", ids: [7, 8, 9, 10] },
    { when: "with carriage returns alone and a wrong one", file: "UserId\r7\rx\r8", ids: [7, 8], bad: [[3, plain]] },
    { when: "with bars", file: "Name|UserId\nn|7\n", ids: [7] },
    { when: "with a header in Chinese and a number in it", file: "用户编号2,姓名\n7,n\n", ids: [7] },
    { when: "of one id that is no header", file: "７０００００\n8\n", ids: [8], bad: [[1, plain]] },
    { when: "that begins with a spoilt id", file: "id:70000\n8\n", ids: [8], bad: [[1, plain]] },
    {
      when: "with grouped digits before another column",
      file: "UserId,Name,City\n9,007,Ulm\n1007,100,Ulm\n",
      ids: [1007],
      bad: [[2, grouped]],
    },
    {
      when: "with grouped digits behind another column",
      file: "Name,UserId,,\nn,9,007,199\nn,7,,\n",
      ids: [7],
      bad: [[2, grouped]],
    },
    {
      when: "of text with grouped digits, several on a line",
      file: "9,107,199; 9,107,200\n9\u00a0107\u00a0199\n9\u202f107\n1007 1008\n",
      options: TXT,
      ids: [1007, 1008],
      bad: [
        [1, grouped],
        [2, grouped],
        [3, grouped],
      ],
    },
    { when: "of text with carriage returns alone", file: "7\r8\r", options: TXT, ids: [7, 8] },
    { when: "of NDJSON with carriage returns alone", file: '7\r{"UserId":8}\r', options: NDJSON, ids: [7, 8] },
  ])("$when", async ({ file, options = CSV, ids, bad = [] }) => {
    for (const size of [1, 3, 7, 1_000]) {
      const got = await readAll(inChunks(Buffer.from(file), size), options);
      expect(got.ids).toEqual(ids.map(BigInt));
      expect(got.bad.map(({ line, reason }) => ({ line, reason }))).toEqual(
        bad.map(([line, reason]) => ({ line, reason: expect.stringContaining(reason) })),
      );
    }
  });
});
