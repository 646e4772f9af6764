import type { Accepted, DryRun, Job, JobList, JobSummary, Outcome, OutcomeQuery, Send } from "../../sdk/src/types.ts";
import { VolleyError } from "../../sdk/src/volley-error.ts";
import type { LimitChange, QuotaAnswer } from "./quota.ts";
import type { Filter } from "./route.ts";
import type { Language } from "./session.ts";

export type Api = ReturnType<typeof connectTo>;

const TIMEOUT_MS = 20_000;

type Asked = Readonly<{ body?: unknown; signal?: AbortSignal | undefined; headers?: Readonly<Record<string, string>> }>;

/**
 * The routes that the page uses, each once: whoever polls tries again, whoever presses a button sees what came of it. The
 * types are those of `clients/sdk`; its code is three times as large as this, and the page has to be small.
 *
 * Every function throws {@link VolleyError} for an answer that is no success, and what `fetch` throws.
 */
export function connectTo(url: string, key: string, language: Language) {
  async function fetchFrom(method: string, path: string, { body, signal, headers }: Asked = {}): Promise<Response> {
    const late = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url + path, {
      method,
      signal: signal ? AbortSignal.any([signal, late]) : late,
      headers: {
        authorization: `Bearer ${key}`,
        "accept-language": language === "zh" ? "zh-CN" : "en",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new VolleyError(response, parsed(await response.text()));
    return response;
  }
  const ask = async <T>(method: string, path: string, asked?: Asked): Promise<T> =>
    (await (await fetchFrom(method, path, asked)).json()) as T;
  const quotaPath = (action: string, appId: string | undefined) => `/v1/quota${action}${queryOf({ AppId: appId })}`;

  return {
    /** The newest `limit` jobs, and whether there are more. */
    async jobs(filter: Filter, limit: number, signal: AbortSignal) {
      const jobs: JobSummary[] = [];
      let Cursor: string | undefined;
      do {
        const query = { ...filter, Limit: String(Math.min(100, limit - jobs.length)), Cursor };
        const page = await ask<JobList>("GET", `/v1/jobs${queryOf(query)}`, { signal });
        jobs.push(...page.Jobs);
        Cursor = page.Cursor;
      } while (Cursor !== undefined && jobs.length < limit);
      return { jobs, hasMore: Cursor !== undefined };
    },
    job: (id: string, signal: AbortSignal) => ask<Job>("GET", `/v1/jobs/${id}`, { signal }),
    outcome: (id: string, user: string) => ask<Outcome>("GET", `/v1/jobs/${id}/outcomes/${user}`),
    /** The codes of a job's outcomes in one status, of the first of them. */
    async outcomes(id: string, Status: Outcome["Status"], most: number, signal: AbortSignal): Promise<Outcome[]> {
      const found: Outcome[] = [];
      let Cursor: string | undefined;
      do {
        const path = `/v1/jobs/${id}/outcomes${queryOf({ Status, Limit: "1000", Cursor })}`;
        const page = await ask<Readonly<{ Outcomes: Outcome[]; Cursor?: string }>>("GET", path, { signal });
        found.push(...page.Outcomes);
        Cursor = page.Cursor;
      } while (Cursor !== undefined && found.length < most);
      return found;
    },
    /** A file of outcomes in pieces; each names the next. @see RFC 8288 */
    async csv(id: string, query: OutcomeQuery): Promise<Blob> {
      const pieces: Blob[] = [];
      let path: string | undefined = `/v1/jobs/${id}/outcomes${queryOf(query)}`;
      while (path !== undefined) {
        const response: Response = await fetchFrom("GET", path, { headers: { accept: "text/csv" } });
        pieces.push(await response.blob());
        path = /<([^>]+)>\s*;\s*rel="?next"?/.exec(response.headers.get("link") ?? "")?.[1];
      }
      return new Blob(pieces, { type: "text/csv" });
    },
    steer: (id: string, action: "pause" | "resume" | "cancel") => ask<JobSummary>("POST", `/v1/jobs/${id}/${action}`),
    /** A retry is the same job however often it is asked for. */
    retry: (id: string, withUnknown: boolean) =>
      ask<Accepted>("POST", `/v1/jobs/${id}/retry`, { body: { Include: withUnknown ? ["unknown"] : [] } }),
    check: (body: Send) =>
      ask<DryRun>("POST", "/v1/jobs", { body: { ...body, Options: { ...body.Options, DryRun: true } } }),
    /** @param key the same again is the same job */
    send: (body: Send, key: string) => ask<Accepted>("POST", "/v1/jobs", { body, headers: { "idempotency-key": key } }),
    quota: (appId?: string, signal?: AbortSignal) => ask<QuotaAnswer>("GET", quotaPath("", appId), { signal }),
    changeQuota: (body: LimitChange, appId?: string) => ask<QuotaAnswer>("PATCH", quotaPath("", appId), { body }),
    steerQuota: (action: "pause" | "resume", appId?: string) =>
      ask<QuotaAnswer>("POST", quotaPath(`/${action}`, appId)),
  };
}

function queryOf(fields: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}

/** A gateway's page is no JSON: then it is text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
