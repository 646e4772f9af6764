import { lookup } from "node:dns/promises";
import { Webhook } from "standardwebhooks";
import type { Dispatcher } from "undici";
import Pool from "undici/lib/dispatcher/pool.js";
import { callbackFaults, plainHost } from "../domain/callback-url.ts";
import type { CallbackAnswer, CallbackMessage, CallbackSender } from "../ports/callback-sender.ts";
import { AddressRefused, checkedLookup, type Resolve, refusesLiteral } from "./checked-lookup.ts";
import { isLoopbackAddress, isPublicAddress } from "./public-address.ts";
import { CallTimeout, nameFailure } from "./undici-failure.ts";

export type UndiciCallbackOptions = Readonly<{
  /** On the local stack alone: this machine may be called. */
  loopbackAllowed: boolean;
  /** One POST from looking up its host to the status of the answer. @default 10_000 */
  timeoutMs?: number;
  /** How long the body of an answer is waited for: only its status counts. @default 1_000 */
  drainMs?: number;
  /** @default the system's resolver */
  resolve?: Resolve;
}>;

/** More of an answer's body than this is not read. */
const MAX_ANSWER_BYTES = 65_536;

const broken = (code: string): CallbackAnswer => ({ kind: "broken", code });

/**
 * Callbacks over sockets of their own: one connection a call, none kept. The URL is checked once more at every call (the
 * client's hosts may have changed), and the address on the way to it, see {@link checkedLookup}.
 */
export function undiciCallbackSender(options: UndiciCallbackOptions): CallbackSender {
  const { loopbackAllowed, timeoutMs = 10_000, drainMs = 1_000, resolve = systemResolve } = options;
  const mayConnect = (address: string): boolean =>
    isPublicAddress(address) || (loopbackAllowed && isLoopbackAddress(address));
  const connect = { lookup: checkedLookup(resolve, mayConnect), timeout: timeoutMs, rejectUnauthorized: true };

  return {
    async post(text, message) {
      if (callbackFaults(text, message.hosts, { loopbackAllowed }).length > 0) return broken("HostNotAllowed");
      const url = new URL(text);
      url.hostname = plainHost(url.hostname);
      if (refusesLiteral(url.hostname, mayConnect)) return broken("AddressRefused");
      const signature = sign(message);
      if (signature === undefined) return broken("SecretUnusable");
      const request: Dispatcher.DispatchOptions = {
        method: "POST",
        path: `${url.pathname}${url.search}`,
        headers: headersOf(message, signature),
        body: message.body,
      };
      const pool = new Pool(url.origin, { connections: 1, connect, allowH2: false, headersTimeout: 0, bodyTimeout: 0 });
      try {
        return await exchange(pool, request, { timeoutMs, drainMs });
      } finally {
        void pool.destroy().catch(() => {}); // it has nothing to say that the answer did not
      }
    },
  };
}

const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true });

/** @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#webhook-headers-sending-metadata-to-consumers */
const headersOf = ({ id, atMs }: CallbackMessage, signature: string) => ({
  "content-type": "application/json",
  "user-agent": "Volley",
  "webhook-id": id,
  "webhook-timestamp": String(Math.floor(atMs / 1_000)),
  "webhook-signature": signature,
});

/** A signature for each secret. Undefined without a secret, or with one that is not base64. */
function sign({ id, atMs, body, secrets }: CallbackMessage): string | undefined {
  try {
    const signatures = secrets.map((secret) => new Webhook(secret).sign(id, new Date(atMs), body));
    return signatures.length === 0 ? undefined : signatures.join(" ");
  } catch {
    return undefined; // the library has no error of its own for it, and its words may quote the secret
  }
}

type Limits = Readonly<{ timeoutMs: number; drainMs: number }>;

/** Once there is a status that is the answer, however its body goes on: the rest is read for politeness, within limits. */
function exchange(pool: Pool, request: Dispatcher.DispatchOptions, { timeoutMs, drainMs }: Limits) {
  return new Promise<CallbackAnswer>((resolve) => {
    let written = false;
    let status = 0;
    let bytes = 0;
    let timer = setTimeout(() => end(new CallTimeout(`no answer in ${timeoutMs} ms`)), timeoutMs);
    const end = (cause?: unknown): void => {
      clearTimeout(timer);
      resolve(status === 0 ? broken(nameOf(cause, written)) : { kind: "answered", status });
    };
    pool.dispatch(request, {
      onRequestStart() {
        written = true;
      },
      onResponseStart(_, statusCode) {
        if (statusCode < 200) return; // "100 Continue" and the like come before the answer
        status = statusCode;
        clearTimeout(timer);
        timer = setTimeout(end, drainMs);
      },
      onResponseData(_, chunk) {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) end();
      },
      onResponseEnd: () => end(),
      onResponseError: (_, cause) => end(cause),
    });
  });
}

function nameOf(cause: unknown, written: boolean): string {
  return cause instanceof AddressRefused ? "AddressRefused" : nameFailure(cause, written).code;
}
