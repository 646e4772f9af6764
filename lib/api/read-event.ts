import * as v from "valibot";
import { Invalid, Malformed } from "../domain/errors.ts";
import { eventKey } from "../domain/event-key.ts";
import type { Door, EventFault, Incoming, IncomingRequest } from "../domain/incoming.ts";
import { decodeBody } from "../domain/open-body.ts";
import { cloudEventSchema, eventBridgeSchema, snsSchema } from "./event-schemas.ts";
import { readJob } from "./job-request.ts";
import { parseBody } from "./parse-json.ts";
import { isPlainObject } from "./plain-object.ts";
import { readS3Record } from "./read-s3-record.ts";
import { MAX_FAULTS } from "./receivers.ts";
import { toFault } from "./to-fault.ts";

/** A part of a message: what it holds, and what is wrong with it. */
type Part = Readonly<{
  door: Door;
  requests: readonly IncomingRequest[];
  faults: readonly EventFault[];
  total?: number;
}>;

/** The key and the door of a plain body. */
type Plain = Readonly<{ door: Door; key: string }>;

/**
 * Read a message of the queue `requests`. Its body is an event of EventBridge, a CloudEvent, a notification of SNS or of S3,
 * or the body of `POST /v1/jobs` itself; a list of these is all of them, or nothing if one of them has faults.
 *
 * @param body JSON text; ids past 2^53 stay exact in every envelope
 * @param messageId of SQS: the key of a plain body
 */
export function readEvent(body: string, messageId: string): Incoming {
  const { value, faults } = parse(body);
  if (faults.length > 0) return toIncoming([{ door: "sqs", requests: [], faults }]);
  if (!Array.isArray(value)) return toIncoming([readOne(value, { door: "sqs", key: eventKey("sqs", messageId) })]);
  const parts = value.map((one, i) =>
    under(`/${i}`, readOne(one, { door: "sqs", key: eventKey("sqs", messageId, String(i)) })),
  );
  const none = { door: "sqs" as const, requests: [], faults: [{ pointer: "", detail: "is a list without an event" }] };
  return toIncoming(parts.length > 0 ? parts : [none]);
}

function toIncoming(parts: readonly Part[]): Incoming {
  const door = parts[0]?.door ?? "sqs";
  const faults = parts.flatMap((part) => part.faults);
  if (faults.length === 0) return { kind: "requests", door, requests: parts.flatMap(({ requests }) => requests) };
  const total = parts.reduce((sum, part) => sum + (part.total ?? part.faults.length), 0);
  return { kind: "bad", door, reason: "the event has faults", faults: faults.slice(0, MAX_FAULTS), total };
}

function readOne(value: unknown, plain: Plain): Part {
  if (!isPlainObject(value)) return readPlain(value, plain);
  if ("TopicArn" in value && plain.door !== "sns") return readSns(value);
  if ("specversion" in value) return readCloudEvent(value);
  if ("detail-type" in value) return readEventBridge(value);
  if (value["Event"] === "s3:TestEvent") return { door: "s3", requests: [], faults: [] };
  if ("Records" in value) return readS3(value["Records"]);
  return readPlain(value, plain);
}

function readPlain(value: unknown, { door, key }: Plain): Part {
  try {
    return { door, requests: [{ key, pointer: "", request: readJob(value) }], faults: [] };
  } catch (error) {
    if (error instanceof Invalid) return { door, requests: [], faults: error.faults, total: error.total };
    if (error instanceof Malformed) return { door, requests: [], faults: [{ pointer: "", detail: error.message }] };
    throw error;
  }
}

function readEventBridge(value: Readonly<Record<string, unknown>>): Part {
  const { issues = [] } = v.safeParse(eventBridgeSchema, value);
  const plain = { door: "eventbridge", key: eventKey("eventbridge", String(value["id"])) } as const;
  return inEnvelope(plain.door, issues, "detail" in value && under("/detail", readPlain(value["detail"], plain)));
}

function readCloudEvent(value: Readonly<Record<string, unknown>>): Part {
  const { issues = [] } = v.safeParse(cloudEventSchema, value);
  const { id, source, data, data_base64: base64 } = value;
  const plain = { door: "cloudevents", key: eventKey("cloudevents", String(source), String(id)) } as const;
  if (typeof base64 !== "string") return inEnvelope(plain.door, issues, under("/data", readPlain(data, plain)));
  const read = (): Part => readText(decodeBody(Buffer.from(base64, "base64")), (inner) => readPlain(inner, plain));
  return inEnvelope(plain.door, issues, under("/data_base64", orMalformed(read)));
}

/** SNS carries a text: a plain body, or an event of another kind that was sent to the topic. */
function readSns(value: Readonly<Record<string, unknown>>): Part {
  const { issues = [] } = v.safeParse(snsSchema, value);
  const { MessageId: id, Message: text } = value;
  const plain = { door: "sns", key: eventKey("sns", String(id)) } as const;
  const inner = typeof text === "string" && readText(text, (message) => readOne(message, plain));
  return inEnvelope("sns", issues, inner && under("/Message", inner));
}

function readS3(records: unknown): Part {
  if (!Array.isArray(records) || records.length === 0) {
    return { door: "s3", requests: [], faults: [{ pointer: "/Records", detail: "must be a list of records" }] };
  }
  const parts = records.map((record, i) => under(`/Records/${i}`, { door: "s3", ...readS3Record(record) }));
  return { door: "s3", requests: parts.flatMap((part) => part.requests), faults: parts.flatMap((part) => part.faults) };
}

function readText(text: string, read: (value: unknown) => Part): Part {
  const { value, faults } = parse(text);
  return faults.length > 0 ? { door: "sqs", requests: [], faults } : read(value);
}

function orMalformed(read: () => Part): Part {
  try {
    return read();
  } catch (error) {
    if (error instanceof Malformed) {
      return { door: "sqs", requests: [], faults: [{ pointer: "", detail: error.message }] };
    }
    throw error;
  }
}

function parse(text: string): Readonly<{ value?: unknown; faults: readonly EventFault[] }> {
  try {
    return { value: parseBody(text.replace(/^\uFEFF/, "")), faults: [] };
  } catch (error) {
    if (error instanceof Malformed) return { faults: [{ pointer: "", detail: error.message }] };
    throw error;
  }
}

/** The faults of an envelope and of what is in it, all at once. A request stands only if its envelope does. */
function inEnvelope(door: Door, issues: readonly v.BaseIssue<unknown>[], inner: Part | false): Part {
  const faults = [...issues.map(toFault), ...(inner ? inner.faults : [])];
  const more = inner ? (inner.total ?? inner.faults.length) - inner.faults.length : 0;
  return { door, requests: inner && issues.length === 0 ? inner.requests : [], faults, total: faults.length + more };
}

const under = (pointer: string, part: Part): Part => ({
  ...part,
  requests: part.requests.map((one) => ("object" in one ? one : { ...one, pointer: `${pointer}${one.pointer}` })),
  faults: part.faults.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}` })),
});
