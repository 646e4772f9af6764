import { AppError, type Fault, Invalid } from "../../lib/domain/errors.ts";
import type { Request } from "../../lib/http/request.ts";
import { statusOf } from "../../lib/http/status-of.ts";

type Parts = Readonly<{
  method?: string;
  path?: string;
  body?: string;
  base64?: boolean;
  headers?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  /** As it stands in the address, where `query` does not say it all. */
  rawQuery?: string;
  params?: Readonly<Record<string, string>>;
  userArn?: string;
}>;

/**
 * A request as API Gateway's HTTP API hands it over.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html payload format 2.0
 */
export function aRequest({
  method = "GET",
  path = "/",
  body,
  base64 = false,
  headers,
  query,
  rawQuery,
  params,
  userArn,
}: Parts): Request {
  const http = { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" };
  const requestContext = {
    ...{ accountId: "123456789012", apiId: "api", domainName: "api.example", domainPrefix: "api", http },
    ...{ requestId: "id", routeKey: "$default", stage: "$default", time: "now", timeEpoch: 1 },
    ...(userArn && { authorizer: { iam: { userArn } } }),
  };
  return {
    ...{ version: "2.0", routeKey: "$default", rawPath: path, requestContext, isBase64Encoded: base64 },
    rawQueryString: rawQuery ?? new URLSearchParams(query).toString(),
    headers: { ...headers },
    ...(body !== undefined && { body }),
    ...(query && { queryStringParameters: { ...query } }),
    ...(params && { pathParameters: { ...params } }),
  };
}

type Refusal = Readonly<{ status: number; message: string; faults: readonly Fault[] }>;

/** What a reader refuses a request with, and the status that answers it. */
export function refusalOf(read: () => unknown): Refusal {
  try {
    read();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { status: statusOf(error), message: error.message, faults: error instanceof Invalid ? error.faults : [] };
  }
  throw new Error("it was taken");
}
