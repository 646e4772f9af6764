import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { unpack } from "../../list-reader/unpack.ts";
import { inChunks } from "./read-all.ts";

const TEXT = Buffer.from("7\n".repeat(200_000));
const PACKED = gzipSync(TEXT);

async function unpacked(chunks: AsyncIterable<Uint8Array>, maxBytes = TEXT.length): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of unpack(chunks, maxBytes)) parts.push(part);
  return Buffer.concat(parts);
}

describe("unpack", () => {
  it.each([1, 100, 1_000_000])("opens what comes in chunks of %i bytes", async (size) => {
    expect((await unpacked(inChunks(PACKED, size))).equals(TEXT)).toBe(true);
  });

  it("opens several members, as `cat a.gz b.gz` makes them", async () => {
    const two = Buffer.concat([PACKED, PACKED]);
    expect(await unpacked(inChunks(two, 1_000), 2 * TEXT.length)).toHaveLength(2 * TEXT.length);
  });

  it.each([
    { when: "is not gzip", bytes: Buffer.from("UserId\n7\n"), says: "not gzip, or is broken" },
    { when: "is cut off", bytes: PACKED.subarray(0, -10), says: "not gzip, or is broken" },
    {
      when: "is broken",
      bytes: Buffer.from(PACKED.map((byte, i) => (i === 100 ? byte ^ 1 : byte))),
      says: "not gzip, or is broken",
    },
    { when: "is a bomb", bytes: gzipSync(Buffer.alloc(TEXT.length + 1)), says: "unpacks to more than 400000 bytes" },
  ])("refuses what $when", async ({ bytes, says }) => {
    await expect(unpacked(inChunks(bytes, 50))).rejects.toMatchObject({
      code: "LIST_FILE",
      message: expect.stringContaining(says),
    });
  });

  it("does not blame the file when reading it fails", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield PACKED.subarray(0, 50);
      throw new TypeError("the store is away");
    }
    await expect(unpacked(failing())).rejects.toThrow(new TypeError("the store is away"));
  });

  it("stops reading when nobody wants more", async () => {
    let ended = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield PACKED;
      } finally {
        ended = true;
      }
    }
    for await (const _ of unpack(endless(), 1e9)) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(ended).toBe(true);
  });
});
