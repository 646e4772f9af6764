import { describe, expect, it } from "vitest";
import { traceIdOf } from "../../lib/domain/trace.ts";
import { readTrace } from "../../lib/http/read-trace.ts";
import { aRequest } from "./request.ts";

const ID = "0af7651916cd43dd8448eb211c80319c";
const TRACE = `00-${ID}-b7ad6b7169203331-01`;
const OTHER = "5759e988bd862e3fe1be46a994272793";
const XRAY = `Root=1-${OTHER.slice(0, 8)}-${OTHER.slice(8)}`;

describe("a request's trace", () => {
  it.each([
    { when: "is its client's", headers: { traceparent: TRACE, "x-amzn-trace-id": XRAY }, want: ID },
    { when: "is API Gateway's where the client names none", headers: { "x-amzn-trace-id": XRAY }, want: OTHER },
    {
      when: "is API Gateway's where the client's is bad",
      headers: { traceparent: "x", "x-amzn-trace-id": XRAY },
      want: OTHER,
    },
    { when: "is not there", headers: {}, want: undefined },
  ])("$when", ({ headers, want }) => {
    const { trace } = readTrace(aRequest({ headers }));
    expect(trace && traceIdOf(trace)).toBe(want);
  });
});
