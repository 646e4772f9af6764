import createClient, { type Client } from "openapi-fetch";
import { type RetryOptions, retryingFetch } from "./retrying-fetch.ts";
import type { paths } from "./schema.d.ts";
import { VolleyError } from "./volley-error.ts";

export type Connection = RetryOptions &
  Readonly<{
    /** Where Volley is, such as `https://volley.example`. */
    url: string;
    /** A key that Volley issued. */
    key?: string;
  }>;

export type Http = Client<paths>;

/** The routes as the OpenAPI document types them, with the key in every request, and tried again where that is safe. */
export function connect({ url, key, ...options }: Connection): Http {
  const http = createClient<paths>({ baseUrl: url.replace(/\/+$/, ""), fetch: retryingFetch(options) });
  if (key !== undefined) {
    http.use({
      onRequest({ request }) {
        request.headers.set("authorization", `Bearer ${key}`);
        return request;
      },
    });
  }
  return http;
}

/** @throws {VolleyError} if the answer is no success */
export async function dataOf<T>(
  answering: Promise<Readonly<{ data?: T; error?: unknown; response: Response }>>,
): Promise<T> {
  const { data, error, response } = await answering;
  if (!response.ok || data === undefined) throw new VolleyError(response, error);
  return data;
}
