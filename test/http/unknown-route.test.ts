import { describe, expect, it } from "vitest";
import { ROUTES } from "../../lib/api/routes.ts";
import { unknownRoute } from "../../lib/http/unknown-route.ts";
import { aRequest, refusalOf } from "./request.ts";

describe("unknownRoute", () => {
  it.each([
    { method: "GET", path: "/v1" },
    { method: "GET", path: "/v1/jobs/a/b/c/d" },
    { method: "POST", path: "/v2/jobs" },
    { method: "GET", path: "/v1/jobsx" },
    { method: "GET", path: "/v1/jobs//outcomes" },
    { method: "GET", path: "/v1/jobs/" },
    { method: "POST", path: "/v1/jobs/x/pause/" },
  ])("$method $path is none: 404", ({ method, path }) => {
    expect(refusalOf(() => unknownRoute(aRequest({ method, path }))).status).toBe(404);
  });

  it.each(Object.entries(ROUTES))("%s has other methods: 405, and names them", (pattern, methods) => {
    const path = pattern.replaceAll(/\{\w+\}/g, "x");
    const allow = methods.join(", ");
    const message = `DELETE is not a method of ${pattern}; allowed: ${allow}`;
    const want = expect.objectContaining({ status: 405, message, facts: { headers: { allow } } });
    expect(() => unknownRoute(aRequest({ method: "DELETE", path }))).toThrow(want);
  });
});
