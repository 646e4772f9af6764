import { toCallbackBody } from "../lib/http/present.ts";
import { readJobId } from "../lib/http/query.ts";
import { json, route } from "../lib/http/route.ts";
import { wireResend } from "../lib/wire/resend.ts";

const { resendCallback, door } = wireResend(process.env);

/** POST /v1/jobs/{JobId}/callback/resend: the job's last event goes to its callback again. */
export const handler = route(door, async (request, caller) => {
  const job = await resendCallback(caller, readJobId(request));
  return json(202, { JobId: job.id, ...toCallbackBody(job) });
});
