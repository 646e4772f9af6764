import { createReadStream } from "node:fs";
import { ListFileError } from "../../list-reader/list-file.ts";
import { toFaultLine, wholeListFile } from "../../list-reader/whole-list-file.ts";
import { LocalError } from "../local-error.ts";

/** Bad lines that are shown. */
const SHOWN = 100;

/**
 * The user ids of a list file.
 *
 * @throws {LocalError} with a line for each fault: of such a file nobody is sent anything
 */
export async function readReceivers(file: string): Promise<bigint[]> {
  const { ids, bad, badCount } = await wholeListFile(file, createReadStream(file)).catch((error: unknown) => {
    throw isExpected(error) ? new LocalError(`${file}: ${error.message}`) : error;
  });
  if (badCount === 0) return ids;
  const more = badCount > SHOWN ? [`and ${badCount - SHOWN} more`] : [];
  throw new LocalError([...bad.slice(0, SHOWN).map(toFaultLine), ...more].join("\n"));
}

/** The file is not as it should be, or the system cannot open it. */
const isExpected = (error: unknown): error is Error =>
  error instanceof ListFileError || (error instanceof Error && "syscall" in error);
