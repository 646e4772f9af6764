import { problem } from "../http/problem-details.ts";
import type { Reply, Request } from "../http/route.ts";

/** The methods each path has; a test holds this list to serverless.yml. */
export const ROUTES: Readonly<Record<string, readonly string[]>> = {
  "/v1/jobs": ["GET", "POST"],
  "/v1/jobs/{JobId}": ["GET"],
  "/v1/jobs/{JobId}/outcomes": ["GET"],
  "/v1/jobs/{JobId}/outcomes/{UserId}": ["GET"],
  "/v1/jobs/{JobId}/pause": ["POST"],
  "/v1/jobs/{JobId}/resume": ["POST"],
  "/v1/jobs/{JobId}/cancel": ["POST"],
  "/v1/jobs/{JobId}/retry": ["POST"],
  "/v1/quota": ["GET"],
  "/health": ["GET"],
};

/** @see RFC 9110 sections 15.5.5 and 15.5.6 */
export function unknownRoute({ rawPath, requestContext }: Request): Reply {
  const path = Object.keys(ROUTES).find((pattern) => matches(pattern, rawPath));
  if (path === undefined) return problem(404, "there is no such route");
  const allow = ROUTES[path]?.join(", ") ?? "";
  const reply = problem(405, `${requestContext.http.method} is not a method of ${path}; ${allow} is`);
  return { ...reply, headers: { ...reply.headers, allow } };
}

const matches = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/\{[A-Za-z]+\}/g, "[^/]+")}/?$`).test(path);
