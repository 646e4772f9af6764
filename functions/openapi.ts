import document from "../docs/openapi.json" with { type: "json" };
import { staticJson } from "../lib/http/static-json.ts";

/** GET /openapi.json: the OpenAPI document of all routes, for everybody. */
export const handler = staticJson(document);
