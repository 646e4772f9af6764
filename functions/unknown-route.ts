import { unknownRoute } from "../lib/api/routes.ts";
import { route } from "../lib/http/route.ts";
import { wireNothing } from "../lib/wire/common.ts";

const { log } = wireNothing();

/** Everything that is no route of ours: 404, or 405 with the methods the path has. */
export const handler = route(log, async (request) => unknownRoute(request));
