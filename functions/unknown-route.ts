import { route } from "../lib/http/route.ts";
import { unknownRoute } from "../lib/http/unknown-route.ts";
import { wireNothing } from "../lib/wire/common.ts";

const { log } = wireNothing();

/** Requests that match no route: 404, or 405 with the methods the path has. */
export const handler = route(log, async (request) => unknownRoute(request));
