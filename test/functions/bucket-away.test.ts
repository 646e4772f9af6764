import { createServer } from "node:net";
import { beforeAll, expect, it, vi } from "vitest";
import type { Reply, Request } from "../../lib/http/request.ts";
import { aRequest } from "../http/request.ts";
import { context, fakeAws } from "./fake-aws.ts";

// The bucket of receiver lists at an address where nobody answers. The table and the queues are there.

const calls = fakeAws();
let accept: (request: Request, given: typeof context) => Promise<Reply>;
beforeAll(async () => {
  vi.stubEnv("AWS_ENDPOINT_URL_S3", `http://127.0.0.1:${await closedPort()}`);
  accept = (await import("../../functions/accept-job.ts")).handler as typeof accept;
});

const post = (count: number) => {
  const Receiver = Array.from({ length: count }, (_, i) => i + 1);
  const body = JSON.stringify({ AppId: 7, Sender: 5, Receiver, MsgType: 10001, Content: "hello" });
  const headers = { "content-type": "application/json" };
  return accept(
    aRequest({ method: "POST", path: "/v1/jobs", body, headers, userArn: "arn:aws:iam::123456789012:user/a" }),
    context,
  );
};

it("a job that needs it is not accepted, and told when to try again", async () => {
  const { statusCode, headers, body = "" } = await post(501);
  expect({ statusCode, headers }).toMatchObject({
    statusCode: 503,
    headers: { "content-type": "application/problem+json", "retry-after": expect.stringMatching(/^[1-9]\d*$/) },
  });
  expect(body).not.toContain("127.0.0.1");
  expect(calls).toEqual([]); // neither a message nor a job
});

it("a job of one batch goes on without it", async () => {
  expect(await post(500)).toMatchObject({ statusCode: 202 });
  expect(calls.map(({ target }) => target)).toEqual(["PutItem", "PutItem", "SendMessageBatch"]);
});

/** A port that was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
