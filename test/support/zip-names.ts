import { readFileSync } from "node:fs";

/** The file names in a zip, from its central directory. @see PKWARE APPNOTE 4.3.12 */
export function namesIn(zip: string): string[] {
  const bytes = readFileSync(zip);
  const names: string[] = [];
  for (let at = bytes.indexOf("PK\x01\x02"); at !== -1; at = bytes.indexOf("PK\x01\x02", at + 46)) {
    names.push(bytes.toString("utf8", at + 46, at + 46 + bytes.readUInt16LE(at + 28)));
  }
  return names.sort();
}
