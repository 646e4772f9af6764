import { dataOf, type Http } from "./connect.ts";
import type { Call, Outcome, OutcomeQuery } from "./types.ts";

export type FileType = "text/csv" | "application/x-ndjson";

/**
 * A job's outcomes as one text, in pieces as they come; page after page, each named by the `Link` of the one before.
 *
 * @throws {VolleyError}
 */
export async function* outcomeText(
  http: Http,
  id: string,
  type: FileType,
  { signal, ...query }: OutcomeQuery & Call,
): AsyncGenerator<string, void> {
  for (let next: OutcomeQuery | undefined = query; next; ) {
    const asked = http.GET("/v1/jobs/{JobId}/outcomes", {
      params: { path: { JobId: id }, query: next, header: { Accept: type } },
      parseAs: "stream",
      ...(signal && { signal }),
    });
    const stream = await dataOf(asked);
    const { response } = await asked;
    if (stream) yield* decoded(stream);
    next = nextQuery(response.headers.get("link"));
  }
}

async function* decoded(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  for await (const bytes of stream) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}

/** The query of the page that a Link header calls next. @see RFC 8288 */
function nextQuery(link: string | null): OutcomeQuery | undefined {
  const path = /<([^>]+)>\s*;\s*rel="?next"?/.exec(link ?? "")?.[1];
  return path === undefined ? undefined : Object.fromEntries(new URL(path, "http://volley").searchParams);
}

/** Every line of a text that comes in pieces. */
export async function* outcomesIn(pieces: AsyncIterable<string>): AsyncGenerator<Outcome, void> {
  let rest = "";
  for await (const piece of pieces) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line);
  }
  if (rest !== "") yield JSON.parse(rest);
}
