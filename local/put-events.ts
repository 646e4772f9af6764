import { randomUUID } from "node:crypto";

/** One entry of PutEvents, as a client sent it. */
export type EventEntry = Readonly<{
  Source?: unknown;
  DetailType?: unknown;
  Detail?: unknown;
  EventBusName?: unknown;
  Resources?: unknown;
  Time?: unknown;
}>;

/** What EventBridge says of one entry. */
export type EntryResult = Readonly<{ EventId: string } | { ErrorCode: string; ErrorMessage: string }>;

/** An event that was taken: its bus, and its envelope as text. The detail stands in it letter by letter as it came. */
export type TakenEvent = Readonly<{ id: string; bus: string; text: string }>;

const MAX_ENTRIES = 10;
/** Of all entries together. @see EventBridge PutEvents quotas */
const MAX_BYTES = 1024 * 1024;

/** @returns why EventBridge would take nothing of a call; `undefined` if it would look at the entries */
export function refuseCall(entries: unknown): string | undefined {
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > MAX_ENTRIES) {
    return `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length from 1 to ${MAX_ENTRIES}`;
  }
  const bytes = entries.reduce((sum: number, entry: EventEntry) => sum + bytesOf(entry), 0);
  return bytes > MAX_BYTES ? "Total size of the entries in the request is over the limit." : undefined;
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html on the size of an entry */
function bytesOf({ Source, DetailType, Detail, Resources, Time }: EventEntry): number {
  const texts = [Source, DetailType, Detail, ...(Array.isArray(Resources) ? Resources : [])];
  return texts.reduce<number>((sum, text) => sum + Buffer.byteLength(String(text ?? "")), Time === undefined ? 0 : 14);
}

/** Take one entry as EventBridge does, or say what is wrong with it. */
export function takeEntry(
  { Source, DetailType, Detail, EventBusName, Resources = [], Time }: EventEntry,
  buses: ReadonlySet<string>,
  region: string,
): TakenEvent | Readonly<{ ErrorCode: string; ErrorMessage: string }> {
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (typeof value !== "string" || value === "") {
      return invalid(`Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
    }
  }
  if (String(Source).startsWith("aws.")) {
    return { ErrorCode: "NotAuthorizedForSource", ErrorMessage: "Not authorized for the source." };
  }
  if (!isObjectText(String(Detail))) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  const bus = String(EventBusName ?? "default").replace(/^arn:[^/]*\//, "");
  if (!buses.has(bus)) return invalid(`Event bus ${bus} does not exist.`);
  const id = randomUUID();
  const head = {
    version: "0",
    id,
    "detail-type": DetailType,
    source: Source,
    account: "000000000000",
    time: `${new Date(toMs(Time)).toISOString().slice(0, 19)}Z`,
    region,
    resources: Resources,
  };
  return { id, bus, text: forFauxqs(`${JSON.stringify(head).slice(0, -1)},"detail":${Detail}}`) };
}

/** fauxqs 2.4.1 refuses characters beyond U+FFFF, which SQS takes. JSON can write them as escapes. */
const forFauxqs = (text: string): string =>
  text.replaceAll(/[\ud800-\udfff]/g, (half) => `\\u${half.charCodeAt(0).toString(16)}`);

const invalid = (ErrorMessage: string) => ({ ErrorCode: "InvalidArgument", ErrorMessage });

/** Seconds, as AWS's JSON has them; now, if it is not given. */
const toMs = (time: unknown): number => (typeof time === "number" ? time * 1000 : Date.now());

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
