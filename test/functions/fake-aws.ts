import { createHash } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Context } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, vi } from "vitest";

type Body = Readonly<Record<string, unknown>>;
/** Of S3 `target` is method and path, and `body` its length. */
export type AwsCall = Readonly<{ target: string; body: Body }>;

/** What the functions are told by serverless.yml, with every AWS service on loopback and logs off. */
const ENV = {
  RESULTS_TABLE: "results",
  QUOTA_TABLE: "quota",
  AUTH: "iam",
  CLIENTS_SECRET_ID: "clients",
  LISTS_BUCKET: "lists",
  EVENT_BUS_NAME: "volley-test",
  AWS_REGION: "ap-southeast-1",
  AWS_ACCESS_KEY_ID: "local", // invented
  AWS_SECRET_ACCESS_KEY: "local",
  POWERTOOLS_LOG_LEVEL: "SILENT",
};

const secretOf = (clients: readonly Body[]): Body => ({ SecretString: JSON.stringify({ v: 1, clients }) });

const readsLimits = ({ target, body }: AwsCall): boolean =>
  target === "GetItem" && JSON.stringify(body["Key"]).includes('"QUOTA#');

const answerWith = (reply: ServerResponse, said: Body): void => {
  const status = "__type" in said ? 400 : 200;
  reply.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(said));
};

const md5 = (text: unknown): string => createHash("md5").update(String(text)).digest("hex");

/** SQS took everything, and says so with the digests its clients check. */
const TAKEN: Readonly<Record<string, (body: Body) => Body>> = {
  SendMessage: ({ MessageBody }) => ({ MessageId: "m", MD5OfMessageBody: md5(MessageBody) }),
  SendMessageBatch: ({ Entries }) => ({
    Successful: (Entries as readonly { Id: string; MessageBody: string }[]).map(({ Id, MessageBody }) => ({
      ...{ Id, MessageId: "m", MD5OfMessageBody: md5(MessageBody) },
    })),
  }),
};

/**
 * AWS for one test file: answers each call by `answer` (a number is the status of a failure, a body with `__type` an error of
 * that name), with success where that says nothing, and keeps what it was asked. `clients`: those of its list.
 * Functions read the environment when they are imported: import them in a hook or a test, after this. Each file gets its own.
 */
export function fakeAws(
  answer: (call: AwsCall) => Body | number | undefined = () => undefined,
  clients: readonly Body[] = [],
): AwsCall[] {
  const calls: AwsCall[] = [];
  const server = createServer(async (request, reply) => {
    const name = request.headers["x-amz-target"];
    const bytes = await buffer(request);
    const call =
      name === undefined
        ? { target: `${request.method} ${request.url?.replace(/\?.*/, "")}`, body: { bytes: bytes.length } }
        : { target: String(name).replace(/^.*\./, ""), body: JSON.parse(bytes.toString()) as Body };
    if (call.target === "GetSecretValue") return answerWith(reply, secretOf(clients)); // every route asks, and then keeps it
    if (readsLimits(call)) return answerWith(reply, {}); // for an estimate, now and then: nobody has changed any
    calls.push(call);
    const said = answer(call) ?? TAKEN[call.target]?.(call.body) ?? {};
    if (typeof said === "number") reply.writeHead(said).end();
    else if (name === undefined) reply.writeHead(200).end();
    else answerWith(reply, said);
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const queues = {
      EXPRESS_QUEUE_URL: `${endpoint}/0/express`,
      BULK_QUEUE_URL: `${endpoint}/0/bulk`,
      DISPATCH_QUEUE_URL: `${endpoint}/0/dispatch`,
      IMPORTS_QUEUE_URL: `${endpoint}/0/imports`,
      IMPORTS_DEAD_LETTERS_URL: `${endpoint}/0/imports-dead-letters`,
      REQUESTS_QUEUE_URL: `${endpoint}/0/requests`,
      REQUESTS_DEAD_LETTERS_URL: `${endpoint}/0/requests-dead-letters`,
      EVENTS_QUEUE_URL: `${endpoint}/0/events`,
      EXPORTS_QUEUE_URL: `${endpoint}/0/exports`,
    };
    const env = { ...ENV, ...queues, AWS_ENDPOINT_URL: endpoint };
    vi.resetModules(); // functions that another file loaded have its environment
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  });
  beforeEach(() => {
    calls.length = 0;
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  });
  return calls;
}

export const context = { awsRequestId: "lambda-request", getRemainingTimeInMillis: () => 120_000 } as Context;
