import { readRetryRequest } from "../lib/api/retry-request.ts";
import { readOptionalBody } from "../lib/http/body.ts";
import { readIdempotencyKey } from "../lib/http/idempotency-key.ts";
import { toAcceptedBody, toAcceptedHeaders } from "../lib/http/present.ts";
import { readJobId } from "../lib/http/query.ts";
import { json, route } from "../lib/http/route.ts";
import { wireRetry } from "../lib/wire/retry.ts";

const { retry, door } = wireRetry(process.env);

/** POST /v1/jobs/{JobId}/retry: a new job of the failed receivers. */
export const handler = route(door, async (request, caller) => {
  const id = readJobId(request);
  const { include } = readRetryRequest(readOptionalBody(request));
  const { idempotencyKey } = readIdempotencyKey(request, {});
  const accepted = await retry(caller, id, include, idempotencyKey);
  return json(202, toAcceptedBody(accepted), toAcceptedHeaders(accepted));
});
