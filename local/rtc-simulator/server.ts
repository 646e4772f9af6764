import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { makeControl } from "./control.ts";
import { type FaultRuleInput, readFaultRules } from "./fault-rules.ts";
import { makeFaultBook } from "./faults.ts";
import type { Received } from "./inbox.ts";
import { readBody } from "./read-body.ts";
import { makeUpstream, type Reaction, type Stats, type UpstreamSettings } from "./upstream.ts";

export type SimulatorSettings = Readonly<{
  /** 0 takes any free port */
  port?: number;
  host?: string;
  /** epoch ms, never stepping back; fractions are welcome */
  now?: () => number;
  /** decides message ids, request ids and what fault rules draw */
  seed?: number;
  /** standing rules, in force from the start and again after a reset */
  faults?: readonly FaultRuleInput[];
}> &
  (OneAccount | Readonly<{ accounts: UpstreamSettings["accounts"] }>);

/** The only account: it takes every AppId, and one key pair. */
type OneAccount = Readonly<{
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  region?: string;
  quota: Readonly<{ messages: number; windowMs: number }>;
}>;

export type Simulator = Readonly<{
  url: string;
  stats(): Stats;
  receivedBy(userId: string): readonly Received[];
  setFaults(rules: readonly FaultRuleInput[]): void;
  reset(): void;
  /** Ends every connection at once, those of calls that hang too. */
  stop(): Promise<void>;
}>;

/** Far above any BatchSendMessage: 500 ids and 64 KB of content are 75 KB. */
const MAX_BODY_BYTES = 2 ** 20;
/** Longer than clients keep an idle connection, so that it is never the server that closes one under a request. */
const KEEP_ALIVE_MS = 120_000;

/** Wall clock that never steps back and counts fractions of a ms: the quota is measured with it. */
const steadyNow = (): number => performance.timeOrigin + performance.now();

/**
 * Serve a stand-in for the vendor's RTC API on loopback: BatchSendMessage at `/`, and `/_sim/` to look inside.
 *
 * @throws {BadFaultRules} if a standing rule cannot be understood; rejects with the system's error if the port is taken
 */
export async function startRtcSimulator(settings: SimulatorSettings): Promise<Simulator> {
  const { now = steadyNow, seed = 1, port = 0, host = "127.0.0.1" } = settings;
  const faults = makeFaultBook(seed, readFaultRules(settings.faults ?? []));
  const accounts = "accounts" in settings ? settings.accounts : ([toAccount(settings)] as const);
  const upstream = makeUpstream({ accounts, seed, faults });
  const control = makeControl(upstream, faults);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.url ?? "/";
    if (target.startsWith("/_sim/")) return control(request, response);
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body === "too large") {
      response.writeHead(413, { "content-type": "text/html" }).end("<h1>413 Request Entity Too Large</h1>");
      return;
    }
    const { method = "", headers } = request;
    await carryOut(upstream.take({ method, target, headers, body }, now()), response);
  }

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (response.destroyed) return; // the client went away half-way: nobody to tell
      console.error(error);
      response.writeHead(500).end();
    });
  });
  server.listen(port, host);
  await once(server, "listening");

  return {
    url: `http://${host}:${portOf(server.address())}`,
    stats: upstream.stats,
    receivedBy: (userId) => upstream.inbox().receivedBy(userId),
    setFaults: (rules) => faults.replace(readFaultRules(rules)),
    reset() {
      upstream.reset();
      faults.restore();
    },
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function toAccount({ accessKeyId, secretAccessKey, sessionToken, region = "cn-north-1", quota }: OneAccount) {
  const keys = [{ accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }];
  return { name: "account", keys: () => keys, region, quota };
}

async function carryOut(reaction: Reaction, response: ServerResponse): Promise<void> {
  if (reaction.delayMs > 0) {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    await sleep(reaction.delayMs, undefined, { signal: gone.signal });
  }
  if (reaction.kind === "hang") return;
  if (reaction.kind === "reset") {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(reaction.status, {
    "content-type": reaction.contentType,
    "content-length": Buffer.byteLength(reaction.text),
  });
  response.end(reaction.text);
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new TypeError(`not a TCP address: ${address}`);
  return address.port;
}
