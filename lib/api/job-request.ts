import * as v from "valibot";
import { type Fault, Invalid, Malformed } from "../domain/errors.ts";
import type { JobOptions, JobRequest } from "../domain/job-request.ts";
import type { Message } from "../domain/message.ts";
import { type Receivers, sortOut } from "../domain/receivers.ts";
import { MAX_BATCH } from "../volcengine/limits.ts";
import { type JobBody, jobSchema } from "./job-schema.ts";
import { limitFaults, readExceptReceivers, toLimits } from "./limits.ts";
import { cutOutReceivers, isStandIn } from "./long-receivers.ts";
import { parseBody, parseJson } from "./parse-json.ts";
import { isPlainObject } from "./plain-object.ts";
import { MAX_FAULTS, type ReceiverList, readReceivers } from "./receivers.ts";
import { faultsIn } from "./to-fault.ts";

/** Content and Ext together; the upstream's own limit is unknown. */
const MAX_TEXT_BYTES = 64 * 1024;

/**
 * Read a job from a request body. Whether its times are in the future is not checked here: see `check-times.ts`.
 *
 * @param body JSON text
 * @throws {Malformed} if it is not a JSON object
 * @throws {Invalid} with every other fault
 */
export const readJobRequest = (body: string): JobRequest => readListed(parseRequest(body));

/**
 * Read a job from a body that was parsed already, as a part of something else.
 *
 * @param value as `parseJson` returns it. What `JSON.parse` returns is taken too: a number that lost digits is a fault
 * @throws {Malformed | Invalid} as {@link readJobRequest}
 */
export function readJob(value: unknown): JobRequest {
  if (!isPlainObject(value)) throw new Malformed("the body must be a JSON object");
  return readListed({ value });
}

/** A body as JSON. `longIds`: its receivers, where they were read apart. */
export type ParsedBody = Readonly<{ value: Readonly<Record<string, unknown>>; longIds?: Receivers }>;

/** @throws {Malformed} if it is not a JSON object */
export function parseRequest(body: string): ParsedBody {
  const { value, ...rest } = parse(body);
  if (!isPlainObject(value)) throw new Malformed("the body must be a JSON object");
  return { value, ...rest };
}

/** valibot takes a list for an object: something that it does not take stands in for one. */
export function withPlainOptions(value: ParsedBody["value"]): ParsedBody["value"] {
  const { Options: options } = value;
  const isOdd = options !== undefined && options !== null && !isPlainObject(options);
  return isOdd ? { ...value, Options: false } : value;
}

/** @throws {Invalid} as {@link readJobRequest} */
export function readListed({ value, longIds }: ParsedBody): JobRequest {
  const parsed = v.safeParse(jobSchema, withPlainOptions(value));
  const list = readList(value["Receiver"], longIds);
  const except = readExceptReceivers(value);

  const faults = faultsIn(value, jobSchema.entries, parsed.issues);
  if (list?.kind === "faulty") faults.push(...list.faults);
  if (except?.kind === "faulty") faults.push(...except.faults);
  if (parsed.success) faults.push(...textFaults(parsed.output));
  if (parsed.success) faults.push(...eventFaults(parsed.output), ...limitFaults(parsed.output));
  if (parsed.success && list?.kind === "list") faults.push(...laneFaults(parsed.output, list.receivers));
  const total = faults.length + unlisted(list) + unlisted(except);
  if (!parsed.success || list?.kind !== "list" || except?.kind === "faulty" || total > 0) {
    throw new Invalid("the request has faults", faults.slice(0, MAX_FAULTS), total);
  }
  return {
    message: toMessage(parsed.output),
    receivers: list.receivers,
    duplicatesDropped: list.duplicatesDropped,
    options: toOptions(parsed.output.Options, except?.receivers),
  };
}

/** The body as JSON. A long list of long ids is read separately, as `longIds`: there may be half a million. */
function parse(body: string): Readonly<{ value: unknown; longIds?: Receivers }> {
  const cut = cutOutReceivers(body);
  const rest = cut && tryParse(cut.rest);
  if (cut && isPlainObject(rest) && isStandIn(rest["Receiver"])) return { value: rest, longIds: cut.ids };
  return { value: parseBody(body) };
}

/** What is not JSON is parsed once more, as a whole, so that the answer names the place in the body as it came. */
function tryParse(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readList(list: unknown, longIds: Receivers | undefined): ReceiverList | undefined {
  if (longIds) return { kind: "list", ...sortOut(longIds) };
  return Array.isArray(list) ? readReceivers(list) : undefined;
}

/** Faults of a list that are counted only. */
export const unlisted = (list: ReceiverList | undefined): number =>
  list?.kind === "faulty" ? list.total - list.faults.length : 0;

export function textFaults({ Content, Ext }: Pick<JobBody, "Content" | "Ext">): Fault[] {
  const bytes = Buffer.byteLength(Content) + (Ext ? Buffer.byteLength(JSON.stringify(Ext)) : 0);
  if (bytes <= MAX_TEXT_BYTES) return [];
  return [
    { pointer: "/Content", detail: `Content and Ext have ${bytes} bytes together; the limit is ${MAX_TEXT_BYTES}` },
  ];
}

function laneFaults({ Options }: JobBody, receivers: Receivers): Fault[] {
  if (Options.Lane !== "express" || receivers.length <= MAX_BATCH) return [];
  return [{ pointer: "/Options/Lane", detail: `must be bulk for more than ${MAX_BATCH} receivers` }];
}

/** A callback is told of events: without them it would never hear of anything. */
export function eventFaults({ Options: { Events, CallbackUrl } }: Pick<JobBody, "Options">): Fault[] {
  if (Events !== false || CallbackUrl == null) return [];
  return [{ pointer: "/Options/Events", detail: "must not be false for a job with a CallbackUrl" }];
}

/** A field that was not given is left out, not `undefined`: the message is written down as it came. */
export const toMessage = ({
  AppId,
  Sender,
  InboxType,
  MsgType,
  Content,
  IsNormalUser,
  Ext,
}: Omit<JobBody, "Receiver" | "Options">): Message => ({
  AppId,
  Sender,
  ...(InboxType != null && { InboxType }),
  MsgType,
  Content,
  ...(IsNormalUser != null && { IsNormalUser }),
  ...(Ext != null && { Ext }),
});

/** @param excepted the users in `Except`, which were read apart */
export function toOptions(options: JobBody["Options"], excepted?: Receivers): JobOptions {
  const { Lane, Delivery, NotBefore, ExpiresAt, Label, Tags, Events, CallbackUrl, DryRun } = options;
  return {
    ...(Lane != null && { lane: Lane }),
    delivery: Delivery,
    ...(NotBefore != null && { notBeforeMs: NotBefore }),
    ...(ExpiresAt != null && { expiresAtMs: ExpiresAt }),
    ...toLimits(options, excepted),
    ...(Label != null && { label: Label }),
    ...(Tags != null && { tags: Tags }),
    ...(Events != null && { events: Events }),
    ...(CallbackUrl != null && { callbackUrl: CallbackUrl }),
    dryRun: DryRun,
  };
}
