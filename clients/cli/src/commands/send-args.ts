import type { ArgsDef } from "citty";
import type { Many } from "../command-line/command.ts";
import { toUserId, toWhole } from "../command-line/values.ts";
import { WrongUse } from "../command-line/wrong-use.ts";
import type { Say } from "../texts/say.ts";

const LANES = ["express", "bulk"];
const DELIVERIES = ["at-most-once", "at-least-once"];

/** The parts of a message, as BatchSendMessage names them. */
export const MESSAGE_ARGS = (say: Say) =>
  ({
    message: { type: "string", alias: "m", valueHint: "file", description: say("send.message") },
    "app-id": { type: "string", valueHint: "n", description: say("send.app-id") },
    sender: { type: "string", valueHint: "id", description: say("send.sender") },
    "msg-type": { type: "string", valueHint: "n", description: say("send.msg-type") },
    content: { type: "string", valueHint: "text", description: say("send.content") },
    "inbox-type": { type: "string", valueHint: "n", description: say("send.inbox-type") },
    "normal-user": { type: "boolean", description: say("send.normal-user") },
    ext: { type: "string", valueHint: "key=value", description: say("send.ext") },
  }) as const satisfies ArgsDef;

/** What the job may ask for. */
export const OPTION_ARGS = (say: Say) =>
  ({
    label: { type: "string", valueHint: "text", description: say("send.label") },
    tag: { type: "string", valueHint: "key:value", description: say("send.tag") },
    "not-before": { type: "string", valueHint: "time", description: say("send.not-before") },
    "expires-at": { type: "string", valueHint: "time", description: say("send.expires-at") },
    lane: { type: "enum", options: LANES, description: say("send.lane") },
    delivery: { type: "enum", options: DELIVERIES, description: say("send.delivery") },
    "callback-url": { type: "string", valueHint: "url", description: say("send.callback-url") },
    option: { type: "string", valueHint: "name=value", description: say("send.option") },
  }) as const satisfies ArgsDef;

type Texts = Readonly<Record<string, unknown>>;
const MAX_INT32 = 2_147_483_647;

/** @throws {WrongUse} */
export function fieldsOf(args: Texts, many: Many, say: Say): Texts {
  const number = (name: string) => {
    const text = args[name];
    return typeof text === "string" ? toWhole(`--${name}`, text, say, { min: 0, max: MAX_INT32 }) : undefined;
  };
  const sender = args["sender"];
  const ext = (many.get("ext") ?? []).map((one) => cut("--ext", one, "=", say));
  return withoutAbsent({
    AppId: number("app-id"),
    Sender: typeof sender === "string" ? toUserId("--sender", sender, say) : undefined,
    MsgType: number("msg-type"),
    Content: args["content"],
    InboxType: number("inbox-type"),
    IsNormalUser: args["normal-user"],
    Ext: ext.length === 0 ? undefined : Object.fromEntries(ext),
  });
}

/** @throws {WrongUse} */
export function optionsOf(args: Texts, many: Many, say: Say): Texts {
  const tags = (many.get("tag") ?? []).map((one) => cut("--tag", one, ":", say));
  const others = (many.get("option") ?? []).map((one) => {
    const [name, value] = cut("--option", one, "=", say);
    return [name, parsed(value)] as const;
  });
  return withoutAbsent({
    ...Object.fromEntries(others),
    Label: args["label"],
    Tags: tags.length === 0 ? undefined : Object.fromEntries(tags),
    NotBefore: time("not-before"),
    ExpiresAt: time("expires-at"),
    Lane: args["lane"],
    Delivery: args["delivery"],
    CallbackUrl: args["callback-url"],
  });

  function time(name: string): unknown {
    const text = args[name];
    if (typeof text !== "string") return undefined;
    if (/^\d{4}-\d{2}-\d{2}T/.test(text) && !Number.isNaN(Date.parse(text))) return text;
    throw new WrongUse(say("wrong.time", { option: `--${name}`, value: text }));
  }
}

function cut(option: string, text: string, separator: string, say: Say): readonly [string, string] {
  const at = text.indexOf(separator);
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new WrongUse(say("wrong.pair", { option, value: text, form: `${option} key${separator}value` }));
}

/** `600` is a number, `{"From":…}` an object; what is no JSON is a text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const withoutAbsent = (fields: Texts): Texts =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
