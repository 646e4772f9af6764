import { describe, expect, it } from "vitest";
import type { RequestObject } from "../../lib/domain/incoming.ts";
import type { RequestObjects } from "../../lib/ports/request-objects.ts";

type Bucket = Readonly<{
  objects: RequestObjects;
  /** Store a text, and return what a notification says of it. */
  put(key: string, text: string): Promise<RequestObject>;
  remove(key: string): Promise<void>;
}>;

/** Every RequestObjects passes this one suite. */
export function requestObjectsContract(name: string, make: () => Bucket): void {
  describe(`${name} honours RequestObjects`, () => {
    it.each(["jobs/a/plain.json", "jobs/a/with space+plus ä 漢?&%.json", "jobs/a//b"])("reads %s", async (key) => {
      const { objects, put } = make();
      const named = await put(key, `{"Content":"🙂 ${key}"}`);
      expect(await objects.read(named)).toBe(`{"Content":"🙂 ${key}"}`);
    });

    it("reads no object that was overwritten since it was named, and the newer one by its own name", async () => {
      const { objects, put } = make();
      const named = await put("jobs/a/twice", "first");
      const newer = await put("jobs/a/twice", "second");
      expect(await objects.read(named)).toBeUndefined();
      expect(await objects.read(newer)).toBe("second");
    });

    it("reads no object that is gone", async () => {
      const { objects, put, remove } = make();
      const named = await put("jobs/a/gone", "x");
      await remove("jobs/a/gone");
      expect(await objects.read(named)).toBeUndefined();
    });
  });
}
