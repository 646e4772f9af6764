import type { APIGatewayProxyEventV2 } from "aws-lambda";

/** A request as it came off the wire. */
export type HttpRequest = Readonly<{
  method: string;
  /** Path and query exactly as they were sent. */
  target: string;
  /** Names and values by turns, as Node hands them over. */
  rawHeaders: readonly string[];
  body: Uint8Array;
  sourceIp: string;
  /** epoch ms */
  atMs: number;
  id: string;
}>;

/** The route that takes a request, and what stands for its variables. */
type Matched = Readonly<{ routeKey: string; params: Readonly<Record<string, string>> }>;

/**
 * The event that AWS's HTTP API makes of a request.
 *
 * The path comes decoded, the query as it was sent; a header or a query parameter that stands several times is one, its
 * values joined by commas; cookies have a field of their own; what is not there is left out.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html payload format 2.0
 */
export function toEvent(request: HttpRequest, { routeKey, params }: Matched): APIGatewayProxyEventV2 {
  const { method, body, atMs, id, sourceIp } = request;
  const { path, query } = splitTarget(request.target);
  const { cookie, ...headers } = joinedHeaders(request.rawHeaders);
  const rawPath = decoded(path);
  const parameters = joined(new URLSearchParams(query));
  const isBase64Encoded = body.length > 0 && !isText(headers);
  const host = headers["host"] ?? "";
  return {
    version: "2.0",
    routeKey,
    rawPath,
    rawQueryString: query,
    ...(cookie !== undefined && { cookies: cookie.split(/[;,] */).filter((one) => one !== "") }),
    headers,
    ...(query !== "" && { queryStringParameters: parameters }),
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      domainName: host,
      domainPrefix: host.split(".")[0] ?? "",
      http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp, userAgent: headers["user-agent"] ?? "" },
      requestId: id,
      routeKey,
      stage: "$default",
      time: new Date(atMs).toISOString(),
      timeEpoch: atMs,
    },
    ...(Object.keys(params).length > 0 && { pathParameters: params }),
    ...(body.length > 0 && { body: Buffer.from(body).toString(isBase64Encoded ? "base64" : "utf8") }),
    isBase64Encoded,
  };
}

/** Path and query of a request's target, which a proxy may send with scheme and host before them. */
export function splitTarget(target: string): Readonly<{ path: string; query: string }> {
  const [, path = "", query = ""] = /^(?:https?:\/\/[^/?]*)?([^?]*)(?:\?(.*))?$/is.exec(target) ?? [];
  return { path: path === "" ? "/" : path, query };
}

/** Percent-decoded; a text that cannot be decoded stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

/** Names in lower case, each once. Cookies are joined as RFC 6265 joins them. */
export function joinedHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    pairs.push([(rawHeaders[i] ?? "").toLowerCase(), rawHeaders[i + 1] ?? ""]);
  }
  return joined(pairs);
}

function joined(pairs: Iterable<readonly [string, string]>): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(values);
}

/**
 * Whether the HTTP API hands a body over as it is (else as base64). AWS's pages only say "binary"; the types are those
 * that were measured against AWS.
 * @see https://github.com/ministackorg/ministack/pull/766
 */
function isText(headers: Readonly<Record<string, string | undefined>>): boolean {
  if (headers["content-encoding"]) return false;
  return /^(text\/|application\/(json|javascript|xml)\s*(;|$))/i.test(headers["content-type"] ?? "");
}
