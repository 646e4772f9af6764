import { setTimeout as sleep } from "node:timers/promises";
import type { Told } from "./judge.ts";

type JobBody = Readonly<{ JobId: string; Status: string; Tally: Readonly<Record<string, number>> }>;
type OutcomeRow = Readonly<{ UserId: string; Status: string; MessageId?: string; MaybeTwice?: boolean }>;

const PATIENCE_MS = 100;

/** Somebody who uses Volley over HTTP and asks again when he is told that something went wrong. */
export function makeVolleyClient(url: string) {
  return { post, steer, job, outcomes };

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

  async function steer(id: string, action: "pause" | "resume" | "cancel"): Promise<void> {
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
      const reply = await fetch(url + path, { headers: { accept: "application/x-ndjson" } });
      if (reply.status !== 200) throw new Error(`GET ${path} answered ${reply.status}`);
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

  async function request(path: string, init: RequestInit = {}): Promise<Response | undefined> {
    try {
      return await fetch(url + path, { ...init, signal: AbortSignal.timeout(30_000) });
    } catch {
      return undefined; // as a person at a browser sees it: no answer, ask again
    }
  }
}

export type VolleyClient = ReturnType<typeof makeVolleyClient>;
