import * as v from "valibot";

// The envelopes in which events come, as far as Volley reads them. Fields that it does not know are left alone.

const text = v.pipe(v.string("must be a string"), v.minLength(1, "must not be empty"));

/** @see https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export const eventBridgeSchema = v.looseObject({
  id: text,
  source: text,
  "detail-type": v.literal("BatchSendMessage", "must be BatchSendMessage"),
  detail: v.unknown(),
});

/** @see CloudEvents 1.0.2, section 3.1, and its JSON format, section 3.1 */
export const cloudEventSchema = v.looseObject({
  specversion: v.literal("1.0", "must be 1.0"),
  id: text,
  source: text,
  type: text,
  data: v.optional(v.unknown()),
  data_base64: v.optional(v.string("must be a string")),
});

/** @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
export const snsSchema = v.looseObject({
  Type: v.literal("Notification", "must be Notification"),
  MessageId: text,
  TopicArn: text,
  Message: v.string("must be a string"),
});

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
export const s3RecordSchema = v.looseObject({
  eventSource: v.literal("aws:s3", "must be aws:s3"),
  eventName: v.pipe(v.string("must be a string"), v.startsWith("ObjectCreated:", "must begin with ObjectCreated:")),
  s3: v.looseObject({
    bucket: v.looseObject({ name: text }),
    object: v.looseObject({
      key: text,
      eTag: text,
      versionId: v.nullish(text),
      sequencer: text,
      size: v.pipe(v.number("must be a whole number"), v.minValue(0, "must be a whole number")),
    }),
  }),
});
