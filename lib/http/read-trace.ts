import { fromXRay, readTraceparent } from "../domain/trace.ts";
import type { Request } from "./request.ts";

/** The trace that a request belongs to: of its client, else of API Gateway. Without one the job begins its own. */
export function readTrace({ headers, requestContext }: Request): Readonly<{ trace?: string }> {
  const trace =
    readTraceparent(headers["traceparent"]) ?? fromXRay(headers["x-amzn-trace-id"], requestContext.requestId);
  return trace === undefined ? {} : { trace };
}
