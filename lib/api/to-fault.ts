import type * as v from "valibot";
import type { Fault } from "../domain/errors.ts";
import type { Text } from "../domain/text.ts";
import { isPlainObject } from "./plain-object.ts";

/**
 * Everything that valibot found in an object, and every field that is none of its: valibot stops at the first of those.
 *
 * @param entries the fields that the object may have; those of its `Options` are known likewise
 */
export function faultsIn(
  value: Readonly<Record<string, unknown>>,
  entries: v.ObjectEntries,
  issues: readonly v.BaseIssue<unknown>[] = [],
): Fault[] {
  const found = issues.filter((issue) => !isUnknownField(issue)).map(toFault);
  return [...found, ...unknownFields(value, entries, "")];
}

function unknownFields(value: Readonly<Record<string, unknown>>, entries: v.ObjectEntries, within: string): Fault[] {
  return Object.entries(value).flatMap(([name, inner]): Fault[] => {
    const pointer = `${within}/${escaped(name)}`;
    if (!Object.hasOwn(entries, name)) return [{ pointer, detail: UNKNOWN }];
    const deeper = isPlainObject(inner) ? entriesOf(entries[name]) : undefined;
    return deeper && isPlainObject(inner) ? unknownFields(inner, deeper, pointer) : [];
  });
}

/** The fields of a strict object, whatever is wrapped around it. */
function entriesOf(schema: unknown): v.ObjectEntries | undefined {
  if (typeof schema !== "object" || schema === null) return undefined;
  if ("type" in schema && schema.type === "strict_object" && "entries" in schema)
    return schema.entries as v.ObjectEntries;
  if ("wrapped" in schema) return entriesOf(schema.wrapped);
  return "pipe" in schema && Array.isArray(schema.pipe) ? entriesOf(schema.pipe[0]) : undefined;
}

const UNKNOWN = "is not a field of this request";

const isUnknownField = ({ type, expected }: v.BaseIssue<unknown>): boolean =>
  type === "strict_object" && expected === "never";

/**
 * What valibot found, as a fault.
 *
 * @see RFC 6901 section 3
 */
export function toFault(issue: v.BaseIssue<unknown>): Fault {
  const keys = issue.path?.map(({ key }) => escaped(String(key))) ?? [];
  return { pointer: keys.map((key) => `/${key}`).join(""), detail: toDetail(issue) };
}

const escaped = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");

function toDetail(issue: v.BaseIssue<unknown>): Text {
  if (issue.type !== "strict_object" && issue.type !== "loose_object") return issue.message as Text; // a test reads those of every schema
  if (issue.expected === "never") return UNKNOWN;
  return issue.received === "undefined" ? "is missing" : "must be an object";
}
