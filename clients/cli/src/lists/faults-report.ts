import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import type { BadLine } from "../../../../list-reader/list-file.ts";

/** A file with a row for each bad line: its number, what stands there, what is wrong with it. */
export type FaultsReport = Readonly<{
  path: string;
  add(lines: readonly BadLine[]): Promise<void>;
  /** @returns whether there is a file */
  close(): Promise<boolean>;
}>;

/** CSV, or NDJSON if its name ends so. The file is made with the first bad line; one that is there is replaced. */
export function faultsReport(path: string): FaultsReport {
  const isNdjson = /\.(ndjson|jsonl)$/i.test(path);
  let file: WriteStream | undefined;
  return {
    path,
    async add(lines) {
      if (lines.length === 0) return;
      if (file === undefined) {
        file = createWriteStream(path);
        await once(file, "open"); // or what it throws: no such folder, no right
        if (!isNdjson) file.write("\uFEFFLine,Text,Reason\r\n"); // the mark: else spreadsheets read it as something else
      }
      const text = lines.map(isNdjson ? toJsonLine : toCsvRow).join("");
      if (!file.write(text)) await once(file, "drain");
    },
    async close() {
      if (file === undefined) return false;
      file.end();
      await once(file, "close");
      return true;
    },
  };
}

const toJsonLine = ({ line, text, reason }: BadLine): string =>
  `${JSON.stringify({ Line: line, Text: text, Reason: reason })}\n`;

const toCsvRow = ({ line, text, reason }: BadLine): string => `${line},${quoted(text)},${quoted(reason)}\r\n`;

/** In quotes, and no formula. @see RFC 4180 section 2; OWASP, CSV injection */
const quoted = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
