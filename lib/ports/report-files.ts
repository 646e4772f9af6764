/** Where a file goes, and what it is. */
export type ReportFile = Readonly<{ key: string; contentType: string }>;

/**
 * Files of any size, each written whole or in parts. A file can be seen only once it is complete.
 *
 * @throws {Unavailable} from every method, when the bucket is away
 */
export interface ReportFiles {
  /** Write a whole small file, in place of the one that is there. */
  put(file: ReportFile, bytes: Uint8Array): Promise<void>;
  /** Begin a file in parts. @returns what the bucket calls it */
  begin(file: ReportFile): Promise<string>;
  /**
   * Add part `number` (from 1; all but the last at least 5 MiB), in place of the one that had the number.
   *
   * @returns its receipt; `undefined`: the bucket does not know the upload any more
   */
  part(file: ReportFile, upload: string, number: number, bytes: Uint8Array): Promise<string | undefined>;
  /** Make the file of its parts. @returns whether it is there, also if it was made before; `false`: the parts are lost */
  complete(file: ReportFile, upload: string, receipts: readonly string[]): Promise<boolean>;
  /** Give up a file in parts. Nothing happens if there is none. */
  abort(file: ReportFile, upload: string): Promise<void>;
}
