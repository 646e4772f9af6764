import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** The schedule of dispatch, as serverless.yml has it and serverless-offline runs it. */
const SCHEDULE_S = 60;

/**
 * Ask for a dispatch run of each account every `everyS` seconds where that is more often than its schedule: what a queue lost is then
 * found again within that time, and not only within a minute.
 */
export function nudgeDispatch(
  sqs: SQSClient,
  queueUrl: string,
  accounts: readonly string[],
  everyS: number,
): Readonly<{ stop(): Promise<void> }> {
  if (everyS >= SCHEDULE_S) return { stop: async () => {} };
  const timer = setInterval(async () => {
    const bodies = accounts.map((account) => JSON.stringify({ v: 1, account, atMs: Date.now() }));
    try {
      for (const MessageBody of bodies) await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
    } catch (error) {
      process.stderr.write(`nudge: ${error instanceof Error ? error.message : error}\n`); // the next one may arrive
    }
  }, everyS * 1000);
  return {
    async stop() {
      clearInterval(timer);
    },
  };
}
