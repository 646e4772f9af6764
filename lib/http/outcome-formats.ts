import { gzipSync } from "node:zlib";
import { BadRequest } from "../domain/errors.ts";
import type { Outcome } from "../domain/outcome.ts";
import type { makeAsk } from "../use-cases/query-jobs.ts";
import { CSV_HEADER, toCsvRow, toOutcomeBody } from "./present.ts";
import { type OutcomeQuery, writePosition } from "./query.ts";
import { json, type Reply, type Request } from "./route.ts";

const FORMATS = ["application/json", "text/csv", "application/x-ndjson"] as const;

const DEFAULT_PAGE = 100;
/** Rows to a file page: at most about 4.5 MB with every quote escaped, since a Lambda answers with 6 MB at the most. */
const FILE_PAGE = 20_000;
/** Rows to a gzip page: about 3 MB of random ids packed, 20 MB unpacked. */
const PACKED_PAGE = 100_000;

/**
 * Outcomes in the form the client asks for: a page of JSON, or a file. A file of more than 100,000 rows (20,000 if the
 * client does not take gzip) comes in pages that belong one behind the other, each naming the next in a Link header, so
 * that no job is too large to be read.
 *
 * @see RFC 8288 Link
 * @throws {BadRequest} 406 if none of the forms is acceptable
 */
export async function writeOutcomes(
  request: Request,
  id: string,
  { limit, ...query }: OutcomeQuery,
  ask: Pick<ReturnType<typeof makeAsk>, "outcomes">,
): Promise<Reply> {
  const format = readFormat(request.headers["accept"]);
  if (format === "application/json") {
    const { outcomes, next } = await ask.outcomes(id, { ...query, limit: limit ?? DEFAULT_PAGE });
    return json(200, { Outcomes: outcomes.map(toOutcomeBody), ...(next && { Cursor: writePosition(next) }) });
  }
  const packs = /\bgzip\b/i.test(request.headers["accept-encoding"] ?? "");
  const { outcomes, next } = await ask.outcomes(id, { ...query, limit: limit ?? (packs ? PACKED_PAGE : FILE_PAGE) });
  const rows = outcomes.map(format === "text/csv" ? toCsvRow : toLine).join("");
  const header = format === "text/csv" && query.position === undefined ? CSV_HEADER : "";
  return {
    statusCode: 200,
    headers: {
      "content-type": format === "text/csv" ? "text/csv; charset=utf-8" : format,
      vary: "accept-encoding",
      ...(packs && { "content-encoding": "gzip" }),
      ...(next && { link: `<${nextUrl(request, writePosition(next))}>; rel="next"` }),
    },
    ...(packs ? { body: pack(header + rows), isBase64Encoded: true } : { body: header + rows }),
  };
}

const pack = (text: string): string => gzipSync(text).toString("base64");

const toLine = (outcome: Outcome): string => `${JSON.stringify(toOutcomeBody(outcome))}\n`;

function nextUrl({ rawPath, queryStringParameters = {} }: Request, cursor: string): string {
  const query = new URLSearchParams({ ...(queryStringParameters as Record<string, string>), Cursor: cursor });
  return `${rawPath}?${query}`;
}

/** The first form of ours the client names. Weights are not read: nobody asks for CSV and hopes for JSON. */
function readFormat(accept: string | undefined): (typeof FORMATS)[number] {
  const asked = (accept ?? "*/*").split(",").map((part) => part.split(";")[0]?.trim().toLowerCase());
  const format = asked.flatMap((type) =>
    FORMATS.filter((one) => one === type || type === "*/*" || type === "application/*"),
  );
  if (format[0] === undefined) throw new BadRequest(406, `Accept must name one of ${FORMATS.join(", ")}`);
  return format[0];
}
