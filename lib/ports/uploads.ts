/** A link with which anybody may upload one file, without a key. */
export type UploadLink = Readonly<{
  method: "POST";
  url: string;
  /** Of the form, before the field `file`. */
  fields: Readonly<Record<string, string>>;
  expiresAtMs: number;
  maxBytes: number;
}>;

/** What was read, or why nothing can be: the object is another one by now, or is not there any more. */
export type UploadBytes = Uint8Array | "changed" | "gone";

/** Files that clients upload. @throws {Unavailable} if the store is away */
export interface Uploads {
  link(key: string, limits: Readonly<{ contentType: string; maxBytes: number; seconds: number }>): Promise<UploadLink>;
  /** `undefined`: it is not there (yet). */
  stat(key: string): Promise<Readonly<{ bytes: number; etag: string }> | undefined>;
  /** Bytes `start` to `end` (exclusive), of no other content than the one with this `etag`. */
  read(key: string, etag: string, range: Readonly<{ start: number; end: number }>): Promise<UploadBytes>;
}
