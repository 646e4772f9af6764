import { TRACEPARENT, traceIdOf } from "../domain/trace.ts";

/** Of a name no more goes into the log: the body of a message may hold anything. */
const LONGEST_NAME = 64;

const isName = (value: unknown): value is string => typeof value === "string" && value.length <= LONGEST_NAME;

/** What a queue message names, for the log; nothing else of it. A message that cannot be read names nothing. */
export function namesIn(body: string): Readonly<Record<string, string | number>> {
  const said = fromJson(body);
  if (typeof said !== "object" || said === null) return {};
  const facts = new Map<string, unknown>(Object.entries(said));
  const names: Record<string, string | number> = {};
  for (const name of ["account", "job", "run", "share"]) {
    const value = facts.get(name);
    if (isName(value)) names[name] = value;
  }
  const [batch, trace] = [facts.get("batch"), facts.get("trace")];
  if (typeof trace === "string" && TRACEPARENT.test(trace)) names["traceId"] = traceIdOf(trace);
  return typeof batch === "number" ? { ...names, batch } : names;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the error says why it could not be read
  }
}
