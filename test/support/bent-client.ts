import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** What a call does instead. `next` makes the real one, as often as it is called. */
export type Instead = (
  call: Readonly<{ command: string; input: object }>,
  next: () => Promise<object>,
) => Promise<object>;

/** Bend every call of `client` to `instead`, before the SDK's own repetitions. */
export function bend(client: DynamoDBClient, instead: Instead): DynamoDBClient {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const reply = { response: undefined, output: {} };
      const send = async () => Object.assign(reply, await next(args)).output;
      const output = await instead({ command: String(context.commandName), input: args.input }, send);
      return { ...reply, output: { $metadata: {}, ...output } };
    },
    { step: "initialize" },
  );
  return client;
}

/**
 * Lose answers: the calls are made, and the SDK is told that they timed out.
 *
 * @param times how many answers, of the `commands` that are named
 */
export function loseAnswers(client: DynamoDBClient, times: number, commands = /^(Put|Update)Item/): DynamoDBClient {
  let lost = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const [reply] = await Promise.allSettled([next(args)]); // a refusal is an answer too
      if (commands.test(String(context.commandName)) && lost++ < times) {
        throw Object.assign(new Error("the answer got lost"), { name: "TimeoutError" });
      }
      if (reply.status === "rejected") throw reply.reason;
      return reply.value;
    },
    { step: "deserialize", priority: "high" },
  );
  return client;
}
