import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { type Answer, type Api, ask, type Problem, post } from "./ask.ts";

// What a test does with jobs over HTTP.

export type Accepted = Readonly<{ JobId: string; Status: string; Receivers: number; Batches: number }>;
export type Tally = Readonly<Record<"Pending" | "Sent" | "Failed" | "Unknown" | "Canceled", number>>;
export type JobBody = Readonly<{
  JobId: string;
  Status: string;
  Tally: Tally;
  History: readonly Readonly<{ Event: string; By: string }>[];
}>;
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

export const MESSAGE = {
  AppId: 666675,
  Sender: 10001,
  MsgType: 10001,
  Content: '{"text":"你好 👋"}',
  Ext: { mark: "not for logs" },
};

/** `count` ids of 19 digits, next to each other: as doubles they would be one and the same. */
export const longIds = (count: number, from = 9_000_000_000_000_000_000n): string[] =>
  Array.from({ length: count }, (_, i) => String(from + BigInt(i)));

/** Post a job that has to be taken. */
export async function postJob(api: Api, body: unknown, headers?: Record<string, string>): Promise<Accepted> {
  const { status, body: accepted } = await post<Accepted>(api, "/v1/jobs", body, headers);
  expect({ status, accepted }).toMatchObject({ status: 202 });
  return accepted;
}

/** POST pause, resume, cancel or retry. */
export const act = (api: Api, id: string, action: string, body?: unknown): Promise<Answer<JobBody & Problem>> =>
  post(api, `/v1/jobs/${id}/${action}`, body);

export async function jobOf(api: Api, id: string): Promise<JobBody> {
  const { status, body } = await ask<JobBody>(api, `/v1/jobs/${id}`);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}

/** Often enough for a test, and seldom enough for a machine that runs a whole stack besides. */
const LOOK_EVERY_MS = 400;

/** The job once `holds`, at the latest `withinMs` from now. */
export async function jobWhen(
  api: Api,
  id: string,
  holds: (job: JobBody) => boolean,
  withinMs = 60_000,
): Promise<JobBody> {
  for (const endMs = Date.now() + withinMs; ; await sleep(LOOK_EVERY_MS)) {
    const job = await jobOf(api, id);
    if (holds(job)) return job;
    if (Date.now() > endMs) throw new Error(`job ${id} is ${job.Status}, ${JSON.stringify(job.Tally)}: ${holds}`);
  }
}

export const isDone = ({ Status }: JobBody): boolean => Status === "done";
export const hasSent = ({ Tally }: JobBody): boolean => Tally.Sent > 0;

/** Every outcome of a job, as its NDJSON has them. */
export async function outcomesOf(api: Api, id: string, query = ""): Promise<OutcomeBody[]> {
  const rows: OutcomeBody[] = [];
  for (let path: string | undefined = `/v1/jobs/${id}/outcomes${query}`; path; ) {
    const headers = { accept: "application/x-ndjson" };
    const answer: Answer<string> = await ask(api, path, { headers });
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 200 });
    for (const line of answer.body.split("\n")) if (line !== "") rows.push(JSON.parse(line));
    path = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  return rows;
}

export const usersIn = (rows: readonly OutcomeBody[]): string[] => rows.map(({ UserId }) => UserId);

export const ofStatus = (rows: readonly OutcomeBody[], ...statuses: string[]): OutcomeBody[] =>
  rows.filter(({ Status }) => statuses.includes(Status));

/** The counts that these outcomes add up to. */
export function tallyOf(rows: readonly OutcomeBody[]): Tally {
  const count = (status: string): number => ofStatus(rows, status).length;
  return {
    Pending: count("pending"),
    Sent: count("sent"),
    Failed: count("failed"),
    Unknown: count("unknown"),
    Canceled: count("canceled"),
  };
}
