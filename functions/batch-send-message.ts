import { readJobRequest } from "../lib/api/job-request.ts";
import { readBody } from "../lib/http/body.ts";
import { readIdempotencyKey } from "../lib/http/idempotency-key.ts";
import { readTrace } from "../lib/http/read-trace.ts";
import { assertVendorAction, toVendorReply } from "../lib/http/vendor-call.ts";
import { vendorRoute } from "../lib/http/vendor-route.ts";
import { wireSendAndWait } from "../lib/wire/send-and-wait.ts";

const { sendAndWait, door } = wireSendAndWait(process.env);

/** POST /?Action=BatchSendMessage&Version=2020-12-01: the vendor's own call, for its SDKs. */
export const handler = vendorRoute(door, async (request, caller, metadata) => {
  assertVendorAction(request);
  const who = { caller, ...readIdempotencyKey(request, caller), ...readTrace(request) };
  return toVendorReply(metadata, await sendAndWait(readJobRequest(readBody(request)), who));
});
