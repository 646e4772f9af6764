import { expect } from "vitest";

/** Whatever answers at this address, and the key of who asks. */
export type Api = Readonly<{ url: string; key?: string }>;

export type Answer<T> = Readonly<{ status: number; headers: Headers; body: T }>;

/** RFC 9457. */
export type Problem = Readonly<{
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: readonly Readonly<{ pointer: string; detail: string }>[];
  total?: number;
}>;

/** One request; what answers as JSON is parsed, anything else is text. */
export async function ask<T>({ url, key }: Api, path: string, init: RequestInit = {}): Promise<Answer<T>> {
  const headers = { ...(key !== undefined && { authorization: `Bearer ${key}` }), ...init.headers };
  const response = await fetch(`${url}${path}`, { ...init, headers });
  const text = await response.text();
  const isJson = /json\b(?!l)/.test((response.headers.get("content-type") ?? "").replace("x-ndjson", ""));
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** POST as JSON; text goes as it stands, so that integers past 2^53 can be written. */
export function post<T>(
  api: Api,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<T>> {
  const isRaw = body === undefined || typeof body === "string" || body instanceof Uint8Array;
  const type = { "content-type": "application/json" };
  const bytes = isRaw ? (body ?? null) : JSON.stringify(body);
  return ask(api, path, { method: "POST", headers: { ...type, ...headers }, body: bytes });
}

/** Every page from `path` on, which has a query already. */
export async function pagesOf<P extends Readonly<{ Cursor?: string }>>(api: Api, path: string): Promise<P[]> {
  const pages: P[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const { status, body }: Answer<P> = await ask<P>(api, next);
    expect({ status, body }).toMatchObject({ status: 200 });
    pages.push(body);
    next = body.Cursor && `${path}&Cursor=${body.Cursor}`;
  }
  return pages;
}
