import { ROUTES } from "../api/routes.ts";
import { NotFound } from "../domain/errors.ts";
import { HttpError } from "./http-error.ts";
import type { Request } from "./request.ts";

/**
 * Answer a request that no route takes. A slash at the end of a path makes another path, for the HTTP API in front too.
 *
 * @throws {NotFound} if there is no such path
 * @throws {HttpError} 405 naming the methods the path has
 * @see RFC 9110 sections 15.5.5 and 15.5.6
 */
export function unknownRoute({ rawPath, requestContext }: Request): never {
  const found = Object.entries(ROUTES).find(([pattern]) => matches(pattern, rawPath));
  const [path = "", methods = []] = found ?? [];
  // a path whose decoded form only looks like that of a route
  if (methods.length === 0 || methods.includes(requestContext.http.method))
    throw new NotFound("there is no such route");
  const allow = methods.join(", ");
  throw new HttpError(405, `${requestContext.http.method} is not a method of ${path}; allowed: ${allow}`, {
    headers: { allow },
  });
}

const matches = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/\{[A-Za-z]+\}/g, "[^/]+")}$`).test(path);
