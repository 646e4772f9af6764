import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** One item, as DynamoDB's wire format has it. */
export type Item = Record<string, AttributeValue>;

export const S = (value: string): AttributeValue => ({ S: value });
export const N = (value: number | string): AttributeValue => ({ N: String(value) });

/** Rows are input too: parse, do not cast. */
export function textOf(item: Item, name: string): string {
  const value = item[name]?.S;
  if (value === undefined) throw new TypeError(`${name} is not a string`);
  return value;
}

/** A whole number that a double holds exactly. Ids are not: read those as digits. */
export function numberOf(item: Item, name: string): number {
  const value = Number(item[name]?.N);
  if (!Number.isSafeInteger(value)) throw new TypeError(`${name} is not a whole number`);
  return value;
}

export const digitsOf = (item: Item, name: string): string => item[name]?.N ?? "";

/** `read` applied to an attribute that may be missing. */
export function optional<T>(item: Item, name: string, read: (item: Item, name: string) => T): T | undefined {
  return item[name] === undefined ? undefined : read(item, name);
}

/** One of a few words. */
export function oneOf<T extends string>(item: Item, name: string, allowed: readonly T[]): T {
  const text = textOf(item, name);
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new TypeError(`${name} is ${text}`);
  return found;
}

export function mapOf(item: Item, name: string): Item {
  const map = item[name]?.M;
  if (map === undefined) throw new TypeError(`${name} is not a map`);
  return map;
}

/** A list of maps. */
export function listOf(item: Item, name: string): Item[] {
  const list = item[name]?.L;
  if (list === undefined) throw new TypeError(`${name} is not a list`);
  return list.map((entry) => mapOf({ entry }, "entry"));
}

/** The same keys with other values. */
export const mapEach = <A, B>(map: Readonly<Record<string, A>>, each: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, each(value)]));
