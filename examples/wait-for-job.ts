import { setTimeout as sleep } from "node:timers/promises";

const { VOLLEY_URL = "http://127.0.0.1:3000", VOLLEY_KEY = "" } = process.env;
const WITHIN_MS = 60_000;

type Job = Readonly<{ JobId: string; Status: string; Message?: Readonly<{ Content: string }> }>;

/** An event gets no answer: the job is found among the newest ones by what it says. */
export async function waitForJob(content: string): Promise<Job> {
  for (const end = Date.now() + WITHIN_MS; Date.now() < end; await sleep(200)) {
    const { Jobs } = await get<{ Jobs: readonly Job[] }>("/v1/jobs?Limit=5");
    const jobs = await Promise.all(Jobs.map(({ JobId }) => get<Job>(`/v1/jobs/${JobId}`)));
    const job = jobs.find(({ Message }) => Message?.Content === content);
    if (job && /^(done|canceled|expired|rejected)$/.test(job.Status)) return job;
  }
  throw new Error(`no job within ${WITHIN_MS} ms: is there a message in the dead letters of the queue "requests"?`);
}

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`${VOLLEY_URL}${path}`, { headers: { authorization: `Bearer ${VOLLEY_KEY}` } });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
