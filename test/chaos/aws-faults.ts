import type { Answer, Body, Exchange, Handling } from "./aws-proxy.ts";
import type { Chance } from "./chance.ts";

/** Whether things go wrong now, and a word about each that did. */
export type FaultSwitch = Readonly<{ chance: Chance; isOn(): boolean; count(kind: string): void }>;

/** Every call in so many goes wrong in each way; from time to time most calls are throttled for a while. */
const ODDS = 0.012;
const OUTAGE_ODDS = 0.6;
const OUTAGE_MS = 1_200;
const BETWEEN_OUTAGES_MS = 6_000;
/** Long waits of SQS are cut short, so that the run is. */
const LONGEST_WAIT_S = 3;

const fault = (status: number, type: string): Answer => ({ status, body: { __type: type, message: "chaos" } });

type Kinds = Readonly<Record<string, (exchange: Exchange) => ReturnType<Handling>>>;

/** What may become of any call. */
const ANY: Kinds = {
  serverError: async () => fault(500, "InternalServerError"),
  /** It takes effect, and the answer gets lost: the SDK repeats it. */
  answerReset: async ({ forward }) => forward().then(() => "reset" as const),
  /** It takes effect, and the client waits until its time is over. */
  answerNever: async ({ forward }) => forward().then(() => "hang" as const),
  reset: async () => "reset",
  /** It never arrives, and the client waits until its time is over. */
  hang: async () => "hang",
};

/** DynamoDB that throttles, breaks, leaves reads undone and loses answers. */
export function dynamoFaults(faults: FaultSwitch): Handling {
  const throttled = fault(400, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException");
  const kinds: Kinds = { ...ANY, throttled: async () => throttled };
  const reads: Kinds = {
    ...kinds,
    readsUndone: async ({ body }) => ({ status: 200, body: { Responses: {}, UnprocessedKeys: body["RequestItems"] } }),
    readInPart: async (exchange) => doInPart(exchange, "UnprocessedKeys", faults.chance),
  };
  const writes: Kinds = {
    ...kinds,
    writtenInPart: async (exchange) => doInPart(exchange, "UnprocessedItems", faults.chance),
  };
  const handle = makeFaulty(faults, "dynamodb", kinds, async () => throttled);
  return (exchange) => {
    const { operation } = exchange;
    return handle(exchange, operation === "BatchGetItem" ? reads : operation === "BatchWriteItem" ? writes : kinds);
  };
}

/** SQS that refuses messages, some of ten or all, takes them twice, forgets to delete. */
export function sqsFaults(faults: FaultSwitch): Handling {
  const busy = async () => fault(503, "ServiceUnavailable");
  const sends: Kinds = {
    ...ANY,
    sentTwice: async ({ forward }) => forward().then(() => forward()),
    sentInPart: async ({ body, forward }) => sendInPart(body, forward, faults.chance),
  };
  const handle = makeFaulty(faults, "sqs", sends, busy);
  return async (exchange) => {
    const { operation, body } = exchange;
    if (operation === "ChangeMessageVisibility") {
      const VisibilityTimeout = Math.min(Number(body["VisibilityTimeout"]), LONGEST_WAIT_S);
      return exchange.forward({ ...body, VisibilityTimeout });
    }
    if (operation === "SendMessageBatch") return handle(exchange, sends);
    if (operation.startsWith("DeleteMessage")) return handle(exchange, { notDeleted: ANY["serverError"] ?? busy });
    return exchange.forward();
  };
}

function makeFaulty({ chance, isOn, count }: FaultSwitch, name: string, kinds: Kinds, inOutage: Kinds[string]) {
  let outageAtMs = Date.now() + chance.between(0, BETWEEN_OUTAGES_MS);
  const outageKind = Object.keys(kinds).includes("throttled") ? "throttled" : "unavailable";
  return async (exchange: Exchange, possible: Kinds): ReturnType<Handling> => {
    if (!isOn()) return exchange.forward();
    const now = Date.now();
    if (now > outageAtMs + OUTAGE_MS) outageAtMs = now + chance.between(1_000, BETWEEN_OUTAGES_MS);
    if (now >= outageAtMs && chance.happens(OUTAGE_ODDS)) {
      count(`${name} ${outageKind}`);
      return inOutage?.(exchange) ?? exchange.forward();
    }
    for (const [kind, happen] of Object.entries(possible)) {
      if (!chance.happens(ODDS)) continue;
      count(`${name} ${kind}`);
      return happen(exchange);
    }
    return exchange.forward();
  };
}

async function sendInPart(body: Body, forward: Exchange["forward"], chance: Chance): Promise<Answer> {
  const entries = body["Entries"] as { Id: string }[];
  const taken = entries.filter(() => chance.happens(0.5));
  const refused = entries.filter((entry) => !taken.includes(entry));
  const Failed = refused.map(({ Id }) => ({ Id, Code: "InternalError", Message: "chaos", SenderFault: false }));
  if (taken.length === 0) return { status: 200, body: { Successful: [], Failed } };
  const answer = await forward({ ...body, Entries: taken });
  return { ...answer, body: { ...answer.body, Failed: [...((answer.body["Failed"] as Body[]) ?? []), ...Failed] } };
}

/** Some of a batch's keys or writes are done, the others handed back. A table's keys (`Keys`) or its writes (a list). */
async function doInPart({ body, forward }: Exchange, left: string, chance: Chance): Promise<Answer> {
  const done: Body = {};
  const undone: Body = {};
  for (const [table, asked] of Object.entries(body["RequestItems"] as Record<string, Body | unknown[]>)) {
    const entries = (Array.isArray(asked) ? asked : asked["Keys"]) as unknown[];
    const those = new Set(entries.filter(() => chance.happens(0.5)));
    const some = (whether: boolean) => entries.filter((entry) => those.has(entry) === whether);
    const request = (part: unknown[]) => (Array.isArray(asked) ? part : { ...asked, Keys: part });
    if (some(true).length > 0) done[table] = request(some(true));
    if (some(false).length > 0) undone[table] = request(some(false));
  }
  if (Object.keys(done).length === 0) return { status: 200, body: { Responses: {}, [left]: undone } };
  const answer = await forward({ ...body, RequestItems: done });
  return { ...answer, body: { ...answer.body, [left]: { ...(answer.body[left] as Body), ...undone } } };
}
