import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { BadFaultRules, parseFaultRules } from "./fault-rules.ts";
import type { FaultBook } from "./faults.ts";
import type { Inbox } from "./inbox.ts";
import { readBody } from "./read-body.ts";
import type { Upstream } from "./upstream.ts";

const MAX_RULES_BYTES = 16 * 2 ** 20;
/** Inbox lines written at a time: a chunk a line would spend the time on chunks. */
const LINES_PER_CHUNK = 1_000;

/**
 * What the simulator tells about itself and how it is told to fail, all under `/_sim/`:
 *
 * - `GET stats` · `POST reset` (inboxes and counts; the fault rules become those of the start)
 * - `GET inbox` (NDJSON, a line a user) · `GET inbox/{UserId}`
 * - `GET faults` · `PUT faults` (replace) · `POST faults` (add) · `DELETE faults`
 */
export function makeControl(upstream: Upstream, faults: FaultBook) {
  return async function control(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", "http://simulator");
    const body = await readBody(request, MAX_RULES_BYTES);
    const userId = /^\/_sim\/inbox\/([1-9]\d{0,18})$/.exec(pathname)?.[1];
    if (userId !== undefined && request.method === "GET") {
      return sendJson(response, 200, { userId, messages: upstream.inbox().receivedBy(userId) });
    }
    switch (`${request.method} ${pathname}`) {
      case "GET /_sim/stats":
        return sendJson(response, 200, upstream.stats());
      case "GET /_sim/inbox":
        return sendInbox(response, upstream.inbox());
      case "POST /_sim/reset":
        upstream.reset();
        faults.restore();
        return sendJson(response, 200, upstream.stats());
      case "GET /_sim/faults":
        return sendJson(response, 200, faults.list());
      case "DELETE /_sim/faults":
        faults.replace([]);
        return sendJson(response, 200, faults.list());
      case "PUT /_sim/faults":
      case "POST /_sim/faults":
        return changeRules(response, body, request.method === "PUT" ? faults.replace : faults.add);
      default:
        return sendJson(response, 404, { error: `there is no ${request.method} ${pathname}` });
    }
  };

  function changeRules(response: ServerResponse, body: Buffer | "too large", change: FaultBook["add"]): void {
    if (body === "too large") {
      sendJson(response, 413, { error: `more than ${MAX_RULES_BYTES} bytes` });
      return;
    }
    try {
      change(parseFaultRules(body.toString("utf8")));
      sendJson(response, 200, faults.list());
    } catch (error) {
      if (!(error instanceof BadFaultRules)) throw error;
      sendJson(response, 422, { error: error.message });
    }
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(value)}\n`);
}

async function sendInbox(response: ServerResponse, inbox: Inbox): Promise<void> {
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  await pipeline(Readable.from(chunksOf(inbox)), response);
}

function* chunksOf(inbox: Inbox): Generator<string> {
  let lines: string[] = [];
  for (const line of inbox.all()) {
    if (lines.push(`${JSON.stringify(line)}\n`) < LINES_PER_CHUNK) continue;
    yield lines.join("");
    lines = [];
  }
  if (lines.length > 0) yield lines.join("");
}
