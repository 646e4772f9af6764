import * as v from "valibot";
import { LIST_FORMATS } from "../../list-reader/list-file.ts";
import { jobSchema } from "./job-schema.ts";

/** The widest sheet of the spreadsheets there are has so many columns. */
const MAX_COLUMN = 16_384;
const MAX_NAME_CHARS = 200;
const COLUMN = `must be a column's name or its number from 1 to ${MAX_COLUMN}`;
const COUNT = "must be a whole number from 0 to 1000000000";

const isName = (name: string): boolean => name !== "" && name.length <= MAX_NAME_CHARS && name.isWellFormed();
const isNumber = (n: number): boolean => Number.isInteger(n) && n >= 1 && n <= MAX_COLUMN;

const receiverUpload = v.pipe(
  v.strictObject({
    Format: v.picklist(LIST_FORMATS, "must be csv, ndjson or txt"),
    Gzip: v.nullish(v.boolean("must be true or false"), false),
    Column: v.nullish(
      v.union([v.pipe(v.string(), v.check(isName, COLUMN)), v.pipe(v.number(), v.check(isNumber, COLUMN))], COLUMN),
    ),
  }),
  v.forward(
    v.check(({ Format, Column }) => Format !== "txt" || Column == null, "must not be given: text has no columns"),
    ["Column"],
  ),
  v.forward(
    v.check(
      ({ Format, Column }) => Format !== "ndjson" || typeof Column !== "number",
      "must be a name: NDJSON has no columns by number",
    ),
    ["Column"],
  ),
);

const { Receiver: _, Options: options, ...message } = jobSchema.entries;

/** As `jobSchema`, with a file to be uploaded in place of `Receiver`. How many are in it nobody knows yet. */
export const uploadSchema = v.strictObject({
  ...message,
  ReceiverUpload: receiverUpload,
  Options: v.nullish(
    v.strictObject({
      ...options.wrapped.entries,
      Lane: v.nullish(v.literal("bulk", "must be bulk, or not given: nobody knows yet how many receivers there are")),
      DryRun: v.nullish(v.literal(false, "must be false: before the upload there is nothing to count"), false),
      RefuseIfLate: v.nullish(
        v.literal(false, "must be false, or not given: nobody knows yet how many receivers there are"),
      ),
      MaxBadLines: v.nullish(
        v.pipe(v.number(COUNT), v.integer(COUNT), v.minValue(0, COUNT), v.maxValue(1_000_000_000, COUNT)),
        0,
      ),
    }),
    {},
  ),
});

export type UploadBody = v.InferOutput<typeof uploadSchema>;
