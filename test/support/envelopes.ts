// Events as AWS delivers them to a queue, each around a text that is put in letter by letter.

type Parts = Readonly<{ omit?: string; [field: string]: unknown }>;

/** JSON of `fields`, changed by `parts`; `name` holds the text as it stands. */
function around(name: string, text: string, fields: object, { omit, ...parts }: Parts = {}): string {
  const all = Object.entries({ ...fields, ...parts }).filter(([field]) => field !== omit);
  const written = all.map(([field, value]) => `${JSON.stringify(field)}:${JSON.stringify(value)}`);
  if (name !== omit) written.push(`"${name}":${text}`);
  return `{${written.join(",")}}`;
}

export const eventBridge = (detail: string, parts?: Parts): string =>
  around("detail", detail, { ...EVENT, id: "17793124-05d4-b198-2fde-7ededc63b103" }, parts);

const EVENT = {
  version: "0",
  "detail-type": "BatchSendMessage",
  source: "com.example.chat",
  account: "111122223333",
  time: "2026-01-31T08:00:00Z",
  region: "ap-southeast-1",
  resources: [],
};

export const cloudEvent = (data: string, parts?: Parts): string =>
  around("data", data, { specversion: "1.0", id: "A234-1234", source: "/chat", type: "com.example.send" }, parts);

export const sns = (message: string, parts?: Parts): string =>
  around("Message", JSON.stringify(message), { ...NOTIFICATION }, parts);

const NOTIFICATION = {
  Type: "Notification",
  MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
  TopicArn: "arn:aws:sns:ap-southeast-1:111122223333:chat",
  Timestamp: "2026-01-31T08:00:00.000Z",
  SignatureVersion: "1",
};

type Record = Readonly<{ bucket?: string; eventName?: string; eventSource?: string; object?: object }>;

/** One record of S3. `object` changes what it says of the object. */
export const s3Record = ({ bucket = "lists", object, ...parts }: Record = {}): object => ({
  eventVersion: "2.1",
  eventSource: "aws:s3",
  eventName: "ObjectCreated:Put",
  ...parts,
  s3: {
    bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
    object: { key: "jobs/cron/a.json", size: 90, eTag: "d41d8cd9", sequencer: "0055AED6DCD90281E5", ...object },
  },
});

export const s3 = (...records: object[]): string => JSON.stringify({ Records: records });
