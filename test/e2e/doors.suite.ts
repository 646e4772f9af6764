import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { beforeAll, describe, expect, it } from "vitest";
import { volley as connect } from "../../clients/sdk/src/client.ts";
import type { DrawnKey } from "../../lib/domain/change-clients.ts";
import { until } from "../../local/local-stack.ts";
import { clientsFile } from "../../ops/clients-store.ts";
import { ask, post } from "../support/ask.ts";
import { BARE_ENV } from "../support/bare-env.ts";
import { inboxOf } from "../support/inside-volley.ts";
import { type Accepted, isDone, jobWhen, longIds, MESSAGE, postJob } from "../support/jobs.ts";
import { addTo } from "../support/more-clients.ts";
import { clients, volley } from "../support/one-stack.ts";

// The other doors on the whole stack: the vendor's SDK, a file that is uploaded, a callback, a file of outcomes.

const root = join(import.meta.dirname, "../..");

let sdk: DrawnKey;
/** Under way while other doors are looked at: one of them refuses every message, and is tried again after seconds. */
let broadcast: Promise<Accepted>;
beforeAll(async () => {
  sdk = await addTo(clients, { id: "sdk", scopes: ["send"] });
  broadcast = postJob(volley, { ...MESSAGE, Receiver: longIds(1_500) });
});

/** An example as a process of its own, and what it prints. */
function runExample(name: string, env: Record<string, string>, ...args: readonly string[]) {
  const all = { ...BARE_ENV, VOLLEY_URL: volley.url, ...env };
  const child = spawn(process.execPath, [join(root, "examples", name), ...args], { env: all });
  const lines: string[] = [];
  createInterface(child.stdout).on("line", (line) => lines.push(line));
  return { child, lines };
}

describe("the vendor's SDK", () => {
  type Envelope = Readonly<{
    ResponseMetadata: Readonly<{ Action: string; Error?: Readonly<{ Code: string }> }>;
    Result?: Readonly<{ UserMessageId: object; FailedReceiver: number[]; JobId: string; Pending?: number }>;
  }>;
  async function send(receivers: number, secret = sdk.secretAccessKey): Promise<Envelope> {
    const keys = { VOLC_ACCESSKEY: sdk.accessKeyId, VOLC_SECRETKEY: secret };
    const { child, lines } = runExample("vendor-sdk.ts", keys, String(receivers));
    await once(child, "close");
    return JSON.parse(lines.join(""));
  }

  it.each([3, 700])("sends to %i users", async (receivers) => {
    const { ResponseMetadata, Result } = await send(receivers);
    expect(ResponseMetadata).toMatchObject({ Action: "BatchSendMessage", Version: "2020-12-01", Service: "rtc" });
    const known = Object.keys(Result?.UserMessageId ?? {}).length + (Result?.FailedReceiver.length ?? 0);
    expect(known + (Result?.Pending ?? 0)).toBe(receivers);
    const { key } = await addTo(clients, { id: `reader${receivers}`, scopes: ["read", "admin"] });
    const job = await jobWhen({ url: volley.url, key }, Result?.JobId ?? "", isDone);
    expect(job.Tally.Sent + job.Tally.Failed).toBe(receivers);
  });

  it("with a wrong secret is told so", async () => {
    expect((await send(3, "wrong")).ResponseMetadata.Error).toMatchObject({ Code: "SignatureDoesNotMatch" });
  });
});

describe("a file of receivers", () => {
  const send = (text: string, MaxBadLines = 0) =>
    connect(volley).jobs.sendFile(
      { ...MESSAGE, ReceiverUpload: { Format: "csv", Column: "id" }, Options: { MaxBadLines } },
      new Blob([text]),
    );

  it("is a job of everybody in it, each once", async () => {
    const ids = longIds(700, 8_000_000_000_000_000_000n);
    const text = `\uFEFFname;id\r\n${[...ids, ids[7]].map((id) => `"a;b";${id}`).join("\r\n")}\r\n`;
    const { JobId, Status } = await send(text);
    expect(Status).toBe("awaiting-list");
    const job = await jobWhen(volley, JobId, isDone);
    expect(job).toMatchObject({ Receivers: 700, DuplicatesDropped: 1, Import: { Lines: 702, BadLines: 0 } });
    const inbox = await inboxOf(volley);
    expect(ids.filter((id) => inbox.get(id)?.length !== 1)).toEqual([]);
  });

  it("with bad lines is rejected, and the report names them", async () => {
    const { JobId } = await send("id\n4444\n9.22337E+18\n\n3.0\n");
    const job = await jobWhen(volley, JobId, ({ Status }) => Status === "rejected");
    const { Import: imported } = job as unknown as { Import: { BadLines: number; Report: string } };
    expect(imported.BadLines).toBe(2);
    const report = await (await fetch(imported.Report)).text();
    const lines = report.split("\n").filter((line) => line !== "");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ Line: 3 }, { Line: 5 }]);
    expect((await inboxOf(volley)).get("4444") ?? []).toEqual([]);
  });
});

describe("a callback", () => {
  it("comes signed, and examples/verify-callback.ts says what happened", async () => {
    const [local] = await clientsFile(clients).read();
    const { child, lines } = runExample("verify-callback.ts", {
      CALLBACK_SECRET: local?.callbackSecrets?.at(-1) ?? "",
      PORT: "0",
    });
    try {
      await until(() => lines.length > 0);
      const CallbackUrl = lines[0]?.replace("ready ", "") ?? "";
      const { JobId } = await postJob(volley, { ...MESSAGE, Receiver: [11, 12, 13], Options: { CallbackUrl } });
      await until(() => lines.some((line) => line.includes("JobCompleted")));
      // Two runs of the publisher may tell the same event, with the same id.
      const told = new Map(lines.slice(1).map((line) => [JSON.parse(line).id, JSON.parse(line).event]));
      const events = [...told.values()];
      expect(events.map(({ type }) => type)).toEqual(["JobStarted", "JobCompleted"]);
      expect(events.at(-1)).toMatchObject({ subject: JobId, data: { JobId, Tally: { Sent: 3, Pending: 0 } } });
      await jobWhen(volley, JobId, (job) => JSON.stringify(job).includes('"State":"delivered"'));
      const before = lines.length;
      const again = await post(volley, `/v1/jobs/${JobId}/callback/resend`);
      expect(again.status).toBe(202);
      await until(() => lines.slice(before).some((line) => line.includes("JobCompleted")));
    } finally {
      child.kill();
    }
  });
});

describe("a file of outcomes", () => {
  type Export = Readonly<{ Status: string; Format: string; Rows: number; Bytes: number }>;
  const headers = () => ({ authorization: `Bearer ${volley.key}` });

  /** Ask for a file and wait until the answer leads to it. */
  async function exported(job: string, body: object): Promise<Readonly<{ told: Export; file: string }>> {
    const asked = await post<Export>(volley, `/v1/jobs/${job}/outcomes/export`, body);
    expect(asked.status).toBe(202);
    const url = new URL(asked.headers.get("location") ?? "", volley.url);
    for (;;) {
      const reply = await fetch(url, { redirect: "manual", headers: headers() });
      const told = (await reply.json()) as Export;
      if (reply.status === 303) {
        return { told, file: await (await fetch(reply.headers.get("location") ?? "")).text() };
      }
      expect({ status: reply.status, told }).toMatchObject({ status: 200, told: { Status: "running" } });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  it("is the pages of the list in one piece", async () => {
    const { JobId } = await broadcast;
    await jobWhen(volley, JobId, isDone);
    const csv = await exported(JobId, {});
    expect(csv.file).toBe((await Array.fromAsync(connect(volley).jobs.outcomesCsv(JobId))).join(""));
    expect(csv.told).toMatchObject({ Status: "done", Format: "csv", Rows: 1_500, Bytes: csv.file.length });
    const failed = await exported(JobId, { Format: "ndjson", Status: "failed" });
    expect(failed.told.Rows).toBe(1);
    expect(JSON.parse(failed.file)).toMatchObject({ Status: "failed", Code: "FailedReceiver" });
    expect((await ask(volley, `/v1/jobs/${JobId}/outcomes/export?Status=sent`)).status).toBe(404);
  });

  it("has several parts where it is large", async () => {
    const ids = longIds(120_000, 7_000_000_000_000_000_000n);
    const NotBefore = new Date(Date.now() + 86_400_000).toISOString();
    const { JobId } = await connect(volley).jobs.send({ ...MESSAGE, Receiver: ids, Options: { NotBefore } });
    const { told, file } = await exported(JobId, { Format: "ndjson" });
    expect(told).toMatchObject({ Rows: 120_000, Bytes: file.length });
    expect(file.length).toBeGreaterThan(5 * 1_048_576); // a part has 7 MB, the last one what is left
  });
});
