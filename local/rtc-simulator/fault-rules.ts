import { parse } from "lossless-json";
import * as v from "valibot";
import { AppError } from "../../lib/domain/errors.ts";

/** Rules that cannot be understood; the message names every place. */
export class BadFaultRules extends AppError {
  override readonly name = "BadFaultRules"; // a literal: minifiers rewrite constructor.name
  readonly code = "BAD_FAULT_RULES";
}

/** A user id as a decimal string, or as a JSON integer of any length. */
const Id = v.pipe(
  v.union([v.string(), v.number(), v.bigint()]),
  v.transform(String),
  v.regex(/^[1-9]\d{0,18}$/, "a user id is an int64 > 0"),
);
const Ids = v.array(Id);
const Count = v.pipe(v.number(), v.integer(), v.minValue(1));
const Share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const Status = v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599));
const Delivered = v.optional(v.boolean(), false);

/** Which calls, and in them which users. All that are given must hold; none given: every call. */
const When = v.strictObject({
  /** one of these users */
  receivers: v.optional(Ids),
  /** users whose id ends in these digits */
  userSuffix: v.optional(v.pipe(v.string(), v.regex(/^\d+$/, "a suffix is digits"))),
  /** this share of all users, the same ones every time (by seed) */
  userShare: v.optional(Share),
  appId: v.optional(v.pipe(v.number(), v.integer())),
  /** Content holds this text */
  content: v.optional(v.string()),
  /** only every n-th of the calls for which all of the above holds */
  everyNth: v.optional(Count),
  /** only this share of those calls, drawn by seed */
  probability: v.optional(Share),
});

const Do = v.union(
  [
    /** in FailedReceiver; "matching": the users for whom `when` holds */
    v.strictObject({ failReceivers: v.union([Ids, v.literal("matching")]) }),
    /** in neither list of the answer; `delivered`: they received it all the same */
    v.strictObject({ omit: v.union([Ids, v.literal("matching")]), delivered: Delivered }),
    /** answers later; the message is taken and delivered at once */
    v.strictObject({ delayMs: v.pipe(v.number(), v.minValue(0)) }),
    /** the vendor's envelope with this Error, at any status, 200 too */
    v.strictObject({
      error: v.strictObject({
        code: v.string(),
        codeN: v.optional(v.number()),
        status: Status,
        message: v.optional(v.string()),
        delivered: Delivered,
      }),
    }),
    /** an HTML page with this status, as a gateway in between would send */
    v.strictObject({ html: Status, delivered: Delivered }),
    /** no answer, the connection stays open */
    v.strictObject({ hang: v.literal(true), delivered: v.optional(v.boolean(), true) }),
    /** connection reset before the call was taken (not delivered, not counted) or after (delivered, counted) */
    v.strictObject({ reset: v.picklist(["before", "after"]) }),
  ],
  "must be one of failReceivers, omit, delayMs, error, html, hang, reset",
);

const Rules = v.array(
  v.strictObject({
    when: v.optional(When, {}),
    /** the rule is spent after it has struck this many calls; none given: never */
    times: v.optional(Count),
    do: Do,
  }),
);

export type FaultRuleInput = v.InferInput<typeof Rules>[number];
export type FaultRule = v.InferOutput<typeof Rules>[number];

/** @throws {BadFaultRules} */
export function readFaultRules(rules: unknown): readonly FaultRule[] {
  const { success, output, issues } = v.safeParse(Rules, rules);
  if (success) return output;
  throw new BadFaultRules(issues.map((issue) => `${v.getDotPath(issue) ?? "rules"}: ${issue.message}`).join("; "));
}

/** As {@link readFaultRules}, from JSON text in which user ids may be integers past 2^53. @throws {BadFaultRules} */
export function parseFaultRules(text: string): readonly FaultRule[] {
  let rules: unknown;
  try {
    rules = parse(text, null, { parseNumber });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new BadFaultRules(`not JSON: ${error.message}`);
  }
  return readFaultRules(rules);
}

function parseNumber(text: string): number | bigint {
  return /^\d{16,}$/.test(text) ? BigInt(text) : Number(text);
}
