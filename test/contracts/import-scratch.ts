import { describe, expect, it } from "vitest";
import type { ImportScratch } from "../../lib/ports/import-scratch.ts";

let keys = 0;

/** Every ImportScratch passes this one suite. */
export function importScratchContract(name: string, make: () => ImportScratch): void {
  describe(`${name} honours ImportScratch`, () => {
    const newKey = (): string => `sorted/run/${++keys}`;

    it("finds nothing where nothing is", async () => {
      expect(await make().readIds(newKey(), 0, 5)).toBeUndefined();
      expect(await make().readText(newKey())).toBeUndefined();
    });

    it("reads ids piece by piece, as they were written, to the end and not beyond", async () => {
      const key = newKey();
      const ids = BigUint64Array.of(1n, 9_007_199_254_740_993n, 2n ** 63n - 1n);
      await make().writeIds(key, ids);
      expect(await make().readIds(key, 0, 2)).toEqual(ids.slice(0, 2));
      expect(await make().readIds(key, 2, 9)).toEqual(ids.slice(2));
      expect(await make().readIds(key, 3, 9)).toEqual(new BigUint64Array());
    });

    it("keeps a segment of nobody", async () => {
      const key = newKey();
      await make().writeIds(key, new BigUint64Array());
      expect(await make().readIds(key, 0, 5)).toEqual(new BigUint64Array());
    });

    it("keeps text as it is", async () => {
      const key = newKey();
      await make().writeText(key, '{"Text":"你好 👋"}\n');
      expect(await make().readText(key)).toBe('{"Text":"你好 👋"}\n');
    });
  });
}
