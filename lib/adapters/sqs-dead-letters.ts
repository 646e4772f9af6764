import { type MessageAttributeValue, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { faultsWithin, toAscii, toAsciiJson } from "../domain/faults-within.ts";
import type { DeadLetters } from "../ports/dead-letters.ts";

/** Of a message with all its attributes: names, types and values. @see SQS quotas, message size */
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** Of one attribute, so that people can read what a queue shows them. */
const MAX_FAULTS_BYTES = 16 * 1024;
const MAX_REASON = 500;

/** A dead-letter queue that is written by us: the body as it came, what is wrong with it as attributes. */
export function sqsDeadLetters({ client, url }: Readonly<{ client: SQSClient; url: string }>): DeadLetters {
  return {
    async bury({ body, messageId, door, reason, faults, total }) {
      let left = MAX_MESSAGE_BYTES - Buffer.byteLength(body);
      const MessageAttributes: Record<string, MessageAttributeValue> = {};
      const add = (name: string, StringValue: string): void => {
        const bytes = Buffer.byteLength(name) + "String".length + Buffer.byteLength(StringValue);
        if (bytes > left) return; // a body of the greatest size leaves no room
        left -= bytes;
        MessageAttributes[name] = { DataType: "String", StringValue };
      };
      add("Door", door);
      add("Reason", toAscii(reason).slice(0, MAX_REASON));
      add("MessageId", messageId);
      const room = Math.min(MAX_FAULTS_BYTES, left - "FaultsString".length) - toAsciiJson({ total, faults: [] }).length;
      add("Faults", toAsciiJson({ total, faults: faultsWithin(faults, room) }));
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, MessageAttributes }));
    },
  };
}
