import type { Send } from "../../sdk/src/types.ts";
import { readReceivers } from "./receivers.ts";

/** Options that are rarely needed; `A/B` is the field B of the option A. */
export const MORE_FIELDS = [
  ...(["SendWindow/From", "SendWindow/To", "SendWindow/TimeZone", "MaxPerMinute"] as const),
  ...(["PauseAfterFailures/Percent", "PauseAfterFailures/Of"] as const),
  ...(["Except/Jobs", "Except/Receiver", "RefuseIfLate"] as const),
];
type MoreField = (typeof MORE_FIELDS)[number];

/** The zone of the reader's own clock. */
export const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const MESSAGE_FIELDS = ["AppId", "Sender", "MsgType", "Content", "Receiver"] as const;

/** What stands in the form, as it was typed. */
export type Draft = Readonly<Record<DraftField, string>>;
export const DRAFT_FIELDS = [
  ...MESSAGE_FIELDS,
  ...(["Label", "Tags", "Lane", "Delivery", "NotBefore", "ExpiresAt"] as const),
  ...MORE_FIELDS,
];
export type DraftField = (typeof DRAFT_FIELDS)[number];

/** Where the API points to when it means a field. */
export const pointerOf = (field: DraftField): string =>
  MESSAGE_FIELDS.some((one) => one === field) ? `/${field}` : `/Options/${field}`;

/** What the page itself sees: the rest is for the API to say. */
export type DraftFault = Readonly<{ field: DraftField; is: "missing" | "number" | "noIds" | "tag"; text?: string }>;

/** A form as a request. Ids stay text: a number would change their last digits. */
export function readDraft(draft: Draft): Readonly<{ body: Send; faults: readonly DraftFault[] }> {
  const faults: DraftFault[] = [];
  const whole = (field: DraftField): number => {
    const text = draft[field].trim();
    if (text === "") faults.push({ field, is: "missing" });
    else if (!/^[0-9]{1,15}$/.test(text)) faults.push({ field, is: "number" });
    return Number(text);
  };
  const AppId = whole("AppId");
  const Sender = draft.Sender.trim();
  if (Sender === "") faults.push({ field: "Sender", is: "missing" });
  const MsgType = whole("MsgType");
  if (draft.Content === "") faults.push({ field: "Content", is: "missing" });
  const { ids } = readReceivers(draft.Receiver);
  if (ids.length === 0) faults.push({ field: "Receiver", is: "noIds" });
  const tags = readTags(draft.Tags, faults);
  const time = (text: string): string | undefined => (text === "" ? undefined : toInstant(text));
  const given = {
    ...{ Label: draft.Label.trim(), Lane: draft.Lane, Delivery: draft.Delivery, Tags: tags },
    ...{ NotBefore: time(draft.NotBefore), ExpiresAt: time(draft.ExpiresAt) },
    ...readMore(draft),
  };
  const Options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== "" && value !== undefined));
  const body = { AppId, Sender, MsgType, Content: draft.Content, Receiver: ids, Options };
  return { body, faults };
}

/** What is no number is sent as it is: the API says what it must be. */
function readMore(draft: Draft): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  const isDaily = draft["SendWindow/From"] + draft["SendWindow/To"] !== "";
  for (const field of MORE_FIELDS) {
    const text = draft[field].trim() || (isDaily && field === "SendWindow/TimeZone" ? timeZone() : "");
    const [option = "", inner] = field.split("/");
    if (text === "") continue;
    const value = toValue(field, text);
    options[option] = inner === undefined ? value : { ...(options[option] as object), [inner]: value };
  }
  return options;
}

function toValue(field: MoreField, text: string): unknown {
  if (field.startsWith("Except")) return text.split(/[\s,;]+/).filter(Boolean);
  if (field === "RefuseIfLate") return true;
  return /^[0-9]{1,15}$/.test(text) ? Number(text) : text;
}

function readTags(text: string, faults: DraftFault[]): Record<string, string> | undefined {
  const tags: Record<string, string> = {};
  const parts = text.split(",").map((part) => part.trim());
  for (const part of parts.filter((one) => one !== "")) {
    const at = part.indexOf(":");
    if (at < 1) faults.push({ field: "Tags", is: "tag", text: part });
    else tags[part.slice(0, at)] = part.slice(at + 1);
  }
  return Object.keys(tags).length === 0 ? undefined : tags;
}

/** A time as a browser's field has it is local: it is sent in UTC. */
const toInstant = (text: string): string => (Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString());
