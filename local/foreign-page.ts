import type { Text } from "../lib/domain/text.ts";

type Headers = Readonly<Record<string, string | undefined>>;

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

/**
 * Whether a request was made by a page of somebody else in this machine's browser. Loopback keeps other machines out, not the
 * pages that are open here, and the stack may hold real keys. On AWS no CORS is set up, so no browser lets a page in.
 *
 * A Host of another name is a page whose name was pointed at this machine (DNS rebinding). Following a link is allowed: the
 * page it stands on reads nothing of the answer.
 *
 * @returns why it is refused
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export function whyForeign(method: string, headers: Headers): Text | undefined {
  const { host, origin } = headers;
  if (host !== undefined && !LOOPBACK.test(host)) return "the local stack answers to localhost and 127.0.0.1 alone";
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`.toLowerCase())
    return "the Origin is another page";
  const site = headers["sec-fetch-site"] ?? "none";
  const isLink = method === "GET" && headers["sec-fetch-mode"] === "navigate";
  return site === "none" || site === "same-origin" || isLink ? undefined : "the request comes from another page";
}
