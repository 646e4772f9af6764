import * as v from "valibot";
import { DELIVERIES, LANES } from "../domain/job.ts";
import { LABEL, LABEL_FORM, MAX_TAGS, TAG_KEY, TAG_KEY_FORM, TAG_VALUE, TAG_VALUE_FORM } from "../domain/tags.ts";
import { INT32_MAX } from "../volcengine/limits.ts";
import { limitOptions } from "./limit-schema.ts";
import { isPlainObject } from "./plain-object.ts";
import { toUserId } from "./user-id.ts";

/** RFC 3339 with an offset. The day may still be one that the month does not have. */
const INSTANT =
  /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
/** valibot leaves these out of what it returns: better to refuse them than to send less than was given. */
const LOST_KEYS = ["__proto__", "constructor", "prototype"];

const int32 = (min: number) =>
  v.pipe(
    v.number("must be a whole number"),
    v.integer("must be a whole number"),
    v.minValue(min, `must be from ${min} to ${INT32_MAX}`),
    v.maxValue(INT32_MAX, `must be from ${min} to ${INT32_MAX}`),
  );

const instant = (description: string) =>
  v.pipe(
    v.string("must be a time such as 2026-01-31T08:00:00Z"),
    v.check(isInstant, "must be a time such as 2026-01-31T08:00:00Z"),
    v.metadata({ format: "date-time", description }),
    v.transform((text) => Date.parse(text)),
  );

const label = v.pipe(
  v.string("must be a string"),
  v.check((given) => LABEL.test(given), LABEL_FORM),
  v.metadata({ minLength: 1, maxLength: 100, description: "What you call the job. Kept as it is." }),
);

const flag = v.boolean("must be true or false");

/** Half of a surrogate pair cannot be written as UTF-8: it would arrive as another character. */
const text = v.pipe(
  v.string("must be a string"),
  v.check((given) => given.isWellFormed(), "must be well-formed Unicode: it has half of a surrogate pair"),
);

const ext = v.pipe(
  v.custom<Readonly<Record<string, unknown>>>(isPlainObject, "must be an object of strings"),
  v.check(
    (given) => !LOST_KEYS.some((key) => Object.hasOwn(given, key)),
    "must not have the keys __proto__, constructor or prototype",
  ),
  v.check((given) => !Object.hasOwn(given, ""), "must not have an empty key"),
  v.metadata({ type: "object", additionalProperties: { type: "string" } }),
  v.record(text, text),
);

const tags = v.pipe(
  v.custom<Readonly<Record<string, unknown>>>(isPlainObject, "must be an object of strings"),
  v.check(
    (given) => !LOST_KEYS.some((key) => Object.hasOwn(given, key)),
    "must not have the keys __proto__, constructor or prototype",
  ),
  v.check((given) => Object.keys(given).every((key) => TAG_KEY.test(key)), TAG_KEY_FORM),
  v.check((given) => Object.keys(given).length <= MAX_TAGS, `must not have more than ${MAX_TAGS}`),
  v.metadata({
    ...{ type: "object", maxProperties: MAX_TAGS, propertyNames: { pattern: TAG_KEY.source } },
    additionalProperties: { type: "string", maxLength: 256 },
    description: 'By which jobs are listed: up to ten, such as `{"campaign":"spring"}`.',
  }),
  v.record(
    v.string(),
    v.pipe(
      v.string("must be a string"),
      v.check((given) => TAG_VALUE.test(given), TAG_VALUE_FORM),
    ),
  ),
);

/** What code of ours reads, said for the OpenAPI document. A double has no 9223372036854775807: no maximum is given. */
const USER_ID = {
  anyOf: [
    { type: "integer", format: "int64", minimum: 1 },
    { type: "string", pattern: "^[1-9][0-9]{0,18}$" },
  ],
};

/** BatchSendMessage's body and our Options; `null` for a field that may be left out is as if it was. */
export const jobSchema = v.strictObject({
  AppId: int32(1),
  Sender: v.pipe(
    v.unknown(),
    v.metadata({ ...USER_ID, description: "Who sends: an int64 above zero, as a number or as a decimal string." }),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const id = toUserId(dataset.value);
      if (typeof id === "bigint") return String(id);
      addIssue({ message: id });
      return NEVER;
    }),
  ),
  /** Read by a loop of its own: there may be half a million. */
  Receiver: v.pipe(
    v.custom<readonly unknown[]>(Array.isArray, "must be a list of user ids"),
    v.check((list) => list.length > 0, "must name at least one user"),
    v.metadata({
      ...{ type: "array", minItems: 1, items: USER_ID },
      description:
        "Who gets the message: int64 above zero, each as a number or as a decimal string, in any order. Duplicates are dropped.",
    }),
  ),
  InboxType: v.nullish(int32(0)),
  MsgType: int32(0),
  Content: text,
  IsNormalUser: v.nullish(flag),
  Ext: v.nullish(ext),
  Options: v.nullish(
    v.strictObject({
      Lane: v.nullish(
        v.pipe(
          v.picklist(LANES, "must be express or bulk"),
          v.description("`express` takes up to 500 receivers. Default: express up to 500, else bulk."),
        ),
      ),
      Delivery: v.nullish(
        v.pipe(
          v.picklist(DELIVERIES, "must be at-most-once or at-least-once"),
          v.description("What to do where a call broke and nobody knows whether it arrived: nothing, or send again."),
        ),
        "at-most-once",
      ),
      NotBefore: v.nullish(instant("Nothing is sent before.")),
      ExpiresAt: v.nullish(instant("What is not sent by then is canceled.")),
      ...limitOptions,
      Label: v.nullish(label),
      Tags: v.nullish(tags),
      Events: v.nullish(
        v.pipe(
          flag,
          v.description(
            "Tell what happens to the job as events. Default: if it has more than one batch, or a callback.",
          ),
        ),
      ),
      CallbackUrl: v.nullish(
        v.pipe(
          v.string("must be an absolute https URL"),
          v.check((given) => given.isWellFormed() && URL.canParse(given), "must be an absolute https URL"),
          v.description("The job's events are POSTed there, signed as Standard Webhooks says."),
        ),
      ),
      DryRun: v.nullish(v.pipe(flag, v.description("Check and count; make nothing.")), false),
    }),
    {},
  ),
});

export type JobBody = v.InferOutput<typeof jobSchema>;

function isInstant(given: string): boolean {
  const day = INSTANT.exec(given)?.[1];
  if (day === undefined) return false;
  const ms = Date.parse(day); // 30 February becomes 2 March
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}
