import { readJobOrUpload } from "../lib/api/upload-request.ts";
import { readBody } from "../lib/http/body.ts";
import { readIdempotencyKey } from "../lib/http/idempotency-key.ts";
import { toAcceptedBody, toAcceptedHeaders } from "../lib/http/present.ts";
import { json, route } from "../lib/http/route.ts";
import { wireAccept } from "../lib/wire/accept.ts";

const { accept, door } = wireAccept(process.env);

/** POST /v1/jobs: make a job of a message and its receivers. */
export const handler = route(door, async (request, caller) => {
  const who = { caller, ...readIdempotencyKey(request, caller) };
  const accepted = await accept(readJobOrUpload(readBody(request)), who);
  return json(accepted.dryRun ? 200 : 202, toAcceptedBody(accepted), toAcceptedHeaders(accepted));
});
