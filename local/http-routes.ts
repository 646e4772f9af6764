import { decoded } from "./http-event.ts";

/** A route of the HTTP API, such as `GET /v1/jobs/{JobId}`; `$default` takes what no other takes. */
export type Route = Readonly<{ key: string; functionName: string }>;

export type Match = Readonly<{ routeKey: string; functionName: string; params: Readonly<Record<string, string>> }>;

type HttpFunction = Readonly<{ name?: string; events?: readonly object[] }>;

/** The routes that serverless.yml gives its functions. */
export function routesOf(functions: Readonly<Record<string, HttpFunction>>): Route[] {
  return Object.values(functions).flatMap(({ name = "", events = [] }) =>
    events.flatMap((event) => {
      const key = "httpApi" in event ? routeKeyOf(event.httpApi) : undefined;
      return key === undefined ? [] : [{ key, functionName: name }];
    }),
  );
}

function routeKeyOf(httpApi: unknown): string | undefined {
  if (typeof httpApi === "string") return httpApi === "*" ? DEFAULT : httpApi;
  if (typeof httpApi !== "object" || httpApi === null) return undefined;
  const { method, path } = httpApi as Readonly<{ method?: string; path?: string }>;
  return path === "*" ? DEFAULT : `${method?.toUpperCase()} ${path}`;
}

const DEFAULT = "$default";

/**
 * The route that takes a request: same method, segment for segment; of several the one with the fewest variables. A slash at
 * the end makes another path, and HEAD is a method of its own.
 *
 * @param path as it was sent, not decoded
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  const found = routes.flatMap(({ key, functionName }) => {
    const [wanted, pattern = ""] = key.split(" ");
    const params = wanted === method ? paramsOf(pattern, path) : undefined;
    return params === undefined ? [] : [{ routeKey: key, functionName, params }];
  });
  found.sort((a, b) => Object.keys(a.params).length - Object.keys(b.params).length);
  const rest = routes.find(({ key }) => key === DEFAULT);
  return found[0] ?? (rest && { routeKey: rest.key, functionName: rest.functionName, params: {} });
}

function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const parts = pattern.split("/");
  const given = path.split("/");
  if (parts.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of parts.entries()) {
    const value = given[i] ?? "";
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined ? part !== value : value === "") return undefined;
    if (name !== undefined) params[name] = decoded(value);
  }
  return params;
}
