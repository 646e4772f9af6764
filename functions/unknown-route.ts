import { route } from "../lib/http/route.ts";
import { unknownRoute } from "../lib/http/unknown-route.ts";
import { wireUnknownRoute } from "../lib/wire/unknown-route.ts";

const { door } = wireUnknownRoute(process.env);

/** Requests that match no route: 404, or 405 with the methods the path has. */
export const handler = route(door, async (request) => unknownRoute(request));
