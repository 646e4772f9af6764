import { readIdempotencyKey } from "../lib/http/idempotency-key.ts";
import { toAcceptedBody, toAcceptedHeaders } from "../lib/http/present.ts";
import { readJobId } from "../lib/http/query.ts";
import { readRetryRequest } from "../lib/http/retry-request.ts";
import { json, ownerOf, route } from "../lib/http/route.ts";
import { wireRetry } from "../lib/wire/accept.ts";

const { retry, log } = wireRetry(process.env);

/** POST /v1/jobs/{JobId}/retry: a new job of the failed receivers. */
export const handler = route(log, async (request) => {
  const asking = { owner: ownerOf(request), ...readIdempotencyKey(request) };
  const accepted = await retry(readJobId(request), readRetryRequest(request).include, asking);
  return json(202, toAcceptedBody(accepted), toAcceptedHeaders(accepted));
});
