import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { childOf, fromXRay, readTraceparent, startTrace, TRACEPARENT, traceIdOf } from "../../lib/domain/trace.ts";

const ID = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
const TRACE = `00-${ID}-${PARENT}-01`; // the example of the recommendation

describe("a traceparent", () => {
  it.each([
    { when: "as it should be", header: TRACE, want: TRACE },
    { when: "with spaces around it", header: ` ${TRACE} `, want: TRACE },
    { when: "of a version to come, with more behind", header: `cc-${ID}-${PARENT}-01-what`, want: TRACE },
    { when: "of a version to come", header: `cc-${ID}-${PARENT}-01`, want: TRACE },
    { when: "with more behind it than its version has", header: `${TRACE}-what`, want: undefined },
    { when: "of the version that is none", header: `ff-${ID}-${PARENT}-01`, want: undefined },
    { when: "without a trace", header: `00-${"0".repeat(32)}-${PARENT}-01`, want: undefined },
    { when: "without a parent", header: `00-${ID}-${"0".repeat(16)}-01`, want: undefined },
    { when: "in capitals", header: TRACE.toUpperCase(), want: undefined },
    { when: "of a wrong length", header: `00-${ID}0-${PARENT}-01`, want: undefined },
    { when: "that is not there", header: undefined, want: undefined },
  ])("$when", ({ header, want }) => expect(readTraceparent(header)).toBe(want));

  it.each([
    { header: `Root=1-${ID.slice(0, 8)}-${ID.slice(8)};Parent=${PARENT};Sampled=1`, want: TRACE },
    { header: `Self=1-67891234-12456789abcdef012345678;Root=1-${ID.slice(0, 8)}-${ID.slice(8)}`, want: ID },
    { header: "Root=1-what", want: undefined },
    { header: undefined, want: undefined },
  ])("of X-Ray: $header", ({ header, want }) => {
    const trace = fromXRay(header, "seed");
    if (want?.length === ID.length) expect(traceIdOf(trace ?? "")).toBe(want);
    else expect(trace).toBe(want);
    if (trace !== undefined) expect(trace).toMatch(TRACEPARENT);
  });

  it("is drawn where there is none, and each call of it has a span of its own", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (seed, call) => {
        const trace = startTrace(seed);
        expect(trace).toMatch(TRACEPARENT);
        const child = childOf(trace, call);
        expect(child).toMatch(TRACEPARENT);
        expect(traceIdOf(child)).toBe(traceIdOf(trace));
      }),
    );
    expect(startTrace("a")).not.toBe(startTrace("b"));
    expect(childOf(TRACE, "a")).not.toBe(childOf(TRACE, "b"));
    expect(childOf(TRACE, "a").endsWith("-01")).toBe(true);
  });
});
