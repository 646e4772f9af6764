import * as v from "valibot";
import { count, jobId } from "./answer-fields.ts";

// Answers of the vendor's own call, in its envelope. Ids are numbers there, as the vendor has them.

const id = v.pipe(v.number(), v.integer(), v.minValue(1), v.metadata({ format: "int64" }));

const metadata = {
  RequestId: v.string(),
  Action: v.string(),
  Version: v.string(),
  Service: v.string(),
  Region: v.string(),
};

export const vendorAnswer = v.strictObject({
  ResponseMetadata: v.strictObject(metadata),
  Result: v.strictObject({
    UserMessageId: v.pipe(v.record(v.string(), id), v.description("The message id of every receiver who got it.")),
    FailedReceiver: v.array(id),
    JobId: jobId,
    Pending: v.exactOptional(v.pipe(count, v.description("Receivers without an outcome yet: ask the job for them."))),
  }),
});

export const vendorErrorAnswer = v.strictObject({
  ResponseMetadata: v.strictObject({
    ...metadata,
    Error: v.strictObject({
      CodeN: v.exactOptional(v.number()),
      Code: v.pipe(v.string(), v.description("The vendor's name of what is wrong.")),
      Message: v.string(),
    }),
  }),
});
