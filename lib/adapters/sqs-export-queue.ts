import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { EXPORT_TASK_VERSION } from "../domain/export-task.ts";
import type { ExportQueue } from "../ports/export-queue.ts";

export function sqsExportQueue({ client, url }: Readonly<{ client: SQSClient; url: string }>): ExportQueue {
  return {
    async send(task) {
      const MessageBody = JSON.stringify({ v: EXPORT_TASK_VERSION, ...task });
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
    },
  };
}
