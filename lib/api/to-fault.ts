import type * as v from "valibot";
import type { Fault } from "../domain/errors.ts";

/**
 * What valibot found, as a fault.
 *
 * @see RFC 6901 section 3
 */
export function toFault(issue: v.BaseIssue<unknown>): Fault {
  const keys = issue.path?.map(({ key }) => String(key).replaceAll("~", "~0").replaceAll("/", "~1")) ?? [];
  return { pointer: keys.map((key) => `/${key}`).join(""), detail: toDetail(issue) };
}

function toDetail(issue: v.BaseIssue<unknown>): string {
  if (issue.type !== "strict_object" && issue.type !== "loose_object") return issue.message;
  if (issue.expected === "never") return "is not a field of this request";
  return issue.received === "undefined" ? "is missing" : "must be an object";
}
