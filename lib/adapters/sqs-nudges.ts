import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { NUDGE_VERSION } from "../domain/nudge.ts";
import type { Nudges } from "../ports/nudges.ts";

/** URLs of the three queues. */
export type SqsNudges = Readonly<{
  client: SQSClient;
  urls: Readonly<{ dispatch: string; imports: string; events: string }>;
}>;

export function sqsNudges({ client, urls: { dispatch, imports, events } }: SqsNudges): Nudges {
  return {
    dispatch: ({ account, atMs }, delaySeconds) => send(dispatch, { account, atMs }, delaySeconds),
    import: (job) => send(imports, { job }, 0),
    publish: (job) => send(events, { job }, 0),
  };

  async function send(QueueUrl: string, nudge: object, DelaySeconds: number): Promise<void> {
    const MessageBody = JSON.stringify({ v: NUDGE_VERSION, ...nudge });
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds }));
  }
}
