import type { Context } from "aws-lambda";
import { readJob } from "../lib/api/job-request.ts";
import { readJobOrUpload } from "../lib/api/upload-request.ts";
import { eventKey } from "../lib/domain/event-key.ts";
import { readBody } from "../lib/http/body.ts";
import { readIdempotencyKey } from "../lib/http/idempotency-key.ts";
import { invocation, isRequest } from "../lib/http/invocation.ts";
import { toAcceptedBody, toAcceptedHeaders } from "../lib/http/present.ts";
import { readTrace } from "../lib/http/read-trace.ts";
import { json, route } from "../lib/http/route.ts";
import { wireAccept } from "../lib/wire/accept.ts";

const { accept, invoker, door } = wireAccept(process.env);

const posted = route(door, async (request, caller) => {
  const who = { caller, ...readIdempotencyKey(request, caller), ...readTrace(request) };
  const accepted = await accept(readJobOrUpload(readBody(request)), who);
  return json(accepted.dryRun ? 200 : 202, toAcceptedBody(accepted), toAcceptedHeaders(accepted));
});
const invoked = invocation(door, async (body, { awsRequestId: id }) =>
  toAcceptedBody(await accept(readJob(body), { caller: await invoker(), idempotencyKey: eventKey("invoke", id) })),
);
/** POST /v1/jobs, or an invocation with its body: make a job of a message and its receivers. */
export const handler = (event: unknown, context: Context) =>
  isRequest(event) ? posted(event, context) : invoked(event, context);
