import * as v from "valibot";
import { INT32_MAX } from "../volcengine/limits.ts";

// Fields that several answers have. Their descriptions stand in the OpenAPI document.

/** A user id or message id in an answer. */
export const digits = v.pipe(v.string(), v.regex(/^[0-9]+$/));

export const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const int32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(INT32_MAX));

export const jobId = v.pipe(
  v.string(),
  v.regex(/^[0-9a-z]{20,40}$/),
  v.description("The job's id. With an Idempotency-Key it is made of the client and the key."),
);

export const instant = v.pipe(v.string(), v.isoTimestamp());

export const cursor = v.pipe(
  v.string(),
  v.description("Where the next page begins. There is none after the last page; a page with a cursor may be empty."),
);
