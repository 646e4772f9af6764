import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Dispatcher } from "undici";
import buildConnector from "undici/lib/core/connect.js";
import Pool from "undici/lib/dispatcher/pool.js";

type Handler = DynamoDBClient["config"]["requestHandler"];
type Request = Parameters<Handler["handle"]>[0];
type Answer = Awaited<ReturnType<Handler["handle"]>>;

export type UndiciRequestHandlerOptions = Readonly<{
  /** ms to open a socket, TLS included; undici counts it by the half second */
  connectionTimeout: number;
  /** ms from the call to the head of its answer, and for each silence after that */
  requestTimeout: number;
}>;

/** As many as the SDK's own handler has. */
const SOCKETS = 50;
/** Sockets unused for longer are closed, unless the service closes them sooner. */
const KEEP_ALIVE_MS = 30_000;
/** Connections that broke: the SDK's retries know them by this name, as its own handler calls them. */
const BROKEN = /^(ECONNRESET|EPIPE|ETIMEDOUT|UND_ERR_SOCKET|UND_ERR_CONNECT_TIMEOUT)$/;

/**
 * Requests of a client of the AWS SDK by undici: less CPU than the SDK's own handler takes on `node:http` (`bench:deliver`).
 * Answers come with their whole body. It takes no signal to abort, which nothing of ours gives.
 *
 * Its errors: `TimeoutError` for a deadline and for connections that broke; others as undici throws them.
 */
export function undiciRequestHandler({ connectionTimeout, requestTimeout }: UndiciRequestHandlerOptions): Handler {
  const pools = new Map<string, Pool>();
  const poolOf = (origin: string): Pool => {
    const known = pools.get(origin);
    if (known) return known;
    const made = new Pool(origin, {
      connections: SOCKETS,
      connect: buildConnector({ timeout: connectionTimeout, allowH2: false }),
      keepAliveTimeout: KEEP_ALIVE_MS,
      allowH2: false,
      headersTimeout: 0, // the timer below covers both, to the millisecond
      bodyTimeout: 0,
    });
    pools.set(origin, made);
    return made;
  };

  function handle({ protocol, hostname, port, method, path, query, headers, body }: Request): Promise<Answer> {
    const pool = poolOf(`${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`);
    const { "content-length": _, ...sent } = headers; // undici counts by itself
    return new Promise((resolve, reject) => {
      let started: Dispatcher.DispatchController | undefined;
      let late: Error | undefined;
      let head: Readonly<{ statusCode: number; headers: object }> = { statusCode: -1, headers: {} };
      const chunks: Buffer[] = [];
      const timer = setTimeout(() => {
        late = named(new Error(`the service was silent for ${requestTimeout} ms`));
        started?.abort(late);
        reject(late);
      }, requestTimeout);
      pool.dispatch(
        { method: method as Dispatcher.HttpMethod, path, query, headers: sent, body },
        {
          onRequestStart(controller) {
            if (late) throw late; // it waited for a socket until it was given up: nothing of it is written any more
            started = controller;
          },
          onResponseStart(_controller, statusCode, found) {
            timer.refresh();
            head = { statusCode, headers: found };
          },
          onResponseData(_controller, chunk) {
            timer.refresh();
            chunks.push(chunk);
          },
          onResponseEnd() {
            clearTimeout(timer);
            const [only = Buffer.alloc(0)] = chunks;
            resolve({ response: { ...head, body: chunks.length > 1 ? Buffer.concat(chunks) : only } } as Answer);
          },
          onResponseError(_controller, error) {
            clearTimeout(timer);
            reject("code" in error && BROKEN.test(String(error.code)) ? named(error) : error);
          },
        },
      );
    });
  }

  return {
    handle,
    metadata: { handlerProtocol: "http/1.1" },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
    destroy() {
      for (const pool of pools.values()) void pool.destroy();
      pools.clear();
    },
  } as Handler;
}

const named = (error: Error): Error => Object.assign(error, { name: "TimeoutError" });
