import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { Pool } from "undici";
import type { HttpApi } from "./http-api.ts";

/** The HTTP API gives up after this, and a function of the API never takes longer. */
const TIMEOUT_MS = 30_000;
/** Far more than functions run at once. */
const CONNECTIONS = 128;

/**
 * Call functions through serverless-offline's stand-in for Lambda.
 *
 * @param socketPath where it listens: no port, so that no page in a browser can reach it
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function invokeAt(socketPath: string): HttpApi["invoke"] {
  const pool = new Pool("http://localhost", { socketPath, connections: CONNECTIONS, bodyTimeout: TIMEOUT_MS });
  return async (functionName, event) => {
    const { statusCode, headers, body } = await pool.request({
      path: `/2015-03-31/functions/${functionName}/invocations`,
      method: "POST",
      headersTimeout: TIMEOUT_MS,
      body: event,
    });
    const text = await body.text();
    const failed = statusCode !== 200 || headers["x-amz-function-error"] !== undefined;
    return failed ? undefined : (JSON.parse(text) as APIGatewayProxyStructuredResultV2);
  };
}
