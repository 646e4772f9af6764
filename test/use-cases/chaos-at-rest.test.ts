import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Job } from "../../clients/sdk/src/client.ts";
import { type Awaited, QUIET_RUNS, untilAtRest } from "../chaos/at-rest.ts";
import { makeMotion } from "../chaos/motion.ts";
import { makeVolleyClient, type Posted } from "../chaos/volley-client.ts";

const job = (Status: string): Job => ({ JobId: "j", Status, Tally: {} }) as unknown as Job;
const accepted: Posted = { kind: "accepted", id: "j" };

/** @param looks one a look: what is seen then. The last one stays. */
function waitFor(
  looks: readonly Partial<{ status: string; quiet: number; empty: boolean; held: boolean; cutOff: boolean }>[],
  parts: Partial<Awaited> = {},
) {
  let at = 0;
  const now = () => looks[Math.min(at, looks.length - 1)] ?? {};
  return untilAtRest({
    client: {
      job: async () => (now().status === undefined ? undefined : job(now().status ?? "")),
      control: async () => {},
      isHeld: async () => now().held ?? false,
    },
    quietRuns: () => now().quiet ?? 0,
    areEmpty: async () => now().empty ?? true,
    posted: () => [accepted],
    requests: 1,
    isCutOff: () => now().cutOff ?? false,
    pause: async () => {
      at += 1;
    },
    ...parts,
  });
}

const quiet = { status: "running", quiet: QUIET_RUNS };

describe("a run is at rest when nothing moves any more", () => {
  it("and not when nothing has been seen to move for long", async () => {
    const stands = Array.from({ length: 5_000 }, () => ({ status: "running", quiet: QUIET_RUNS - 1 }));
    expect(await waitFor([...stands, { status: "done" }])).toBe("at rest");
  });

  it.each([
    { while: "a task is in hand", look: { ...quiet, empty: false } },
    { while: "the account is held", look: { ...quiet, held: true } },
    { while: "a job cannot be read", look: { quiet: QUIET_RUNS } },
    { while: "its client resumes a job", look: { ...quiet, status: "paused" } },
    { while: "tasks of ended jobs are left", look: { status: "done", empty: false } },
  ])("and not while $while", async ({ look }) => {
    expect(await waitFor([look, look, { status: "done" }])).toBe("at rest");
    expect(await waitFor([look, look, { cutOff: true }])).toBe("cut off");
  });

  it("a job that has not ended then is stuck", async () => {
    expect(await waitFor([quiet])).toBe("stuck");
  });

  it("who is not answered yet is waited for", async () => {
    expect(await waitFor([{ status: "done" }, { cutOff: true }], { requests: 2 })).toBe("cut off");
  });
});

describe("what moves", () => {
  const lock = { Key: { pk: { S: "DISPATCH#account" } }, UpdateExpression: "SET #token = :token" };
  const item = { Item: { pk: { S: "RUN#1" } } };
  const queue = (name: string) => ({ QueueUrl: `http://sqs/000000000000/volley-local-${name}` });

  it.each<{ what: string; moves: boolean; happen: (motion: ReturnType<typeof makeMotion>) => void }>([
    { what: "a write of the table", moves: true, happen: ({ table }) => table("PutItem", item) },
    { what: "a read", moves: false, happen: ({ table }) => table("GetItem", item) },
    {
      what: "a client's count of requests",
      moves: false,
      happen: ({ table }) => table("UpdateItem", { Key: { pk: { S: "REQUESTS#c" } } }),
    },
    {
      what: "a task that is sent",
      moves: true,
      happen: (motion) => motion.queue("SendMessageBatch", queue("bulk"), {}),
    },
    {
      what: "a task that is received",
      moves: true,
      happen: (motion) => motion.queue("ReceiveMessage", queue("bulk"), { Messages: [{}] }),
    },
    { what: "an empty receive", moves: false, happen: (motion) => motion.queue("ReceiveMessage", queue("bulk"), {}) },
    { what: "a nudge", moves: false, happen: (motion) => motion.queue("SendMessage", queue("dispatch"), {}) },
  ])("$what: $moves", ({ happen, moves }) => {
    const motion = makeMotion();
    for (let run = 0; run < 5; run++) motion.table("UpdateItem", lock);
    expect(motion.quietRuns()).toBe(4); // the fifth has only begun
    happen(motion);
    expect(motion.quietRuns()).toBe(moves ? 0 : 4);
  });
});

describe("the client takes every answer", () => {
  const servers: ReturnType<typeof createServer>[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it.each<{ answer: string; status: number; text?: string }>([
    { answer: "a job without a Tally", status: 200, text: '{"JobId":"j","Status":"done"}' },
    { answer: "nothing", status: 200, text: "" },
    { answer: "half a job", status: 200, text: '{"JobId":"j","Sta' },
    { answer: "a gateway's page", status: 502, text: "<html>" },
    { answer: "a broken connection", status: 0 },
  ])("$answer", async ({ status, text }) => {
    const server = createServer((_, response) => {
      if (status === 0) response.destroy();
      else response.writeHead(status, { "content-type": "application/json" }).end(text);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const client = makeVolleyClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: "k" });
    const once = () => true;
    expect(await client.job("j")).toBeUndefined();
    expect(await client.jobAgain("j", once)).toBeUndefined();
    expect(await client.isHeld()).toBe(false);
    await client.control("j", "pause");
    let asked = 0;
    const body = { AppId: 1, Sender: 1, MsgType: 1, Content: "", Receiver: [1] };
    expect(await client.post(body, "k", () => asked++ > 0)).toEqual({ kind: "unanswered" });
  });
});
