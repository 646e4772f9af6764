import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { KeyedSha256 } from "../../lib/adapters/keyed-sha256.ts";

const piece = fc.oneof(fc.string(), fc.uint8Array());

it("is SHA-256 of whatever it was given, in however many pieces", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 4 }), async (pieces) => {
      const [ours, plain] = [new KeyedSha256(), createHash("sha256")];
      for (const one of pieces) {
        ours.update(one);
        plain.update(one);
      }
      const want = plain.digest("hex");
      expect(Buffer.from(await ours.digest()).toString("hex")).toBe(want);
      expect(Buffer.from(await ours.digest()).toString("hex")).toBe(want); // asking twice changes nothing
      ours.reset();
      expect(Buffer.from(await ours.digest())).toEqual(createHash("sha256").digest());
    }),
  );
});

it("is HMAC-SHA-256 where there is a secret, the same each time the secret comes again", async () => {
  const secret = fc.oneof(fc.string(), fc.uint8Array());
  await fc.assert(
    fc.asyncProperty(secret, fc.array(piece, { maxLength: 4 }), async (key, pieces) => {
      const plain = createHmac("sha256", key);
      for (const one of pieces) plain.update(one);
      const want = plain.digest("hex");
      for (let time = 0; time < 2; time++) {
        const ours = new KeyedSha256(key);
        for (const one of pieces) ours.update(one);
        expect(Buffer.from(await ours.digest()).toString("hex")).toBe(want);
      }
    }),
  );
});

it("tells secrets apart that are longer than it keeps", async () => {
  const digests = await Promise.all(
    Array.from({ length: 120 }, async (_, i) => {
      const ours = new KeyedSha256(Buffer.from([i, 0, 255]));
      ours.update("text");
      return Buffer.from(await ours.digest()).toString("hex");
    }),
  );
  expect(digests).toEqual(
    digests.map((_, i) =>
      createHmac("sha256", Buffer.from([i, 0, 255]))
        .update("text")
        .digest("hex"),
    ),
  );
});
