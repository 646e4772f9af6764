import { setTimeout as sleep } from "node:timers/promises";
import type { Told } from "./judge.ts";

type JobBody = Readonly<{ JobId: string; Status: string; Tally: Readonly<Record<string, number>> }>;
type OutcomeRow = Readonly<{ UserId: string; Status: string; MessageId?: string; MaybeTwice?: boolean }>;

const PATIENCE_MS = 100;
const MOST_TRIES = 10;

/** Somebody who uses Volley over HTTP and asks again when he is told that something went wrong. */
export function makeVolleyClient({ url, key }: Readonly<{ url: string; key: string }>) {
  return { warmUp, post, control, job, outcomes };

  /** Every function that the run needs is loaded: on a slow machine that takes longer than all the rest. */
  async function warmUp(): Promise<void> {
    const headers = { "content-type": "application/json" };
    const asked = { AppId: 1, Sender: 1, MsgType: 10001, Content: "warm up", Receiver: [1], Options: { DryRun: true } };
    const init = { method: "POST", headers, body: JSON.stringify(asked) };
    const paths = ["", "/none", "/none/outcomes"].map((path) => `/v1/jobs${path}`);
    await Promise.all([request("/v1/jobs", init), control("none", "pause"), ...paths.map((path) => request(path))]);
  }

  /** @returns the job's id, or `undefined` if the request was refused for good */
  async function post(body: object, key: string, isOver: () => boolean): Promise<string | undefined> {
    const headers = { "content-type": "application/json", "idempotency-key": key };
    while (!isOver()) {
      const reply = await request("/v1/jobs", { method: "POST", headers, body: JSON.stringify(body) });
      if (reply?.status === 202) return ((await reply.json()) as JobBody).JobId;
      await reply?.text();
      if (reply?.status === 422) return undefined;
      await sleep(PATIENCE_MS);
    }
    return undefined;
  }

  async function control(id: string, action: "pause" | "resume" | "cancel"): Promise<void> {
    await (await request(`/v1/jobs/${id}/${action}`, { method: "POST" }))?.text();
  }

  async function job(id: string): Promise<JobBody | undefined> {
    const reply = await request(`/v1/jobs/${id}`);
    const text = (await reply?.text()) ?? "";
    return reply?.status === 200 ? JSON.parse(text) : undefined;
  }

  /** Every outcome, as NDJSON has them. */
  async function outcomes(id: string): Promise<Told[]> {
    const told: Told[] = [];
    for (let path: string | undefined = `/v1/jobs/${id}/outcomes`; path; ) {
      const reply = await getAgain(path, { headers: { accept: "application/x-ndjson" } });
      for (const line of (await reply.text()).split("\n")) {
        if (line === "") continue;
        const {
          UserId: userId,
          Status: status,
          MessageId: messageId,
          MaybeTwice = false,
        }: OutcomeRow = JSON.parse(line);
        told.push({ userId, status, maybeTwice: MaybeTwice, ...(messageId !== undefined && { messageId }) });
      }
      path = /^<([^>]+)>; rel="next"$/.exec(reply.headers.get("link") ?? "")?.[1];
    }
    return told;
  }

  /** @throws {Error} if it is refused every time */
  async function getAgain(path: string, init: RequestInit): Promise<Response> {
    let said = "nothing";
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const reply = await request(path, init);
      if (reply?.status === 200) return reply;
      said = reply ? `${reply.status} ${await reply.text()}` : "nothing";
      await sleep(10 * PATIENCE_MS);
    }
    throw new Error(`GET ${path} answered ${said}`);
  }

  async function request(path: string, init: RequestInit = {}): Promise<Response | undefined> {
    try {
      const headers = { ...init.headers, authorization: `Bearer ${key}` };
      return await fetch(url + path, { ...init, headers, signal: AbortSignal.timeout(30_000) });
    } catch {
      return undefined; // as a person at a browser sees it: no answer, ask again
    }
  }
}

export type VolleyClient = ReturnType<typeof makeVolleyClient>;
