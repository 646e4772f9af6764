import { type Fault, Invalid } from "../domain/errors.ts";
import type { Text } from "../domain/text.ts";
import type { Request } from "./request.ts";

/**
 * Reads query parameters one by one and collects what is wrong; `end` throws all of it at once. A parameter that is not
 * `known` is a fault.
 */
export function queryReader(request: Request, known: readonly string[]) {
  const given = request.queryStringParameters ?? {};
  const faults: Fault[] = [];
  const fault = (name: string, detail: Text): undefined => void faults.push({ pointer: `?${name}`, detail });
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) fault(name, `is not a parameter of this route; allowed: ${known.join(", ")}`);
  }

  return {
    number(name: string, min: number, max: number): number | undefined {
      const text = given[name];
      if (text === undefined) return undefined;
      const value = /^[0-9]{1,10}$/.test(text) ? Number(text) : -1;
      return value >= min && value <= max ? value : fault(name, `must be a whole number from ${min} to ${max}`);
    },
    oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
      const text = given[name];
      if (text === undefined) return undefined;
      return allowed.find((value) => value === text) ?? fault(name, `must be one of ${allowed.join(", ")}`);
    },
    text(name: string, form: RegExp, detail: Text): string | undefined {
      const text = given[name];
      return text === undefined || form.test(text) ? text : fault(name, detail);
    },
    /** A parameter that may be given several times. The HTTP API joins them with commas; the raw query has them as they are. */
    texts(name: string, areFine: (texts: readonly string[]) => boolean, detail: Text): readonly string[] {
      const texts = new URLSearchParams(request.rawQueryString).getAll(name);
      if (areFine(texts)) return texts;
      fault(name, detail);
      return [];
    },
    cursor(name: string, kind: CursorKind, isPlace: (text: string) => boolean): string | undefined {
      const text = given[name];
      if (text === undefined) return undefined;
      const place = openCursor(kind, text);
      return place !== undefined && isPlace(place) ? place : fault(name, "is not a cursor of this route");
    },
    /** @throws {Invalid} */
    end(): void {
      if (faults.length > 0) throw new Invalid("the query has faults", faults);
    },
  };
}

/** Which list a cursor belongs to, so that no other route accepts it. */
export type CursorKind = "jobs" | "after";

/** A place in a list as the client gets it: opaque, so that nobody relies on its form. */
export const writeCursor = (kind: CursorKind, place: string): string =>
  Buffer.from(`${kind}:${place}`).toString("base64url");

function openCursor(kind: CursorKind, cursor: string): string | undefined {
  const text = Buffer.from(cursor, "base64url").toString();
  return text.startsWith(`${kind}:`) ? text.slice(kind.length + 1) : undefined;
}
