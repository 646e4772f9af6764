import { LocalError } from "./local-error.ts";

type Json = Readonly<Record<string, unknown>>;
/** Whether a field has what a pattern asks for. `undefined`: the event has no such field. */
type Test = (value: unknown) => boolean;

/**
 * Compile an event pattern of EventBridge: lists of exact values, `prefix`, `anything-but` and `exists`.
 *
 * @returns whether an event matches
 * @throws {LocalError} naming what the local stack does not know: a rule that is guessed at would behave otherwise on AWS
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function compilePattern(pattern: unknown, path = ""): Test {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) throw unknown(path, "must be an object with fields");
  const tests = Object.entries(pattern).map(([field, wanted]): Test => {
    const at = `${path}/${field}`;
    if (field.startsWith("$")) throw unknown(at, "is not known to the local stack");
    const test = Array.isArray(wanted) ? anyOf(wanted, at) : compilePattern(wanted, at);
    return (value) => test(isObject(value) ? value[field] : undefined);
  });
  return (value) => tests.every((test) => test(value));
}

/** One of the list is enough. Of a field that is a list, one element is enough. */
function anyOf(wanted: readonly unknown[], path: string): Test {
  if (wanted.length === 0) throw unknown(path, "must not be empty");
  const tests = wanted.map((one, i) => matcher(one, `${path}/${i}`));
  return (value) => tests.some((test) => (Array.isArray(value) ? value.some(test) : test(value)));
}

function matcher(wanted: unknown, path: string): Test {
  if (isLeaf(wanted)) return (value) => value === wanted;
  const [entry, ...more] = isObject(wanted) ? Object.entries(wanted) : [];
  if (entry === undefined || more.length > 0) throw unknown(path, "must be a value or one comparison");
  const [kind, operand] = entry;
  if (kind === "prefix" && typeof operand === "string") {
    return (value) => typeof value === "string" && value.startsWith(operand);
  }
  if (kind === "exists" && typeof operand === "boolean") return (value) => (value !== undefined) === operand;
  const barred = Array.isArray(operand) ? operand : [operand];
  if (kind === "anything-but" && barred.every(isLeaf)) {
    return (value) => value !== undefined && !barred.includes(value as (typeof barred)[number]);
  }
  throw unknown(path, `uses ${kind} in a way that the local stack does not know`);
}

const isLeaf = (value: unknown): boolean => value === null || /^(string|number|boolean)$/.test(typeof value);

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const unknown = (path: string, what: string): LocalError =>
  new LocalError(`serverless.yml: EventPattern ${path || "itself"} ${what}`);
