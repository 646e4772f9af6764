import { expect, it } from "vitest";
import { until } from "../../local/local-stack.ts";
import { endsOn, isAlive } from "../support/ends-on.ts";
import { volley } from "../support/one-stack.ts";

it("starts a consumer that was killed again", async () => {
  process.kill(volley.stack.consumerPid("deliverBulk"), "SIGKILL");
  await until(() => volley.stack.stderr().includes("deliverBulk restarted, pid "));
  expect(isAlive(volley.stack.consumerPid("deliverBulk"))).toBe(true);
});

it("takes every process along on Ctrl-C", async () => {
  const sqs = volley.stack.endpoint("sqs");
  await endsOn(volley.stack, "SIGINT");
  await expect(fetch(sqs)).rejects.toThrow();
});
