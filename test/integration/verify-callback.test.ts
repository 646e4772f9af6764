import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, expect, it } from "vitest";
import { undiciCallbackSender } from "../../lib/adapters/undici-callback.ts";
import { endAll, ends } from "./loopback.ts";

afterEach(endAll);

const SECRET = "whsec_aW52ZW50ZWQtc2VjcmV0LW9uZQ==";

it("the example prints what is signed with its secret, and refuses the rest", async () => {
  const env = { ...process.env, CALLBACK_SECRET: SECRET, PORT: "0" };
  const child = spawn(process.execPath, ["examples/verify-callback.ts"], { env, stdio: ["ignore", "pipe", "ignore"] });
  ends.push(async () => child.kill() && once(child, "exit"));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const url = String((await lines.next()).value).replace("ready ", "");

  const message = { id: "evt_1", atMs: Date.now(), body: '{"type":"JobCompleted"}', hosts: ["127.0.0.1"] };
  const post = (secrets: readonly string[], atMs = message.atMs) =>
    undiciCallbackSender({ loopbackAllowed: true }).post(url, { ...message, atMs, secrets });
  expect(await post(["whsec_b3RoZXI="])).toEqual({ kind: "answered", status: 401 });
  expect(await post([SECRET], message.atMs - 600_000)).toEqual({ kind: "answered", status: 401 });
  expect(await post(["whsec_b3RoZXI=", SECRET])).toEqual({ kind: "answered", status: 204 });
  const printed = JSON.parse(String((await lines.next()).value));
  expect(printed).toEqual({ id: "evt_1", event: { type: "JobCompleted" } });
});
