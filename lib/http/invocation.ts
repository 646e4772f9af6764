import type { Context } from "aws-lambda";
import { AppError } from "../domain/errors.ts";
import { type FailureTold, toProblem } from "./problem-details.ts";
import type { Request } from "./request.ts";

/** Whether the HTTP API calls a function; else somebody invokes it. */
export const isRequest = (event: unknown): event is Request =>
  typeof event === "object" && event !== null && "requestContext" in event;

/**
 * A function as it answers whoever invokes it: its result as a plain object. A failure is an error named by its code
 * (`INVALID`, `FORBIDDEN`, `UNAVAILABLE`, …), so that a Catch of Step Functions sees which it is; its message is the problem
 * document.
 */
export function invocation(told: FailureTold, handle: (body: unknown, context: Context) => Promise<object>) {
  return async (body: unknown, context: Context): Promise<object> => {
    try {
      return await handle(body, context);
    } catch (error) {
      const failure = new Error(toProblem(told, error, { requestId: context.awsRequestId }).body);
      failure.name = error instanceof AppError ? error.code : "INTERNAL";
      failure.stack = ""; // Lambda would hand it out
      throw failure;
    }
  };
}
