import { isLosslessNumber, parse } from "lossless-json";
import { type Refusal, refuse, refuseParameter } from "./refusal.ts";

/** What is said, every default filled in. Sender is a decimal string: int64 does not fit a JS number. */
export type Said = Readonly<{
  AppId: number;
  Sender: string;
  InboxType: number;
  MsgType: number;
  Content: string;
  IsNormalUser: boolean;
  Ext: Readonly<Record<string, string>>;
}>;

export type Call = Readonly<{ said: Said; receivers: readonly string[] }>;
export type Checked = Readonly<{ kind: "good"; call: Call }> | Readonly<{ kind: "refused"; refusal: Refusal }>;

const MAX_RECEIVERS = 500;
const INT32_MAX = 2 ** 31 - 1;
const INT64_MAX = "9223372036854775807";
const REQUIRED = ["AppId", "Sender", "Receiver", "MsgType", "Content"] as const;

type Check = Readonly<{ holds: (value: unknown) => boolean; want: string }>;
const CHECKS: ReadonlyMap<string, Check> = new Map([
  ["AppId", { holds: (v) => isInt32(v) && Number(v) > 0, want: "an int32 > 0" }],
  ["Sender", { holds: isUserId, want: "an int64 > 0, as a JSON integer" }],
  ["InboxType", { holds: isInt32, want: "an int32" }],
  ["MsgType", { holds: isInt32, want: "an int32" }],
  ["Content", { holds: (v) => typeof v === "string", want: "a string" }],
  ["IsNormalUser", { holds: (v) => typeof v === "boolean", want: "a boolean" }],
  ["Ext", { holds: isStringMap, want: "a map of strings" }],
]);

/**
 * Check a BatchSendMessage body as strictly as the vendor's page can be read: where the page leaves open whether
 * something is taken (ids as strings, unknown fields, one user twice), it is refused, so that a client accepted here is
 * right in every case.
 *
 * @see https://www.volcengine.com/docs/6348/1164080 BatchSendMessage, request body
 */
export function checkRequest(bodyText: string): Checked {
  const refused = (refusal: Refusal): Checked => ({ kind: "refused", refusal });
  const body = parseObject(bodyText);
  if (body === undefined) return refused(refuse("JsonParsingError", "the body is not a JSON object"));
  for (const name of REQUIRED) {
    if (body[name] === undefined) return refused(refuse("MissingParameter", `${name} is missing`));
  }
  for (const [name, value] of Object.entries(body)) {
    if (name === "Receiver") continue;
    const check = CHECKS.get(name);
    if (check === undefined) return refused(refuseParameter(name, `${name} is not a parameter`));
    if (!check.holds(value)) return refused(refuseParameter(name, `${name} must be ${check.want}`));
  }
  const wrong = whatIsWrongWithReceivers(body["Receiver"]);
  if (wrong !== undefined) return refused(refuseParameter("Receiver", wrong));
  const said = {
    AppId: Number(body["AppId"]),
    Sender: String(body["Sender"]),
    InboxType: Number(body["InboxType"] ?? 0),
    MsgType: Number(body["MsgType"]),
    Content: String(body["Content"]),
    IsNormalUser: body["IsNormalUser"] === true,
    Ext: isStringMap(body["Ext"]) ? body["Ext"] : {},
  };
  const receivers = Array.isArray(body["Receiver"]) ? body["Receiver"].map(String) : [];
  return { kind: "good", call: { said, receivers } };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const body = parse(text);
    return isObject(body) ? body : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function whatIsWrongWithReceivers(receivers: unknown): string | undefined {
  if (!Array.isArray(receivers)) return "Receiver must be an array";
  if (receivers.length < 1 || receivers.length > MAX_RECEIVERS) {
    return `Receiver must hold 1 to ${MAX_RECEIVERS} users, not ${receivers.length}`;
  }
  const bad = receivers.findIndex((id) => !isUserId(id));
  if (bad !== -1) return `Receiver[${bad}] must be an int64 > 0, as a JSON integer`;
  if (new Set(receivers.map(String)).size < receivers.length) return "Receiver holds a user twice";
  return undefined;
}

function isUserId(value: unknown): boolean {
  if (!isLosslessNumber(value)) return false;
  const text = value.toString();
  return /^[1-9]\d{0,18}$/.test(text) && (text.length < INT64_MAX.length || text <= INT64_MAX);
}

function isInt32(value: unknown): boolean {
  if (!isLosslessNumber(value) || !/^(0|-?[1-9]\d*)$/.test(value.toString())) return false;
  const number = Number(value.toString());
  return number >= -INT32_MAX - 1 && number <= INT32_MAX;
}

function isStringMap(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((entry) => typeof entry === "string");
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
