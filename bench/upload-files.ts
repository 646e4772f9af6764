import { createWriteStream, mkdirSync } from "node:fs";
import { open, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ListObjects } from "../lib/adapters/receiver-lists-on.ts";
import type { Uploads } from "../lib/ports/uploads.ts";

type Range = Readonly<{ start: number; end: number }>;

/** A bucket in a folder, so that what an import keeps in memory is its own. */
export function fileObjects(folder: string): ListObjects {
  const pathOf = (key: string): string => {
    const path = join(folder, key);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  };
  return {
    put: (key, bytes) => writeFile(pathOf(key), bytes),
    putParts: (key, parts) => pipeline(Readable.from(parts, { objectMode: false }), createWriteStream(pathOf(key))),
    async get(key, range) {
      const path = pathOf(key);
      const totalBytes = await sizeOf(path);
      if (totalBytes === undefined || range.start >= totalBytes) return undefined;
      return { bytes: await readRange(path, { ...range, end: Math.min(range.end, totalBytes) }), totalBytes };
    },
  };
}

/** One uploaded file, under whatever key. */
export const fileUpload = (path: string): Pick<Uploads, "stat" | "read"> => ({
  async stat() {
    return { bytes: (await sizeOf(path)) ?? 0, etag: "etag" };
  },
  read: (_key, _etag, range) => readRange(path, range),
});

async function readRange(path: string, { start, end }: Range): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const bytes = Buffer.allocUnsafe(end - start);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const sizeOf = async (path: string): Promise<number | undefined> => (await stat(path).catch(() => undefined))?.size;

/** A whole stored list of a bench. */
export const readStored = (folder: string, key: string): Promise<Uint8Array> => readFile(join(folder, key));
