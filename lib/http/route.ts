import type { Logger } from "@aws-lambda-powertools/logger";
import middy from "@middy/core";
import httpHeaderNormalizer from "@middy/http-header-normalizer";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { problemDetails } from "./problem-details.ts";

export type Reply = APIGatewayProxyStructuredResultV2;

/** A request as API Gateway's HTTP API hands it over, header names in lower case. */
export type Request = APIGatewayProxyEventV2;

/** The stack all routes share: header names in lower case, every failure as a problem document. */
export function route(log: Logger, handle: (request: Request, context: Context) => Promise<Reply>) {
  return middy<Request, Reply>().use(httpHeaderNormalizer()).use(problemDetails(log)).handler(handle);
}

export const json = (statusCode: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  statusCode,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

/** Who asks, as IAM knows the caller; without IAM in front (a laptop) everybody is one. */
export function ownerOf(request: Request): string {
  const { authorizer } = request.requestContext as { authorizer?: { iam?: { userArn?: string } } };
  return authorizer?.iam?.userArn ?? "local";
}
