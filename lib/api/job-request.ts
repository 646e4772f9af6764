import * as v from "valibot";
import { BadRequest, type Fault } from "../domain/errors.ts";
import type { Delivery, Lane } from "../domain/job.ts";
import type { Message } from "../domain/message.ts";
import { type ReceiverList, type Receivers, readReceivers, sortOut, toId } from "../domain/receivers.ts";
import { cutOutReceivers, isStandIn } from "./long-receivers.ts";
import { parseJson } from "./parse-json.ts";

export type JobRequest = Readonly<{
  message: Message;
  receivers: Receivers;
  duplicatesDropped: number;
  options: Readonly<{ lane?: Lane; delivery: Delivery; notBeforeMs?: number; expiresAtMs?: number; dryRun: boolean }>;
}>;

/** Content and Ext together; the upstream's own limit is unknown. */
const MAX_TEXT_BYTES = 64 * 1024;
const MAX_FAULTS = 100;
const INT32_MAX = 2_147_483_647;
/** SQS keeps a message 14 days: a job cannot wait longer than its batches can. */
const MAX_AHEAD_MS = 14 * 24 * 3600 * 1000;

const int32 = (min: number) =>
  v.pipe(
    v.number("must be a whole number"),
    v.integer("must be a whole number"),
    v.minValue(min, `must be from ${min} to ${INT32_MAX}`),
    v.maxValue(INT32_MAX, `must be from ${min} to ${INT32_MAX}`),
  );
const instant = v.pipe(
  v.string("must be a time such as 2026-01-31T08:00:00Z"),
  v.isoTimestamp("must be a time such as 2026-01-31T08:00:00Z"),
  v.transform((text) => Date.parse(text)),
);
const flag = v.boolean("must be true or false");
const text = v.string("must be a string");
const map = v.pipe(
  v.custom<Readonly<Record<string, unknown>>>(isPlainObject, "must be an object of strings"),
  // valibot leaves these out of what it returns: better to say so than to send less than was given
  v.check(
    (ext) => !["__proto__", "constructor", "prototype"].some((key) => Object.hasOwn(ext, key)),
    "must not have the keys __proto__, constructor or prototype",
  ),
);

/** BatchSendMessage's body and our Options. Receivers are read by a loop of their own: there may be half a million. */
const schema = v.strictObject({
  AppId: int32(1),
  Sender: v.pipe(
    v.unknown(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const id = toId(dataset.value);
      if (typeof id === "bigint") return String(id);
      addIssue({ message: id });
      return NEVER;
    }),
  ),
  Receiver: v.pipe(
    v.custom<readonly unknown[]>(Array.isArray, "must be a list of user ids"),
    v.check((list) => list.length > 0, "must name at least one user"),
  ),
  InboxType: v.optional(int32(0)),
  MsgType: int32(0),
  Content: text,
  IsNormalUser: v.optional(flag),
  Ext: v.optional(v.pipe(map, v.record(text, text))),
  Options: v.optional(
    v.strictObject({
      Lane: v.optional(v.picklist(["express", "bulk"], "must be express or bulk")),
      Delivery: v.optional(
        v.picklist(["at-most-once", "at-least-once"], "must be at-most-once or at-least-once"),
        "at-most-once",
      ),
      NotBefore: v.optional(instant),
      ExpiresAt: v.optional(instant),
      DryRun: v.optional(flag, false),
    }),
    {},
  ),
});

/**
 * Read a job from a request body.
 *
 * @param body JSON text
 * @throws {BadRequest} 400 if it is not a JSON object, 422 with every fault otherwise
 */
export function readJobRequest(body: string, nowMs: number): JobRequest {
  const { value, longIds } = parse(body);
  if (!isPlainObject(value)) throw new BadRequest(400, "the body must be a JSON object");
  const faults: Fault[] = [];
  const { Options: given } = value; // valibot takes a list for an object
  const parsed = v.safeParse(schema, given === undefined || isPlainObject(given) ? value : { ...value, Options: null });
  for (const issue of parsed.issues ?? []) faults.push({ pointer: toPointer(issue), detail: toDetail(issue) });

  const list = readList(value["Receiver"], longIds);
  if (list?.kind === "faulty") faults.push(...list.faults);
  let total = faults.length + (list?.kind === "faulty" ? list.total - list.faults.length : 0);
  if (parsed.success) {
    const more = crossFaults(parsed.output, nowMs);
    faults.push(...more);
    total += more.length;
  }
  if (!parsed.success || list?.kind !== "list" || total > 0) {
    throw new BadRequest(422, "the request has faults", faults.slice(0, MAX_FAULTS), { total });
  }
  const { Receiver: _, Options, ...message } = parsed.output;
  return {
    message: dropUndefined(message),
    receivers: list.receivers,
    duplicatesDropped: list.duplicatesDropped,
    options: {
      ...(Options.Lane && { lane: Options.Lane }),
      delivery: Options.Delivery,
      ...(Options.NotBefore === undefined ? {} : { notBeforeMs: Options.NotBefore }),
      ...(Options.ExpiresAt === undefined ? {} : { expiresAtMs: Options.ExpiresAt }),
      dryRun: Options.DryRun,
    },
  };
}

function crossFaults({ Content, Ext, Options }: v.InferOutput<typeof schema>, nowMs: number): Fault[] {
  const faults: Fault[] = [];
  const bytes = Buffer.byteLength(Content) + (Ext ? Buffer.byteLength(JSON.stringify(Ext)) : 0);
  if (bytes > MAX_TEXT_BYTES) {
    faults.push({
      pointer: "/Content",
      detail: `Content and Ext have ${bytes} bytes, at most ${MAX_TEXT_BYTES} are taken`,
    });
  }
  const { NotBefore, ExpiresAt } = Options;
  if (NotBefore !== undefined && (NotBefore <= nowMs || NotBefore > nowMs + MAX_AHEAD_MS)) {
    faults.push({ pointer: "/Options/NotBefore", detail: "must lie ahead, at most 14 days" });
  }
  if (ExpiresAt !== undefined && ExpiresAt <= Math.max(nowMs, NotBefore ?? 0)) {
    faults.push({ pointer: "/Options/ExpiresAt", detail: "must lie ahead, and after NotBefore" });
  }
  return faults;
}

/** The body as JSON. A long list of long ids comes apart, as `longIds`: there may be half a million. */
function parse(body: string): Readonly<{ value: unknown; longIds?: Receivers }> {
  const cut = cutOutReceivers(body);
  const rest = cut && tryParse(cut.rest);
  if (cut && isPlainObject(rest) && isStandIn(rest["Receiver"])) return { value: rest, longIds: cut.ids };
  const value = tryParse(body);
  if (value instanceof SyntaxError) throw new BadRequest(400, `the body is not JSON: ${value.message}`);
  return { value };
}

function tryParse(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}

function readList(list: unknown, longIds: Receivers | undefined): ReceiverList | undefined {
  if (longIds) return { kind: "list", ...sortOut(longIds) };
  return Array.isArray(list) ? readReceivers(list) : undefined;
}

/** @see RFC 6901 section 3 */
function toPointer(issue: v.BaseIssue<unknown>): string {
  const keys = issue.path?.map(({ key }) => String(key).replaceAll("~", "~0").replaceAll("/", "~1")) ?? [];
  return keys.map((key) => `/${key}`).join("");
}

function toDetail(issue: v.BaseIssue<unknown>): string {
  if (issue.type !== "strict_object") return issue.message;
  if (issue.expected === "never") return "is not a field of this request";
  return issue.received === "undefined" ? "is missing" : "must be an object";
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Optional fields that were not given are left out, not `undefined`: the message is written down as it came. */
function dropUndefined(
  message: v.InferOutput<typeof schema> extends infer T ? Omit<T, "Receiver" | "Options"> : never,
): Message {
  const { InboxType, IsNormalUser, Ext, ...rest } = message;
  return {
    ...rest,
    ...(InboxType === undefined ? {} : { InboxType }),
    ...(IsNormalUser === undefined ? {} : { IsNormalUser }),
    ...(Ext === undefined ? {} : { Ext }),
  };
}
