import { HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Upload } from "./emulators.ts";
import { declaredOf, type Made, type Resources, resolveIn } from "./template.ts";

/** Objects of a bucket whose keys begin so are told to a queue. */
export type Notification = Readonly<{ bucket: string; prefix: string; queueUrl: string }>;

type QueueConfiguration = Readonly<{
  Filter?: { S3Key?: { Rules?: readonly { Name: string; Value: string }[] } };
  Queue: unknown;
}>;

/** What serverless.yml declares of notifications of uploads. */
export function notificationsOf(resources: Resources, made: ReadonlyMap<string, Made>): Notification[] {
  return declaredOf(resources, "AWS::S3::Bucket").flatMap(([id, { NotificationConfiguration }]) => {
    const { QueueConfigurations = [] } = (NotificationConfiguration ?? {}) as {
      QueueConfigurations?: QueueConfiguration[];
    };
    return QueueConfigurations.map(({ Filter, Queue }) => {
      const arn = resolveIn(Queue, made);
      return {
        bucket: made.get(id)?.ref ?? "",
        prefix: Filter?.S3Key?.Rules?.find(({ Name }) => Name === "prefix")?.Value ?? "",
        queueUrl: [...made.values()].find((one) => one.arn === arn)?.ref ?? "",
      };
    });
  });
}

/**
 * Tell queues of uploads as S3 does. fauxqs 2.4.1 does not: this file goes when a version that does is in use.
 *
 * @returns a listener to uploads
 */
export function notifyOfUploads(s3: S3Client, sqs: SQSClient, notifications: readonly Notification[]) {
  let count = 0;
  return async ({ bucket, key }: Upload): Promise<void> => {
    const wanted = notifications.filter((one) => one.bucket === bucket && key.startsWith(one.prefix));
    if (wanted.length === 0) return;
    const sequencer = (Date.now() * 1000 + (count++ % 1000)).toString(16).toUpperCase().padStart(18, "0");
    const { ETag = "", ContentLength: size = 0 } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    const object = { key: encodeKey(key), size, eTag: ETag.replaceAll('"', ""), sequencer };
    const record = {
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: await s3.config.region(),
      eventTime: new Date().toISOString(),
      eventName: "ObjectCreated:Put",
      s3: { s3SchemaVersion: "1.0", bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` }, object },
    };
    const MessageBody = JSON.stringify({ Records: [record] });
    await Promise.all(
      wanted.map(({ queueUrl: QueueUrl }) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))),
    );
  };
}

/** As a form has it; slashes stay. */
const encodeKey = (key: string): string => encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");
