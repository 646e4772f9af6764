import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask, post } from "../support/ask.ts";
import { type Accepted, isDone, jobWhen, MESSAGE, postJob } from "../support/jobs.ts";
import { startVolley, type Volley } from "../support/volley.ts";

// One file of a job's outcomes, from the request to the bytes behind the link.

const faults = [{ when: { userSuffix: "777" }, do: { failReceivers: "matching" } }] as const;

let volley: Volley;
beforeAll(async () => {
  volley = await startVolley({ quota: { messages: 1_000_000, windowMs: 10_000 }, faults }, { QUOTA_MIN_GAP_MS: "20" });
});
afterAll(() => volley?.stop());

type Export = Readonly<{ Status: string; Format: string; Rows: number; Bytes: number }>;

/** Ask for an export and wait until it leads to a file. */
async function exported(
  job: string,
  body: object,
): Promise<Readonly<{ told: Export; file: string; type: string | null }>> {
  const asked = await post<Export>(volley, `/v1/jobs/${job}/outcomes/export`, body);
  expect(asked.status).toBe(202);
  const url = new URL(asked.headers.get("location") ?? "", volley.url);
  for (;;) {
    const reply = await fetch(url, { redirect: "manual" });
    const told = (await reply.json()) as Export;
    if (reply.status === 303) {
      const file = await fetch(reply.headers.get("location") ?? "");
      return { told, file: await file.text(), type: file.headers.get("content-type") };
    }
    expect(reply.status).toBe(200);
    expect(told.Status).toBe("running");
    expect(Number(reply.headers.get("retry-after"))).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The pages of a file, concatenated. */
async function paged(path: string, accept: string): Promise<string> {
  let text = "";
  for (let next: string | undefined = path; next !== undefined; ) {
    const page: Response = await fetch(new URL(next, volley.url), { headers: { accept } });
    text += await page.text();
    next = /<(.*)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1];
  }
  return text;
}

it("is the pages of the list in one piece", async () => {
  const ids = Array.from({ length: 1_500 }, (_, i) => `${9_000_000_000_000_000_000n + BigInt(i)}`);
  const { JobId } = await postJob(volley, JSON.stringify({ ...MESSAGE, Receiver: ids }));
  await jobWhen(volley, JobId, isDone);
  const csv = await exported(JobId, {});
  expect(csv.type).toBe("text/csv; charset=utf-8");
  expect(csv.file).toBe(await paged(`/v1/jobs/${JobId}/outcomes`, "text/csv"));
  expect(csv.told).toMatchObject({ Status: "done", Format: "csv", Rows: 1_500, Bytes: csv.file.length });
  const failed = await exported(JobId, { Format: "ndjson", Status: "failed" });
  expect(failed.told.Rows).toBe(1);
  expect(failed.file).toBe(await paged(`/v1/jobs/${JobId}/outcomes?Status=failed`, "application/x-ndjson"));
  expect((await ask(volley, `/v1/jobs/${JobId}/outcomes/export?Status=sent`)).status).toBe(404);
});

it("has several parts where it is large", { timeout: 120_000 }, async () => {
  const first = 9_000_000_000_000_000_000n;
  const ids = Array.from({ length: 500_000 }, (_, i) => String(first + BigInt(i)));
  const NotBefore = new Date(Date.now() + 86_400_000).toISOString();
  const body = gzipSync(`${JSON.stringify({ ...MESSAGE, Options: { NotBefore } }).slice(0, -1)},"Receiver":[${ids}]}`);
  const headers = { "content-type": "application/json", "content-encoding": "gzip" };
  const made = await fetch(new URL("/v1/jobs", volley.url), { method: "POST", headers, body });
  const { JobId } = (await made.json()) as Accepted;
  const { told, file } = await exported(JobId, { Format: "csv" });
  expect(told).toMatchObject({ Rows: 500_000, Bytes: file.length });
  const lines = file.split("\r\n");
  expect(lines.slice(1, -1).every((line, i) => line === `${first + BigInt(i)},pending,,,,,`)).toBe(true);
  expect(lines.length).toBe(500_002);
});
