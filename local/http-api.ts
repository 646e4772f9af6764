/** What we use of hapi, the server under serverless-offline. */
export type HapiServer = Readonly<{
  ext(event: "onPreHandler", method: (request: HapiRequest, h: HapiToolkit) => unknown): void;
}>;
type HapiRequest = Readonly<{ headers: Record<string, string | undefined>; payload: unknown; route: { path: string } }>;
type HapiToolkit = Readonly<{
  continue: symbol;
  response(body: object): { code(status: number): { takeover(): unknown } };
}>;

/** Lambda takes no larger event. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_EVENT_BYTES = 6_291_556;
/** About what an event holds besides the body: headers, request context. */
const ENVELOPE_BYTES = 2_048;
/** serverless-offline's catch-all */
const NO_ROUTE = "/{p*}";

/** Make serverless-offline answer where it differs from an API Gateway HTTP API in a way that our clients can see. */
export function behaveAsHttpApi(server: HapiServer): void {
  server.ext("onPreHandler", (request, h) => {
    const refuse = (status: number, message: string) => h.response({ message }).code(status).takeover();
    if (request.route.path === NO_ROUTE) return refuse(404, "Not Found");
    if (!(request.payload instanceof Uint8Array)) return h.continue;
    const binary = !isText(request.headers);
    // What this header says decides how the body is put into the event; the event's own headers are read elsewhere.
    if (binary) request.headers["content-type"] = "application/octet-stream";
    return eventBytes(request.payload, binary) > MAX_EVENT_BYTES ? refuse(413, "Request Entity Too Large") : h.continue;
  });
}

/**
 * Whether the HTTP API hands a body over as it is (else as base64). AWS's pages only say "binary"; the types are those
 * that were measured against AWS.
 * @see https://github.com/ministackorg/ministack/pull/766
 */
export function isText(headers: Readonly<Record<string, string | undefined>>): boolean {
  if (headers["content-encoding"]) return false;
  return /^(text\/|application\/(json|javascript|xml)\s*(;|$))/i.test(headers["content-type"] ?? "");
}

/** How large the event is that carries `body`: as base64, or as a JSON string in which quotes cost two bytes. */
export function eventBytes(body: Uint8Array, binary: boolean): number {
  if (binary) return ENVELOPE_BYTES + 4 * Math.ceil(body.length / 3);
  return ENVELOPE_BYTES + Buffer.byteLength(JSON.stringify(Buffer.from(body).toString()));
}
