import type { Accepted, Job, Outcome, Send } from "../../clients/sdk/src/client.ts";
import { type Answer, type Api, clientOf, type Problem, post } from "./ask.ts";

// What a test does with jobs over HTTP.

export type { Accepted, Job, Outcome } from "../../clients/sdk/src/client.ts";
export type JobList = Readonly<{ Jobs: readonly Job[]; Cursor?: string }>;
export type OutcomePage = Readonly<{ Outcomes: readonly Outcome[]; Cursor?: string }>;

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

/** Post a job that has to be taken. Text goes as it stands. */
export async function postJob(api: Api, body: object | string): Promise<Accepted> {
  if (typeof body !== "string") return clientOf(api).jobs.send(body as Send);
  const { status, body: accepted } = await post<Accepted>(api, "/v1/jobs", body);
  if (status !== 202) throw new Error(`${status} ${JSON.stringify(accepted)}`);
  return accepted;
}

/** POST pause, resume, cancel or retry, whatever the answer is. */
export const act = (api: Api, id: string, action: string, body?: unknown): Promise<Answer<Job & Problem>> =>
  post(api, `/v1/jobs/${id}/${action}`, body);

export const jobOf = (api: Api, id: string): Promise<Job> => clientOf(api).jobs.get(id);

/** Often enough for a test, and seldom enough for a machine that runs a whole stack besides. */
const LOOK_EVERY_MS = 400;

/** The job once `until` holds, at the latest `withinMs` from now. */
export function jobWhen(api: Api, id: string, until: (job: Job) => boolean, withinMs = 120_000): Promise<Job> {
  const endMs = Date.now() + withinMs;
  const onProgress = (job: Job): void => {
    if (Date.now() <= endMs || until(job)) return;
    throw new Error(`job ${id} is ${job.Status}, ${JSON.stringify(job.Tally)}: ${until}`);
  };
  return clientOf(api).jobs.wait(id, { until, everyMs: LOOK_EVERY_MS, onProgress });
}

export const isDone = ({ Status }: Job): boolean => Status === "done";
export const hasSent = ({ Tally }: Job): boolean => Tally.Sent > 0;

/** Every outcome of a job, as its NDJSON has them. */
export const outcomesOf = (api: Api, id: string, status?: Outcome["Status"]): Promise<Outcome[]> =>
  Array.fromAsync(clientOf(api).jobs.outcomes(id, status && { Status: status }));

export const usersIn = (rows: readonly Outcome[]): string[] => rows.map(({ UserId }) => UserId);

export const ofStatus = (rows: readonly Outcome[], ...statuses: string[]): Outcome[] =>
  rows.filter(({ Status }) => statuses.includes(Status));

/** The counts that these outcomes add up to. */
export function tallyOf(rows: readonly Outcome[]): Job["Tally"] {
  const count = (status: string): number => ofStatus(rows, status).length;
  return {
    Pending: count("pending"),
    Sent: count("sent"),
    Failed: count("failed"),
    Unknown: count("unknown"),
    Canceled: count("canceled"),
  };
}
