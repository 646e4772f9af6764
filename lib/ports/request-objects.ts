import type { RequestObject } from "../domain/incoming.ts";

/** Requests that lie in the bucket as objects. */
export interface RequestObjects {
  /**
   * The text of an object, unpacked if it is gzip.
   *
   * @returns `undefined`: it is not there any more, or was overwritten since its notification
   * @throws {Malformed} if it lies in another bucket, is too large, is broken gzip, or is not UTF-8
   * @throws {Unavailable} if the bucket is away
   */
  read(object: RequestObject): Promise<string | undefined>;
}
