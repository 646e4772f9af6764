import { describe, expect, it } from "vitest";
import type { ReportFiles } from "../../lib/ports/report-files.ts";
import { drawId } from "../support/a-job.ts";

export type FilesUnderTest = Readonly<{
  files: ReportFiles;
  /** What stands there, past the port. */
  read(key: string): Promise<Uint8Array | undefined>;
}>;

const aFile = () => ({ key: `reports/${drawId()}/outcomes.csv`, contentType: "text/csv; charset=utf-8" });
/** The least that a bucket takes for a part that is not the last. */
const part = (letter: string): Buffer => Buffer.alloc(5 * 1_048_576, letter);
const TAIL = Buffer.from("tail");

/** Every ReportFiles passes this one suite. */
export function reportFilesContract(name: string, make: () => FilesUnderTest): void {
  describe(`${name} honours ReportFiles`, () => {
    it.each([
      { when: "small", bytes: TAIL },
      { when: "empty", bytes: Buffer.alloc(0) },
    ])("puts a whole file, and another in its place: $when", async ({ bytes }) => {
      const { files, read } = make();
      const file = aFile();
      await files.put(file, Buffer.from("before"));
      await files.put(file, bytes);
      expect(Buffer.from((await read(file.key)) ?? "none").toString()).toBe(bytes.toString());
    });
  });

  describe(`${name}, files in parts`, () => {
    it("shows a file when it is complete, and not before", async () => {
      const { files, read } = make();
      const file = aFile();
      const upload = await files.begin(file);
      const receipts = [
        (await files.part(file, upload, 1, part("a"))) ?? "",
        (await files.part(file, upload, 2, TAIL)) ?? "",
      ];
      expect(await read(file.key)).toBeUndefined();
      expect(await files.complete(file, upload, receipts)).toBe(true);
      const found = await read(file.key);
      expect(found && Buffer.compare(found, Buffer.concat([part("a"), TAIL]))).toBe(0);
      expect(await files.complete(file, upload, receipts)).toBe(true); // the answer got lost, and it is asked for again
    });

    it("takes a part again, in place of the first", async () => {
      const { files, read } = make();
      const file = aFile();
      const upload = await files.begin(file);
      const lost = (await files.part(file, upload, 1, Buffer.from("lost"))) ?? "";
      const receipt = (await files.part(file, upload, 1, TAIL)) ?? "";
      expect(await files.complete(file, upload, [lost])).toBe(false); // somebody else's part stands there
      expect(await read(file.key)).toBeUndefined();
      expect(await files.complete(file, upload, [receipt])).toBe(true);
      expect(Buffer.from((await read(file.key)) ?? "").toString()).toBe("tail");
    });

    it("says so when the upload is lost", async () => {
      const { files, read } = make();
      const file = aFile();
      const upload = await files.begin(file);
      const receipt = (await files.part(file, upload, 1, TAIL)) ?? "";
      await files.abort(file, upload);
      await files.abort(file, upload); // again
      expect(await files.part(file, upload, 2, TAIL)).toBeUndefined();
      expect(await files.complete(file, upload, [receipt])).toBe(false);
      expect(await read(file.key)).toBeUndefined();
    });

    it("keeps files apart", async () => {
      const { files, read } = make();
      const [one, other] = [aFile(), aFile()];
      const [a, b] = [await files.begin(one), await files.begin(other)];
      const first = (await files.part(one, a, 1, Buffer.from("one"))) ?? "";
      await files.part(other, b, 1, Buffer.from("other"));
      expect(await files.complete(one, a, [first])).toBe(true);
      expect(Buffer.from((await read(one.key)) ?? "").toString()).toBe("one");
      expect(await read(other.key)).toBeUndefined();
    });
  });
}
