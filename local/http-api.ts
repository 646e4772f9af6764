import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Text } from "../lib/domain/text.ts";
import { languageOf } from "../lib/http/language.ts";
import { problem } from "../lib/http/problem-details.ts";
import { whyForeign } from "./foreign-page.ts";
import { type HttpRequest, joinedHeaders, splitTarget, toEvent } from "./http-event.ts";
import { matchRoute, type Route } from "./http-routes.ts";

export type HttpApi = Readonly<{
  routes: readonly Route[];
  /**
   * Call a function. @param event the event as JSON
   * @returns what the function returned; `undefined` if it failed
   */
  invoke(functionName: string, event: string): Promise<APIGatewayProxyStructuredResultV2 | undefined>;
}>;

/** Lambda takes no larger event. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_EVENT_BYTES = 6_291_456;
/** Request line and headers together. @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MAX_HEAD_BYTES = 10_240;

/**
 * Answer HTTP requests as an HTTP API of API Gateway does, by the functions behind its routes. It takes the place of
 * serverless-offline's own server, which routes, decodes and fills in otherwise.
 *
 * What AWS refuses before any function is asked, it refuses in a form of its own; here that is a problem document like all
 * the others.
 */
export function serveHttpApi(server: Server, api: HttpApi): void {
  server.removeAllListeners("request");
  server.removeAllListeners("checkContinue");
  server.removeAllListeners("clientError");
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    answer(request, api)
      .catch((error: unknown): APIGatewayProxyStructuredResultV2 | undefined => {
        if (request.destroyed && !request.complete) return undefined; // the client went away: nobody to tell
        console.error(error);
        return problem(500, "something went wrong here", {}, languageOf(request.headers));
      })
      .then((reply) => reply && write(response, reply, request.method === "HEAD"));
  });
  server.on("clientError", refuseUnread);
}

async function answer(incoming: IncomingMessage, { routes, invoke }: HttpApi) {
  const { method = "", url: target = "", rawHeaders } = incoming;
  const headers = joinedHeaders(rawHeaders);
  const language = languageOf(headers);
  const refuse = (status: number, detail: Text) => problem(status, detail, {}, language);
  const foreign = whyForeign(method, headers);
  const headBytes = [method, target, ...rawHeaders].reduce((sum, part) => sum + part.length, 0);
  const body = await readUpTo(incoming, MAX_EVENT_BYTES);
  if (foreign !== undefined) return refuse(403, foreign);
  if (headBytes > MAX_HEAD_BYTES) return refuse(431, TOO_LARGE_HEAD);
  if (body === undefined) return refuse(413, TOO_LARGE);
  const match = matchRoute(routes, method, splitTarget(target).path);
  if (match === undefined) return refuse(404, "there is no such route");
  const request: HttpRequest = {
    ...{ method, target, rawHeaders, body, atMs: Date.now(), id: randomUUID() },
    sourceIp: incoming.socket.remoteAddress ?? "",
  };
  const event: APIGatewayProxyEventV2 = toEvent(request, match);
  const json = JSON.stringify(event);
  if (Buffer.byteLength(json) > MAX_EVENT_BYTES) return refuse(413, TOO_LARGE);
  return (await invoke(match.functionName, json)) ?? refuse(500, "the function failed");
}

const TOO_LARGE: Text = `a request must not exceed ${MAX_EVENT_BYTES} bytes, all told`;
const TOO_LARGE_HEAD: Text = `the address and the headers must not exceed ${MAX_HEAD_BYTES} bytes`;

/** The whole body; `undefined` if it is longer. The rest is read all the same, so that the client hears the answer. */
async function readUpTo(incoming: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  let chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else chunks = [];
  }
  return bytes > maxBytes ? undefined : Buffer.concat(chunks);
}

function write(response: ServerResponse, reply: APIGatewayProxyStructuredResultV2, isHead: boolean): void {
  const { statusCode = 200, headers = {}, cookies = [], body = "", isBase64Encoded = false } = reply;
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
  const hasBody = statusCode !== 204 && statusCode !== 304;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  if (cookies.length > 0) response.setHeader("set-cookie", cookies);
  if (hasBody) response.setHeader("content-length", bytes.length);
  response.writeHead(statusCode).end(isHead || !hasBody ? undefined : bytes);
}

/** What is not HTTP, or has more headers than Node reads. */
function refuseUnread(error: Error, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const isTooLarge = "code" in error && error.code === "HPE_HEADER_OVERFLOW";
  const { statusCode, body = "" } = isTooLarge ? problem(431, TOO_LARGE_HEAD) : problem(400, "the request is not HTTP");
  const head = [
    `HTTP/1.1 ${statusCode} ${isTooLarge ? "Request Header Fields Too Large" : "Bad Request"}`,
    "content-type: application/problem+json",
    "content-language: en",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
