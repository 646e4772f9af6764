import { createReadStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { readReceivers } from "../../clients/cli/src/lists/read-receivers.ts";
import type { BadLine } from "../../list-reader/list-file.ts";
import { run } from "./terminal.ts";
import { tinyApi } from "./tiny-api.ts";

// Lists as people have them, and what each of them gives.

const folder = join(import.meta.dirname, "lists");
const mine = mkdtempSync(join(tmpdir(), "lists-"));
afterAll(() => rmSync(mine, { recursive: true }));

const [A, B] = ["9007199254740993", "9007199254740995"];

async function read(file: string, column?: string | number, maxInMemory?: number) {
  const bad: BadLine[] = [];
  const bytes = createReadStream(join(folder, file));
  const source = { name: file, bytes, ...(column !== undefined && { column }) };
  const { ids, ...rest } = await readReceivers(source, async (lines) => void bad.push(...lines), maxInMemory);
  return { ids: ids.map(String), bad: bad.map(({ line, reason }) => `${line}: ${reason}`), ...rest };
}

describe("a list", () => {
  it.each([
    { kind: "byte order mark, CRLF, names", file: "spreadsheet-utf8.csv", want: [A, B] },
    { kind: "semicolons, everything in quotes", file: "semicolons-quoted.csv", want: [A, B] },
    { kind: "tabs, column by number", file: "tabs.tsv", column: 1, want: [A, B] },
    { kind: "line breaks and commas in quotes", file: "breaks-in-quotes.csv", want: [A, B] },
    { kind: "no header row, a duplicate", file: "no-header.csv", want: [A, B, A] },
    { kind: "Chinese names, column by name", file: "column-by-name.csv", column: "用户ID", want: [A, B] },
    { kind: "sep=; and empty rows", file: "sep-line-empty-rows.csv", want: [A, B] },
    { kind: "carriage returns alone", file: "old-mac.txt", want: [A, B] },
    { kind: "several in a line", file: "one-line.txt", want: [A, B, "42"] },
    { kind: "gzip", file: "packed.csv.gz", want: [A, B] },
    { kind: "objects in a file of no known name", file: "no-such-name", want: ["42", "43"] },
  ])("$file: $kind", async ({ file, column, want }) => {
    expect(await read(file, column)).toMatchObject({ ids: want, bad: [], badCount: 0 });
  });

  it.each([
    {
      file: "spoilt-by-spreadsheet.csv",
      ids: [A, "42"],
      bad: [
        "3: 9.22337E+18 was rounded by a spreadsheet: its digits are lost; save the column as text",
        "4: 9007199254740995.0 has a decimal point, as a spreadsheet adds it: its digits may be rounded; save the column as text",
        "5: 9,007,199,254,740,997 must be written as plain decimal digits without leading zeros",
      ],
    },
    { file: "objects.ndjson", ids: [A, B], bad: ["4: has no field UserId"] },
    {
      file: "zeros-and-signs.txt",
      ids: ["9223372036854775807"],
      bad: [
        "1: 0042 must be written as plain decimal digits without leading zeros",
        "2: -7 must be from 1 to 9223372036854775807",
        "3: 0 must be from 1 to 9223372036854775807",
        "4: 9223372036854775808 must be from 1 to 9223372036854775807",
      ],
    },
  ])("$file: names the lines that are spoilt", async ({ file, ids, bad }) => {
    expect(await read(file)).toMatchObject({ ids, bad, badCount: bad.length });
  });

  it.each([
    { file: "utf16.csv", why: "the file is UTF-16: save it as UTF-8" },
    { file: "workbook.csv", why: "the file is a workbook or an archive: save the sheet as CSV" },
  ])("$file: is refused whole", async ({ file, why }) => {
    await expect(read(file)).rejects.toThrow(why);
  });

  it("from stdin has no name: gzip and objects are told by how they begin", async () => {
    const idsOf = async (file: string) => {
      const bytes = createReadStream(join(folder, file));
      return (await readReceivers({ name: "", bytes }, async () => undefined)).ids.map(String);
    };
    expect(await idsOf("packed.csv.gz")).toEqual([A, B]);
    expect(await idsOf("no-such-name")).toEqual(["42", "43"]);
    expect(await idsOf("semicolons-quoted.csv")).toEqual([A, B]);
  });

  it("that is long stands in a file, not in memory", async () => {
    const long = await read("no-header.csv", undefined, 2);
    expect(long).toMatchObject({ ids: [], count: 3 });
    expect(gunzipSync(readFileSync(long.file ?? "")).toString()).toBe(`${A}\n${B}\n${A}\n`);
    await long.dispose();
    expect(() => readFileSync(long.file ?? "")).toThrow("ENOENT");
  });
});

describe("sending to a list with bad lines", () => {
  const api = tinyApi();
  const list = join(folder, "spoilt-by-spreadsheet.csv");
  const message = ["--app-id", "7", "--sender", "5", "--msg-type", "10001", "--content", "hi"];
  const accepted = {
    ...{ JobId: "0123456789abcdefghijklmno", Status: "running", Receivers: 2 },
    ...{ DuplicatesDropped: 0, Batches: 1, EstimatedSeconds: 1 },
  };
  const send = (...more: string[]) =>
    run(["send", ...message, "--receivers", list, ...more], {
      env: api.saying({ "POST /v1/jobs": [{ status: 202, body: accepted }] }),
    });

  it("sends nothing, names them, and writes them down", async () => {
    const report = join(mine, "faults.csv");
    const { code, stderr, stdout } = await send("--report", report);
    expect({ code, stdout, asked: api.got }).toEqual({ code: 3, stdout: "", asked: [] });
    expect(stderr).toMatch(/^line 3: 9\.22337E\+18,Bo: 9\.22337E\+18 was rounded/);
    expect(stderr).toContain(`Every bad line: ${report}`);
    expect(readFileSync(report, "utf8")).toBe(
      [
        "\uFEFFLine,Text,Reason",
        '3,"9.22337E+18,Bo","9.22337E+18 was rounded by a spreadsheet: its digits are lost; save the column as text"',
        '4,"9007199254740995.0,Cy","9007199254740995.0 has a decimal point, as a spreadsheet adds it: its digits may be rounded; save the column as text"',
        '5,"""9,007,199,254,740,997"",Di","9,007,199,254,740,997 must be written as plain decimal digits without leading zeros"',
        "",
      ].join("\r\n"),
    );
  });

  it("names them in Chinese to who reads Chinese, in the report too", async () => {
    const report = join(mine, "faults-zh.csv");
    const { stderr } = await send("--report", report, "--lang", "zh");
    const [first = "", , last = ""] = stderr.split("\n");
    expect(first).toMatch(/^第 3 行：9\.22337E\+18,Bo：9\.22337E\+18 已被电子表格四舍五入/);
    expect(last).toMatch(/^第 5 行：.*9,007,199,254,740,997 必须只用十进制数字书写，不带前导零$/);
    expect(readFileSync(report, "utf8")).toContain(
      '"9.22337E+18 已被电子表格四舍五入，后面的数字已丢失；请将该列保存为文本"',
    );
    const file = await run(["send", ...message, "--receivers", join(folder, "utf16.csv"), "--lang", "zh"], {
      env: api.saying({}),
    });
    expect(file.stderr).toContain("utf16.csv：文件是 UTF-16：请保存为 UTF-8");
  });

  it("sends to the others if they are to be skipped, and to nobody who was guessed", async () => {
    const report = join(mine, "faults.ndjson");
    const { code, stderr } = await send("--report", report, "--skip-bad");
    expect({ code, asked: api.got.length }).toEqual({ code: 0, asked: 1 });
    expect(JSON.parse(api.got[0]?.body ?? "")).toMatchObject({ Receiver: [A, "42"] });
    expect(stderr).toContain("3 bad lines left out, 2 good user IDs");
    const lines = readFileSync(report, "utf8").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ Line: 3 }, { Line: 4 }, { Line: 5 }]);
  });
});
