/**
 * A trace as the header `traceparent` names it: `00-<trace id, 32 hex>-<parent id, 16 hex>-<flags, 2 hex>`. It goes with a
 * job from the request to each call of the vendor.
 *
 * @see https://www.w3.org/TR/trace-context/ section 3.2
 */
export const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

const HEADER = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})(-.*)?$/;
const XRAY_ROOT = /(?:^|;)\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/;
const XRAY_PARENT = /(?:^|;)\s*Parent=([0-9a-f]{16})(?:;|$)/;

/** A header of a version to come is read as far as this one goes. @returns nothing if it is none: then it is as if it were not there */
export function readTraceparent(header: string | undefined): string | undefined {
  const [, fields, more] = HEADER.exec(header?.trim() ?? "") ?? [];
  if (fields === undefined || (more !== undefined && header?.trim().startsWith("00"))) return undefined;
  const trace = `00-${fields}`;
  return TRACEPARENT.test(trace) ? trace : undefined;
}

/**
 * The same of X-Ray's header, which API Gateway adds to each request: its trace has the same id there.
 *
 * @param seed makes the parent where the header names none
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export function fromXRay(header: string | undefined, seed: string): string | undefined {
  const [, time, rest] = XRAY_ROOT.exec(header ?? "") ?? [];
  if (time === undefined) return undefined;
  const [, parent = spanId(seed)] = XRAY_PARENT.exec(header ?? "") ?? [];
  return readTraceparent(`00-${time}${rest}-${parent}-${/Sampled=1/.test(header ?? "") ? "01" : "00"}`);
}

/** A trace of its own for what began without one. @param seed drawn at random */
export const startTrace = (seed: string): string =>
  `00-${spanId(seed)}${spanId(`${seed} trace`)}-${spanId(`${seed} span`)}-00`;

/** The trace as what one call of it hands on. @param seed another for each call */
export const childOf = (trace: string, seed: string): string =>
  `${trace.slice(0, 36)}${spanId(seed)}${trace.slice(52)}`;

/** By which the log finds everything of it. */
export const traceIdOf = (trace: string): string => trace.slice(3, 35);

/** What a line of the log about a job names. */
export type JobNames = Readonly<{ job: string; run: string; traceId?: string }>;

export const namesOfJob = ({ id, run, trace }: Readonly<{ id: string; run: string; trace?: string }>): JobNames => ({
  ...{ job: id, run },
  ...(trace !== undefined && { traceId: traceIdOf(trace) }),
});

/** 64 bits as hex: the same for the same seed, never zero. @see http://www.isthe.com/chongo/tech/comp/fnv FNV-1a */
function spanId(seed: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < seed.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(seed.charCodeAt(i))) * 0x100000001b3n);
  return (hash === 0n ? 1n : hash).toString(16).padStart(16, "0");
}
