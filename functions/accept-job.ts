import { readBody } from "../lib/http/body.ts";
import { readIdempotencyKey } from "../lib/http/idempotency-key.ts";
import { toAcceptedBody } from "../lib/http/present.ts";
import { json, ownerOf, route } from "../lib/http/route.ts";
import { wireAccept } from "../lib/wire/accept.ts";

const { accept, log } = wireAccept(process.env);

/** POST /v1/jobs: take a message and its receivers. */
export const handler = route(log, async (request) => {
  const idempotencyKey = readIdempotencyKey(request);
  const accepted = await accept(readBody(request), {
    owner: ownerOf(request),
    ...(idempotencyKey && { idempotencyKey }),
  });
  if (accepted.dryRun) return json(200, toAcceptedBody(accepted));
  return json(202, toAcceptedBody(accepted), {
    location: `/v1/jobs/${accepted.job.id}`,
    ...(accepted.replayed && { "idempotency-replayed": "true" }),
  });
});
