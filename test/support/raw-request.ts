import { request } from "node:http";
import { text } from "node:stream/consumers";

export type RawAnswer = Readonly<{ status: number; headers: Readonly<Record<string, unknown>>; body: string }>;

/** One request with its path as it is written: `fetch` would tidy it first. */
export function rawRequest(
  url: string,
  path: string,
  { method = "GET", headers = {} }: Readonly<{ method?: string; headers?: Readonly<Record<string, string>> }> = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, method, headers }, async (reply) =>
      resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: await text(reply) }),
    );
    asked.once("error", reject).end();
  });
}
