import { gzipSync } from "node:zlib";
import type { Job, Volley } from "../../clients/sdk/src/client.ts";

export type SentJob = Pick<Job, "JobId" | "Receivers" | "Batches" | "DuplicatesDropped">;

/** As decimal strings in JSON, so many ids of 19 digits stay well below the 6 MB of a request. */
const MAX_IN_REQUEST = 200_000;

type Message = Readonly<{ AppId: number; Sender: number; MsgType: number; Content: string }>;

/** Send a message to everybody: in one request, or by an upload where the list is too long for one. */
export async function sendAll(
  { send, sendFile, wait }: Volley["jobs"],
  message: Message,
  receivers: readonly bigint[],
): Promise<SentJob> {
  const call = { idempotencyKey: "demo" };
  if (receivers.length <= MAX_IN_REQUEST) return send({ ...message, Receiver: receivers }, call);
  const file = new Blob([gzipSync(receivers.join("\n"))]);
  const { JobId } = await sendFile({ ...message, ReceiverUpload: { Format: "txt", Gzip: true } }, file, call);
  const isKnown = ({ Status }: Job): boolean => Status !== "awaiting-list" && Status !== "importing";
  return wait(JobId, { everyMs: 250, until: isKnown });
}
