import type { IncomingMessage } from "node:http";

/**
 * The whole body of a request. Past `maxBytes` nothing is kept, yet the rest is read, so that the client hears the
 * refusal instead of a broken pipe. Rejects when the client goes away half-way.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | "too large"> {
  let chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else chunks = [];
  }
  return bytes > maxBytes ? "too large" : Buffer.concat(chunks);
}
