import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { readReceivers } from "../../local/demo/receivers.ts";

const folder = mkdtempSync(join(tmpdir(), "demo-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, bytes: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe("the demo's list", () => {
  it.each([
    { name: "a.csv", bytes: "Name;UserId\r\nn;9007199254740993\r\nm;8\r\n" },
    { name: "a.txt", bytes: "9007199254740993 ; 8" },
    { name: "a.ndjson", bytes: '{"UserId":9007199254740993}\n8' },
    { name: "a.jsonl", bytes: '"9007199254740993"\n{"UserId":"8"}\n' },
    { name: "a.csv.gz", bytes: gzipSync("9007199254740993\n8\n") },
    { name: "list", bytes: "UserId\r9007199254740993\r8" },
  ])("is read as $name says", async ({ name, bytes }) => {
    expect(await readReceivers(write(name, bytes))).toEqual([9007199254740993n, 8n]);
  });

  it("is refused with a line for each fault, in the terms of the file", async () => {
    const rows = 'UserId,Name\n7,n\n\n4.5E+17,m\n1,234,567\nx,"a\nb"\n';
    await expect(readReceivers(write("bad.csv", rows))).rejects.toThrow(
      new RegExp(
        [
          "^line 4: 4\\.5E\\+17,m: 4\\.5E\\+17 was rounded by a spreadsheet: .*",
          "line 5: 1,234,567: has 3 fields, the first row has 2",
          'line 6: x,"a b": x must be .*$',
        ].join("\n"),
      ),
    );
  });

  it("shows the first hundred faults and says how many more there are", async () => {
    const error: Error = (await readReceivers(write("many.txt", "x\n".repeat(250))).catch(
      (caught: Error) => caught,
    )) as Error;
    expect(error.message.split("\n")).toHaveLength(101);
    expect(error.message).toMatch(/\nand 150 more$/);
  });

  it.each([
    { name: "empty.csv", bytes: "UserId\n", says: "holds no user id" },
    { name: "utf16.csv", bytes: Buffer.from("\uFEFFUserId\n7\n", "utf16le"), says: "UTF-16" },
    { name: "none.gz", bytes: "7\n", says: "not gzip" },
  ])("is refused whole: $name", async ({ name, bytes, says }) => {
    await expect(readReceivers(write(name, bytes))).rejects.toMatchObject({
      name: "LocalError",
      message: expect.stringContaining(says),
    });
  });

  it("that is not there is named", async () => {
    await expect(readReceivers(join(folder, "nowhere.csv"))).rejects.toThrow(/nowhere\.csv: ENOENT/);
  });
});
