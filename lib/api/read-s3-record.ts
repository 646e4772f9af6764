import * as v from "valibot";
import { isClientId } from "../domain/client.ts";
import { eventKey } from "../domain/event-key.ts";
import type { EventFault, IncomingRequest } from "../domain/incoming.ts";
import { MAX_BODY_BYTES } from "../domain/request-limits.ts";
import { s3RecordSchema } from "./event-schemas.ts";
import { toFault } from "./to-fault.ts";

/** Where requests lie as objects: `jobs/<client id>/<name>`. */
const PREFIX = "jobs";

/**
 * Read one record of a notification of S3.
 *
 * S3 may notify more than once, in any order, and gives its notifications no id: what tells an upload from another is the
 * object's version (or ETag) and its sequencer.
 *
 * @returns no request for a key that ends in a slash: such an object is what the S3 console makes of a folder
 */
export function readS3Record(record: unknown): Readonly<{ requests: IncomingRequest[]; faults: EventFault[] }> {
  const parsed = v.safeParse(s3RecordSchema, record);
  if (!parsed.success) return { requests: [], faults: parsed.issues.map(toFault) };
  const { bucket, object } = parsed.output.s3;
  const { eTag, versionId, sequencer, size } = object;
  const key = decodeKey(object.key);
  const [prefix, clientId = "", ...name] = key?.split("/") ?? [];
  if (key !== undefined && prefix === PREFIX && isClientId(clientId) && name.at(-1) === "") {
    return { requests: [], faults: [] };
  }
  const faults: EventFault[] = [];
  if (key === undefined || prefix !== PREFIX || !isClientId(clientId) || name.length === 0) {
    faults.push({ pointer: "/s3/object/key", detail: `must be ${PREFIX}/<client id>/<name>, URL-encoded` });
  }
  if (size > MAX_BODY_BYTES) {
    faults.push({ pointer: "/s3/object/size", detail: `must not exceed ${MAX_BODY_BYTES} bytes` });
  }
  if (key === undefined || faults.length > 0) return { requests: [], faults };
  return {
    requests: [
      {
        pointer: "",
        key: eventKey("s3", bucket.name, key, versionId ?? eTag, sequencer),
        object: { bucket: bucket.name, key, eTag, size },
        clientId,
      },
    ],
    faults,
  };
}

/** As a form has it: a plus is a space. @returns `undefined` if it is not encoded so */
function decodeKey(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
