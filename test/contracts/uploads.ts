import { describe, expect, it } from "vitest";
import type { Uploads } from "../../lib/ports/uploads.ts";

export type UploadsUnderTest = Readonly<{
  uploads: Uploads;
  /** What a client does, with or without its link. `undefined` removes the object. */
  put(key: string, bytes: Uint8Array | undefined): Promise<void>;
}>;

const BYTES = Buffer.from("0123456789");
let keys = 0;

/** Every Uploads passes this one suite. */
export function uploadsContract(name: string, make: () => UploadsUnderTest): void {
  describe(`${name} honours Uploads`, () => {
    const newKey = (): string => `uploads/job/run${++keys}`;

    it("finds nothing where nothing is", async () => {
      const { uploads } = make();
      expect(await uploads.stat(newKey())).toBeUndefined();
      expect(await uploads.read(newKey(), '"etag"', { start: 0, end: 1 })).toBe("gone");
    });

    it("tells how long an object is, and reads any range of it", async () => {
      const { uploads, put } = make();
      const key = newKey();
      await put(key, BYTES);
      const found = await uploads.stat(key);
      expect(found).toEqual({ bytes: 10, etag: expect.stringMatching(/./) });
      const read = async (start: number, end: number) =>
        Buffer.from(await uploads.read(key, found?.etag ?? "", { start, end })).toString();
      expect([await read(0, 10), await read(3, 4), await read(9, 10)]).toEqual(["0123456789", "3", "9"]);
    });

    it("reads no other content than the one that was found", async () => {
      const { uploads, put } = make();
      const key = newKey();
      await put(key, BYTES);
      const etag = (await uploads.stat(key))?.etag ?? "";
      await put(key, Buffer.from("9876543210"));
      expect(await uploads.read(key, etag, { start: 0, end: 5 })).toBe("changed");
      await put(key, BYTES); // the same content once more is the same
      expect(await uploads.read(key, etag, { start: 0, end: 5 })).toEqual(expect.objectContaining({ length: 5 }));
      await put(key, undefined);
      expect(await uploads.read(key, etag, { start: 0, end: 5 })).toBe("gone");
    });

    it("gives a link for one object, with its limits", async () => {
      const key = newKey();
      const limits = { contentType: "text/csv", maxBytes: 1_000, seconds: 60 };
      const link = await make().uploads.link(key, limits);
      expect(link).toMatchObject({ method: "POST", maxBytes: 1_000, fields: { key, "Content-Type": "text/csv" } });
      expect(Math.abs(link.expiresAtMs - Date.now() - 60_000)).toBeLessThan(5_000);
    });
  });
}
