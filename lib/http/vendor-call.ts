import type { Waited } from "../use-cases/send-and-wait.ts";
import { type Metadata, type SendResult, writeResult } from "../volcengine/answer.ts";
import { HttpError } from "./http-error.ts";
import type { Reply, Request } from "./request.ts";
import { vendorReply } from "./vendor-route.ts";

/**
 * The one action there is, in its one version.
 *
 * @throws {HttpError} 404 for any other
 */
export function assertVendorAction({ queryStringParameters = {} }: Request): void {
  const { Action, Version } = queryStringParameters;
  if (Action === "BatchSendMessage" && Version === "2020-12-01") return;
  const detail = "there is no such Action in this Version; there is BatchSendMessage in 2020-12-01";
  throw new HttpError(404, detail, { vendorCode: "InvalidActionOrVersion" });
}

/** 200 once every receiver has its outcome, 202 with what is known before. Who is unclear is in neither list. */
export function toVendorReply(metadata: Metadata, { jobId, outcomes, pending }: Waited): Reply {
  const result: SendResult = {
    jobId,
    sent: outcomes.flatMap(({ status, userId, messageId }) =>
      status === "sent" && messageId !== undefined ? [{ userId, messageId }] : [],
    ),
    failed: outcomes.flatMap(({ status, userId }) => (status === "failed" || status === "canceled" ? [userId] : [])),
    pending,
  };
  const headers = { location: `/v1/jobs/${jobId}` };
  return vendorReply(pending > 0 ? 202 : 200, writeResult(metadata, result), headers);
}
