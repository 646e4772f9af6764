import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ListFileError } from "./list-file.ts";
import { because } from "./reasons.ts";

const PIECE_BYTES = 256 * 1024;

/**
 * Open gzip as it comes.
 *
 * @param maxBytes unpacked; a small file can unpack to any size
 * @throws {ListFileError} if it is not gzip, broken, cut off, or unpacks to more
 */
export async function* unpack(packed: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  const source = Readable.from(packed, { objectMode: false, highWaterMark: 2 * PIECE_BYTES });
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  let failure: unknown;
  source.on("error", (error) => {
    failure = error; // reading failed: the file is not to blame
    gunzip.destroy(error);
  });
  source.pipe(gunzip);
  let length = 0;
  try {
    for await (const bytes of gunzip) {
      length += bytes.length;
      if (length > maxBytes) throw new ListFileError(because("unpacks-too-long", { max: maxBytes }));
      yield bytes;
    }
  } catch (error) {
    if (failure !== undefined) throw failure;
    throw isBroken(error) ? new ListFileError(because("not-gzip")) : error;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/** zlib's own errors have codes such as Z_DATA_ERROR. */
const isBroken = (error: unknown): boolean =>
  error instanceof Error && "code" in error && /^Z_/.test(String(error.code));
