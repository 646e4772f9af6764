import { beforeAll, beforeEach, expect, it } from "vitest";
import type { Reply, Request } from "../../lib/http/request.ts";
import { aRequest } from "../http/request.ts";
import { context, fakeAws } from "./fake-aws.ts";

// A task of a role that is restarted calls in another session of that role, and repeats its request under the same key.

/** Job items by their keys. */
const stored = new Map<string, unknown>();
const keyOf = (one: unknown): string => JSON.stringify((one as { pk: unknown }).pk);
const calls = fakeAws(({ target, body }) => {
  if (target === "GetItem") return stored.has(keyOf(body["Key"])) ? { Item: stored.get(keyOf(body["Key"])) } : {};
  if (target === "PutItem") stored.set(keyOf(body["Item"]), body["Item"]);
  return undefined;
});
let accept: (request: Request, given: typeof context) => Promise<Reply>;
beforeAll(async () => {
  accept = (await import("../../functions/accept-job.ts")).handler as typeof accept;
});
beforeEach(() => {
  stored.clear();
});

const arnOf = (session: string) => `arn:aws:sts::123456789012:assumed-role/Shop/${session}`;
const post = (session: string, key: string) => {
  const body = JSON.stringify({ AppId: 7, Sender: 5, Receiver: [1], MsgType: 10001, Content: "hello" });
  const headers = { "content-type": "application/json", "idempotency-key": key };
  return accept(aRequest({ method: "POST", path: "/v1/jobs", body, headers, userArn: arnOf(session) }), context);
};

it.each([{ again: "doors" }, { again: '"doors"' }])(
  "a role in another session is the same client: key $again",
  async ({ again }) => {
    const first = await post("task-1", "doors");
    const second = await post("task-2", again);
    expect([first.statusCode, second.statusCode]).toEqual([202, 202]);
    expect(second.headers).toMatchObject({ "idempotency-replayed": "true" });
    expect(second.body).toBe(first.body);
    expect(calls.filter(({ target }) => target === "SendMessageBatch")).toHaveLength(1);
  },
);

it("the job's history names the session", async () => {
  await post("task-1", "doors");
  expect([...stored.values()].at(-1)).toMatchObject({
    clientId: { S: "123456789012:role/Shop" },
    history: { L: [{ M: { by: { S: arnOf("task-1") } } }] },
  });
});
