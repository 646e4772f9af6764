import { etagOf, isKnown } from "./etag.ts";
import type { Reply, Request } from "./request.ts";

/** A deployment changes the document: nobody keeps the old one for longer than this without asking. */
const CACHE_SECONDS = 300;

/**
 * A handler that answers with the same JSON each time, for everybody.
 *
 * @returns 200 with the body, or 304 to a client that names the ETag it has
 */
export function staticJson(value: unknown): (request: Request) => Promise<Reply> {
  const body = JSON.stringify(value);
  const etag = etagOf(body);
  const headers = { etag, "cache-control": `public, max-age=${CACHE_SECONDS}`, "x-content-type-options": "nosniff" };
  return async ({ headers: given }) => {
    if (isKnown(given, etag)) return { statusCode: 304, headers };
    return { statusCode: 200, headers: { "content-type": "application/json", ...headers }, body };
  };
}
