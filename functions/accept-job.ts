import { readBody } from "../lib/http/body.ts";
import { readIdempotencyKey } from "../lib/http/idempotency-key.ts";
import { toAcceptedBody, toAcceptedHeaders } from "../lib/http/present.ts";
import { json, ownerOf, route } from "../lib/http/route.ts";
import { wireAccept } from "../lib/wire/accept.ts";

const { accept, log } = wireAccept(process.env);

/** POST /v1/jobs: take a message and its receivers. */
export const handler = route(log, async (request) => {
  const asking = { owner: ownerOf(request), ...readIdempotencyKey(request) };
  const accepted = await accept(readBody(request), asking);
  return json(accepted.dryRun ? 200 : 202, toAcceptedBody(accepted), toAcceptedHeaders(accepted));
});
