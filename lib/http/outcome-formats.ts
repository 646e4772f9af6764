import { gzipSync } from "node:zlib";
import Negotiator from "negotiator";
import type { OutcomePage, Outcomes } from "../use-cases/list-outcomes.ts";
import { FILE_FORMS } from "./file-forms.ts";
import { HttpError } from "./http-error.ts";
import { toOutcomeBody } from "./present.ts";
import type { OutcomeQuery } from "./query.ts";
import { writeCursor } from "./query-reader.ts";
import type { Reply, Request } from "./request.ts";
import { json } from "./route.ts";

/** Our order of preference, among those the client accepts equally. */
const JSON_TYPE = "application/json;charset=utf-8";
const CSV_TYPE = "text/csv;charset=utf-8";
const NDJSON_TYPE = "application/x-ndjson;charset=utf-8";
const TYPES = [JSON_TYPE, CSV_TYPE, NDJSON_TYPE];

const DEFAULT_PAGE = 100;
/** Rows to a file page: at most about 4.5 MB with every quote escaped, since a Lambda answers with 6 MB at the most. */
const FILE_PAGE = 20_000;
/** Rows to a gzip page: about 3 MB of random ids packed, 20 MB unpacked. */
const PACKED_PAGE = 100_000;

/**
 * Outcomes in the form the client asks for: a page of JSON, or a file. A file of more than 100,000 rows (20,000 if the
 * client does not take gzip) comes in pages, each naming the next in a Link header; concatenated they are one file. So no
 * job is too large to be read.
 *
 * @see RFC 8288 Link; RFC 9110 section 12.5.1 Accept
 * @throws {HttpError} 406 if none of the forms is acceptable
 */
export async function writeOutcomes(
  request: Request,
  query: OutcomeQuery,
  list: (page: OutcomePage) => Promise<Outcomes>,
): Promise<Reply> {
  const { type, packs } = negotiate(request);
  const vary = { vary: "accept, accept-encoding" };
  if (type === JSON_TYPE) {
    const { outcomes, next } = await list({ ...query, limit: query.limit ?? DEFAULT_PAGE });
    const body = {
      Outcomes: outcomes.map(toOutcomeBody),
      ...(next !== undefined && { Cursor: writeCursor("after", next) }),
    };
    return json(200, body, vary);
  }
  const { outcomes, next } = await list({ ...query, limit: query.limit ?? (packs ? PACKED_PAGE : FILE_PAGE) });
  const { header, row } = type === CSV_TYPE ? FILE_FORMS.csv : FILE_FORMS.ndjson;
  const rows = outcomes.map(row).join("");
  const text = query.after === undefined ? header + rows : rows;
  return {
    statusCode: 200,
    headers: {
      "content-type": type === CSV_TYPE ? "text/csv; charset=utf-8" : "application/x-ndjson",
      ...vary,
      ...(packs && { "content-encoding": "gzip" }),
      ...(next !== undefined && { link: `<${nextUrl(request, next)}>; rel="next"` }),
    },
    ...(packs ? { body: gzipSync(text).toString("base64"), isBase64Encoded: true } : { body: text }),
  };
}

function nextUrl({ rawPath, queryStringParameters = {} }: Request, next: string): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(queryStringParameters)) if (value !== undefined) query.set(name, value);
  query.set("Cursor", writeCursor("after", next));
  return `${rawPath}?${query}`;
}

/** The form and encoding that the client prefers. A weight of 0 is a refusal. */
function negotiate({ headers }: Request): Readonly<{ type: string; packs: boolean }> {
  const negotiator = new Negotiator({ headers });
  const type = negotiator.mediaType(TYPES);
  if (type === undefined) {
    throw new HttpError(406, "Accept must allow one of application/json, text/csv, application/x-ndjson");
  }
  return { type, packs: negotiator.encoding(["gzip", "identity"]) === "gzip" };
}
