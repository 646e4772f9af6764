import type { EventFault } from "./incoming.ts";

/** JSON in printable ASCII: what else there is is escaped. */
export const toAsciiJson = (value: unknown): string => toAscii(JSON.stringify(value));

/** Other characters as JSON escapes them. */
export const toAscii = (text: string): string =>
  text.replaceAll(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The first faults, as many as `bytes` hold as ASCII JSON: a pointer is as long as a client's key. */
export function faultsWithin(faults: readonly EventFault[], bytes: number): readonly EventFault[] {
  let left = bytes - "[]".length;
  const end = faults.findIndex((fault) => {
    left -= toAsciiJson(fault).length + 1;
    return left < 0;
  });
  return end === -1 ? faults : faults.slice(0, end);
}
