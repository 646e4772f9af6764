import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { makeAwsSigner } from "./aws-signature.ts";

type Command = Parameters<DynamoDBClient["send"]>[0];
type Handler = ReturnType<DynamoDBClient["middlewareStack"]["resolve"]>;
type Request = Parameters<DynamoDBClient["config"]["requestHandler"]["handle"]>[0];
/** A command as the SDK describes it to its protocol. */
type Operation = Readonly<Record<"namespace" | "traits" | "input" | "output", unknown> & { name: string }>;
type Response = Readonly<{ statusCode: number; headers: object; body: unknown }>;
type Answer = Readonly<{ response: Response }>;
type Protocol = Readonly<{
  deserializeResponse(operation: Operation, context: object, response: Response): Promise<object>;
}>;

/** Calls of which input and output stand in JSON as they are, but for bytes. */
const ITEM_CALLS: ReadonlySet<string> = new Set(["BatchGetItem", "GetItem", "PutItem", "Query", "UpdateItem"]);

/** Steps of the SDK that find out for every call what is the same for all of them, or that write and read by schema. */
const LEFT_OUT = [
  "loggerMiddleware",
  "serializerMiddleware",
  "httpAuthSchemeMiddleware",
  "contentLengthMiddleware",
  "getUserAgentMiddleware",
  "hostHeaderMiddleware",
  "recursionDetectionMiddleware",
  "httpSigningMiddleware",
  "deserializerMiddleware",
];

/** Steps of the SDK that stay. A test holds that there are no others. */
const KEPT = ["retryMiddleware"];
export const KNOWN_STEPS: readonly string[] = [...LEFT_OUT, ...KEPT];

/** Refused for how it was dated, signed or by whose keys: nothing was done. */
const REFUSED =
  /^(ExpiredToken|IncompleteSignature|Invalid(Signature|ClientTokenId)|MissingAuthenticationToken|Request(Expired|TimeTooSkewed)|SignatureDoesNotMatch|UnrecognizedClient)/;

/**
 * From here on `client` makes calls of items by a fast path: of the SDK's steps only the retries are left, besides those that we
 * added ourselves. Where the table is, and for which region is signed, is taken from the first call, which goes the SDK's
 * own way. The SDK still gives the keys, carries the request, with all deadlines, and reads errors.
 *
 * What has bytes in it goes the SDK's way, and so does any other command. A call that is refused for its date, signature or keys
 * is made once more like that, and shows the way anew.
 *
 * Nobody adds steps to `client` after its first call.
 *
 * @param now wall clock, epoch ms
 */
export function useFastPath(client: DynamoDBClient, now: () => number): void {
  const { config, middlewareStack } = client;
  const whole = client.send.bind(client) as (command: Command, ...more: unknown[]) => Promise<object>;
  let fast: ((operation: Operation, input: object) => Promise<object>) | undefined;

  middlewareStack.add(
    (next) => (args) => {
      fast ??= makeFast((args as { request?: unknown }).request as Request);
      return next(args);
    },
    { step: "finalizeRequest", priority: "low", name: "learn" }, // it is signed by then
  );

  const send = async (command: Command, ...more: unknown[]): Promise<object> => {
    const operation = operationOf(command);
    if (!fast || more.length > 0 || !ITEM_CALLS.has(operation.name) || hasBytes(command.input))
      return whole(command, ...more);
    try {
      return await fast(operation, command.input);
    } catch (error) {
      if (!(error instanceof Error && REFUSED.test(error.name))) throw error;
      fast = undefined;
      return whole(command);
    }
  };
  Object.assign(client, { send });

  /** @param like a request that the SDK has made; undefined if it is not signed as ours would be */
  function makeFast(like: Request): typeof fast {
    const { headers: found, body: _, ...to } = like;
    const { authorization = "", "content-type": type = "", host = "", "user-agent": agent = "" } = found;
    const [, region, service] = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(authorization) ?? [];
    if (region === undefined || service === undefined) return undefined;
    const sign = makeAwsSigner({ region, service });
    const handlers = new Map<string, Handler>();

    async function post(name: string, body: string): Promise<Answer> {
      const unsigned = { "content-type": type, host, "x-amz-target": `DynamoDB_20120810.${name}` };
      const signed = sign(unsigned, body, await config.credentials(), now() + config.systemClockOffset);
      const request = { ...to, headers: { ...signed, "user-agent": agent }, body } as Request;
      return config.requestHandler.handle(request) as Promise<Answer>;
    }

    return async (operation, input) => {
      const { name } = operation;
      const handler = handlers.get(name) ?? makeHandler(operation, (body) => post(name, body));
      handlers.set(name, handler);
      return (await handler({ input })).output;
    };
  }

  /** Written once for all tries; each try is signed, sent and read by itself. */
  function makeHandler(operation: Operation, post: (body: string) => Promise<Answer>): Handler {
    const stack = middlewareStack.clone();
    for (const name of [...LEFT_OUT, "learn"]) stack.remove(name);
    stack.add((next) => (args) => next({ ...args, request: { body: JSON.stringify(args.input) } }), {
      step: "serialize",
    });
    stack.add(
      (next) => async (args) => {
        const { response } = (await next(args)) as Answer;
        return { response, output: (await read(operation, response)) as never };
      },
      { step: "deserialize" },
    );
    const context = { clientName: "DynamoDBClient", commandName: `${operation.name}Command`, logger: config.logger };
    const send = ({ request }: { request?: unknown }) => post((request as { body: string }).body);
    return stack.resolve(send as never, context as never);
  }

  async function read(operation: Operation, response: Response): Promise<object> {
    const { body } = response;
    const bytes = body instanceof Uint8Array ? body : await config.streamCollector(body);
    if (response.statusCode < 300) {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
      if (!/"BS?":/.test(text)) return { ...JSON.parse(text), $metadata: { httpStatusCode: response.statusCode } };
    }
    return (config.protocol as unknown as Protocol).deserializeResponse(operation, config, {
      ...response,
      body: bytes,
    });
  }
}

function operationOf({ schema }: Command): Operation {
  const [, namespace, name, traits, input, output] = schema as unknown as readonly unknown[];
  return { namespace, name: String(name), traits, input, output };
}

function hasBytes(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (value instanceof Uint8Array) return true;
  for (const key in value) if (hasBytes(value[key as keyof typeof value])) return true;
  return false;
}
