import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { OPERATIONS } from "../../lib/api/openapi/openapi-document.ts";
import { PARAMETERS, type ParameterName } from "../../lib/api/openapi/parameters.ts";
import type { Reply, Request } from "../../lib/http/request.ts";
import { startDynamo } from "../../local/emulators.ts";
import { readLocalSettings } from "../../local/settings.ts";
import { context, fakeAws } from "../functions/fake-aws.ts";
import { aRequest } from "../http/request.ts";
import { assertDescribed } from "../support/check-answer.ts";
import { FUNCTION_OF } from "../support/function-of.ts";
import { resultsTable } from "../support/results-table.ts";
import { type Engine, startTables } from "./engines.ts";

// Every example of a request in the OpenAPI document goes to the function that takes it, on a real table.

type Handler = (request: Request, given: typeof context) => Promise<Reply>;
type Sent = Readonly<{
  route: string;
  what: string;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
}>;

const QUOTA_TABLE = {
  TableName: "quota",
  AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" as const }],
  KeySchema: [{ AttributeName: "pk", KeyType: "HASH" as const }],
  BillingMode: "PAY_PER_REQUEST" as const,
};
const USER = "arn:aws:iam::123456789012:user/a";

/** Each body, and each parameter that has an example, one at a time; at least the plain request. */
/** Its function reads a page that is made with its bundle: test/browser/console.test.ts asks for it. */
const { "GET /console": _, ...ASKED } = OPERATIONS;
const SENT: readonly Sent[] = Object.entries(ASKED).flatMap(([route, { body, parameters = [] }]) => {
  const bodies = Object.entries(body?.examples ?? {}).map(([what, { value }]) => ({ route, what, body: value }));
  const plain: Sent[] = bodies.length > 0 ? bodies : [{ route, what: "plain" }];
  const required = parameters.map((key) => PARAMETERS[key]).filter((one) => "required" in one && one.in === "query");
  const query = Object.fromEntries(
    required.flatMap((one) => ("example" in one ? [[one.name, String(one.example)]] : [])),
  );
  if (required.length > 0) return plain.map((one) => ({ ...one, query })); // it waits for outcomes that nobody makes
  const given = parameters.flatMap((key: ParameterName): Sent[] => {
    const parameter = PARAMETERS[key];
    if (!("example" in parameter)) return [];
    const value = { [parameter.name]: String(parameter.example) };
    return [{ ...plain[0], route, what: key, ...(parameter.in === "query" ? { query: value } : { headers: value }) }];
  });
  return [...plain, ...given];
});

/** What this job does not allow: it is canceling by the time of a retry, it has no callback, and one export was asked for. */
const ELSE = [
  { of: /\/retry /, want: [409] },
  { of: /\/resend /, want: [409] },
  { of: /^GET .*\/export (OutcomeStatus|Code)$/, want: [404] },
];

describe("the document's examples", () => {
  fakeAws(undefined, [{ id: "123456789012:user/a", scopes: ["send", "read", "control", "admin"], keys: [] }]);
  let engine: Awaited<ReturnType<typeof startTables>>;
  let jobId = "";
  beforeAll(async () => {
    let endpoint = "";
    const dynalite: Engine = {
      name: "dynalite",
      async start() {
        const { url, stop } = await startDynamo(readLocalSettings({}));
        endpoint = url;
        return { endpoint, stop };
      },
    };
    engine = await startTables(dynalite, [resultsTable(), QUOTA_TABLE]);
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", endpoint);
    jobId = JSON.parse((await send({ route: "POST /v1/jobs", what: "now", ...SENT[0] })).body).JobId;
  });
  afterAll(() => engine?.stop());

  async function send({ route, body, headers, query }: Sent) {
    const [method = "", form = ""] = route.split(" ");
    const params = { JobId: jobId, UserId: "9007199254740993" };
    const path = form.replaceAll(/\{(\w+)\}/g, (_, name: keyof typeof params) => params[name]);
    const { handler } = (await import(`../../functions/${FUNCTION_OF.get(`${method} ${form}`)?.file}.ts`)) as {
      handler: Handler;
    };
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const request = aRequest({
      ...{ method, path, params, userArn: USER, headers: { ...type, ...headers } },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(query && { query }),
    });
    const reply = await handler(request, context);
    const answer = {
      ...{ method, path, status: reply.statusCode ?? 0, body: reply.body ?? "" },
      headers: Object.fromEntries(Object.entries(reply.headers ?? {}).map(([name, value]) => [name, String(value)])),
    };
    assertDescribed(answer);
    return answer;
  }

  it("are some of every route", () => {
    expect([...new Set(SENT.map(({ route }) => route))].sort()).toEqual(Object.keys(ASKED).sort());
  });

  it.each(SENT)("$route, $what: taken, and answered as described", async (sent) => {
    const { status, body } = await send(sent);
    const want = ELSE.find(({ of }) => of.test(`${sent.route} ${sent.what}`))?.want ?? [200, 202];
    expect({ body, isWanted: want.includes(status), status }).toMatchObject({ isWanted: true });
  });
});
