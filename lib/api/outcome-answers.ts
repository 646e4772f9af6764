import * as v from "valibot";
import { STATUSES } from "../domain/outcome.ts";
import { EXPORT_FORMATS, EXPORT_STATES } from "../domain/outcome-export.ts";
import { count, cursor, digits, instant } from "./answer-fields.ts";

export const outcomeStatus = v.pipe(v.picklist(STATUSES), v.description("What became of a receiver."));

export const outcomeAnswer = v.strictObject({
  UserId: v.pipe(digits, v.description("The receiver.")),
  Status: outcomeStatus,
  MessageId: v.exactOptional(v.pipe(digits, v.description("The vendor's id of the message this receiver got."))),
  Code: v.exactOptional(v.pipe(v.string(), v.description("Why it is not `sent`."))),
  RequestId: v.exactOptional(v.pipe(v.string(), v.description("The vendor's id of the call."))),
  MaybeTwice: v.exactOptional(
    v.pipe(v.literal(true), v.description("An earlier attempt may have arrived too (`at-least-once` only).")),
  ),
  At: v.exactOptional(v.pipe(instant, v.description("When the attempt was made."))),
});

export const exportAnswer = v.strictObject({
  Status: v.pipe(v.picklist(EXPORT_STATES), v.description("`done`: the answer leads to the file.")),
  Format: v.picklist(EXPORT_FORMATS),
  Filter: v.strictObject({ Status: v.exactOptional(outcomeStatus), Code: v.exactOptional(v.string()) }),
  Rows: v.pipe(count, v.description("Outcomes written so far.")),
  Bytes: count,
  RequestedAt: instant,
  DoneAt: v.exactOptional(instant),
  Reason: v.exactOptional(v.pipe(v.string(), v.description("Why it failed."))),
});

export const outcomeListAnswer = v.strictObject({
  Outcomes: v.array(outcomeAnswer),
  Cursor: v.exactOptional(cursor),
});
