import { type BadLine, ListFileError } from "../../../../list-reader/list-file.ts";
import type { Reason } from "../../../../list-reader/reasons.ts";
import { toOneLine } from "../../../../list-reader/whole-list-file.ts";
import { CannotDo } from "../command-line/wrong-use.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { sayReason } from "../texts/zh-reasons.ts";
import { faultsReport } from "./faults-report.ts";
import { type ListSource, type Receivers, readReceivers } from "./read-receivers.ts";

/** Bad lines that are named on the terminal; the report has all. */
const SHOWN = 20;

/** `report`: the file that names every bad line; without it they are shown alone. */
export type BadLines = Readonly<{ skipBad: boolean; report?: string }>;

/**
 * Read a list, and name what is wrong with it.
 *
 * @returns `undefined` if it has bad lines and they are not to be skipped: nobody may be sent anything
 * @throws {CannotDo} if it cannot be read at all
 */
export async function takeList(
  source: ListSource,
  { skipBad, report: path }: BadLines,
  session: Session,
): Promise<Receivers | undefined> {
  const { say, note, language } = session;
  const inWords = (reason: Reason): string => sayReason(language, reason);
  const report = path === undefined ? undefined : faultsReport(path);
  let shown = 0;
  const onBad = async (lines: readonly BadLine[]): Promise<void> => {
    for (const { line, text, reason } of lines.slice(0, SHOWN - shown)) {
      note(say("list.line", { line: String(line), text: toOneLine(text), reason }));
    }
    shown = Math.min(SHOWN, shown + lines.length);
    await report?.add(lines);
  };
  const name = source.name === "" ? say("list.stdin") : source.name;
  const receivers = await readReceivers({ ...source, sayReason: inWords }, onBad)
    .catch((error: unknown) => {
      throw error instanceof ListFileError
        ? new CannotDo(`${name}${say("text.colon")}${inWords(error.reason)}`, EXIT.BAD_LIST)
        : error;
    })
    .finally(() => report?.close());
  const { badCount: bad, count } = receivers;
  if (bad === 0) return receivers;
  if (bad > shown) note(say("list.more", { count: bad - shown }));
  if (path !== undefined) note(say("list.report", { path }));
  if (skipBad && count > 0) {
    note(say("list.skipped", { name, bad, count }));
    return receivers;
  }
  note(say(count > 0 && path !== undefined ? "list.bad" : "list.all-bad", { name, bad, count }));
  await receivers.dispose();
  return undefined;
}
