import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, type QueueAttributeName, SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "vitest";
import { type LaptopStack, startLaptopStack, until } from "../../local/local-stack.ts";
import type { FaultRuleInput } from "../../local/rtc-simulator/fault-rules.ts";
import { type Simulator, startRtcSimulator } from "../../local/rtc-simulator/server.ts";

const KEYS = { accessKeyId: "AKLTe2e", secretAccessKey: "e2e-secret-key" };
const LOCAL = { region: "ap-southeast-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };

export type Volley = Readonly<{
  url: string;
  stack: LaptopStack;
  simulator: Simulator;
  stop(): Promise<void>;
}>;

/** The laptop stack as a child process, its upstream in this one: what it received and how it fails is ours to see. */
export async function startVolley(
  settings: Readonly<{ quota: { messages: number; windowMs: number }; faults?: readonly FaultRuleInput[] }>,
  env: Readonly<Record<string, string>> = {},
): Promise<Volley> {
  const simulator = await startRtcSimulator({ ...KEYS, ...settings });
  const stack = await startLaptopStack({
    RTC_ENDPOINT: simulator.url,
    VOLC_ACCESSKEY: KEYS.accessKeyId,
    VOLC_SECRETKEY: KEYS.secretAccessKey,
    QUOTA_MESSAGES: String(settings.quota.messages),
    QUOTA_WINDOW_MS: String(settings.quota.windowMs),
    LOG_LEVEL: "CRITICAL",
    ...env,
  });
  const stop = async (): Promise<void> => {
    await stack.stop();
    await simulator.stop();
  };
  return { url: stack.url, stack, simulator, stop };
}

export type Answer<T> = Readonly<{ status: number; headers: Headers; body: T }>;

export type Accepted = Readonly<{ JobId: string; Status: string; Receivers: number; Batches: number }>;
export type JobBody = Readonly<{ JobId: string; Status: string; Tally: Readonly<Record<string, number>> }>;
export type JobList = Readonly<{ Jobs: readonly JobBody[]; Cursor?: string }>;
export type OutcomeBody = Readonly<{
  UserId: string;
  Status: string;
  MessageId?: string;
  Code?: string;
  RequestId?: string;
  MaybeTwice?: true;
  At?: string;
}>;
export type OutcomePage = Readonly<{ Outcomes: readonly OutcomeBody[]; Cursor?: string }>;

/** One request; what answers as JSON is parsed, anything else is text. */
export async function ask<T>({ url }: Pick<Volley, "url">, path: string, init: RequestInit = {}): Promise<Answer<T>> {
  const response = await fetch(`${url}${path}`, init);
  const text = await response.text();
  const isJson = /json\b(?!l)/.test((response.headers.get("content-type") ?? "").replace("x-ndjson", ""));
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** Every page from `path` on, which has a query already. */
export async function pagesOf<P extends Readonly<{ Cursor?: string }>>(volley: Volley, path: string): Promise<P[]> {
  const pages: P[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const { status, body }: Answer<P> = await ask<P>(volley, next);
    expect({ status, body }).toMatchObject({ status: 200 });
    pages.push(body);
    next = body.Cursor && `${path}&Cursor=${body.Cursor}`;
  }
  return pages;
}

/** POST as JSON; text goes as it stands, so that integers past 2^53 can be written. */
export function post<T = Accepted>(
  volley: Pick<Volley, "url">,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<T>> {
  const text = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  const type = { "content-type": "application/json" };
  return ask(volley, path, {
    method: "POST",
    headers: { ...type, ...headers },
    body: (text as string | undefined) ?? null,
  });
}

/** Post a job that has to be taken. */
export async function postJob(volley: Volley, body: unknown, headers?: Record<string, string>): Promise<Accepted> {
  const { status, body: accepted } = await post(volley, "/v1/jobs", body, headers);
  expect({ status, accepted }).toMatchObject({ status: 202 });
  return accepted;
}

export const MESSAGE = { AppId: 666675, Sender: 10001, MsgType: 10001, Content: '{"text":"你好 👋"}' };

/** `count` ids of 19 digits, next to each other: as doubles they would be one and the same. */
export const longIds = (count: number, from = 9_000_000_000_000_000_000n): string[] =>
  Array.from({ length: count }, (_, i) => String(from + BigInt(i)));

export async function jobOf(volley: Volley, id: string): Promise<JobBody> {
  return (await ask<JobBody>(volley, `/v1/jobs/${id}`)).body;
}

/** The job once `holds`, at the latest `withinMs` from now. */
export async function jobWhen(
  volley: Volley,
  id: string,
  holds: (job: JobBody) => boolean,
  withinMs = 30_000,
): Promise<JobBody> {
  let job = await jobOf(volley, id);
  try {
    await until(async () => {
      job = await jobOf(volley, id);
      return holds(job);
    }, withinMs);
  } catch (cause) {
    throw new Error(`job ${id} is ${job.Status}, ${JSON.stringify(job.Tally)}`, { cause });
  }
  return job;
}

export const isDone = ({ Status }: JobBody): boolean => Status === "done";
export const hasNonePending = ({ Tally }: JobBody): boolean => Tally["Pending"] === 0;

/** Every outcome of a job, as its NDJSON has them. */
export async function outcomesOf(volley: Volley, id: string, query = ""): Promise<OutcomeBody[]> {
  const rows: OutcomeBody[] = [];
  for (let path: string | undefined = `/v1/jobs/${id}/outcomes${query}`; path; ) {
    const { body, headers }: Answer<string> = await ask(volley, path, { headers: { accept: "application/x-ndjson" } });
    for (const line of body.split("\n")) if (line !== "") rows.push(JSON.parse(line));
    path = /^<([^>]+)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1];
  }
  return rows;
}

/** What the upstream delivered: user → message ids, oldest first. */
export async function inboxOf({ simulator }: Volley): Promise<Map<string, readonly string[]>> {
  const text = await (await fetch(`${simulator.url}/_sim/inbox`)).text();
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => JSON.parse(line)).map(({ userId, messageIds }) => [userId, messageIds]));
}

/** Every item of one of the stack's tables. */
export async function itemsOf({ stack }: Volley, table: "results" | "quota") {
  const client = new DynamoDBClient({ ...LOCAL, endpoint: stack.endpoint("dynamodb") });
  const items = [];
  for await (const page of paginateScan({ client }, { TableName: `volley-local-${table}` })) {
    items.push(...(page.Items ?? []));
  }
  return items;
}

export const queueUrl = ({ stack }: Volley, name: string): string =>
  `${stack.endpoint("sqs")}/000000000000/volley-local-${name}`;

/** Messages on a queue: waiting, delayed, or with a worker. */
export async function queued(volley: Volley, name: string): Promise<number> {
  const client = new SQSClient({ ...LOCAL, endpoint: volley.stack.endpoint("sqs") });
  const counts = ["", "Delayed", "NotVisible"].map(
    (kind) => `ApproximateNumberOfMessages${kind}` as QueueAttributeName,
  );
  const get = new GetQueueAttributesCommand({ QueueUrl: queueUrl(volley, name), AttributeNames: counts });
  const { Attributes = {} } = await client.send(get);
  return counts.reduce((sum, count) => sum + Number(Attributes[count]), 0);
}
