import { type SimulatedAccount, signerOf } from "./accounts.ts";
import { failure, type Metadata, requestId, success } from "./answer.ts";
import { type Call, checkRequest } from "./check-request.ts";
import type { FaultBook, Instead, Plan } from "./faults.ts";
import { type Inbox, makeInbox } from "./inbox.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { readTarget, refuseCaller } from "./refuse-caller.ts";
import { rollingCount } from "./rolling-count.ts";
import type { SignedRequest } from "./verify-signature.ts";

/** What becomes of a call, for the edge to carry out: after `delayMs` an answer, silence, or a reset connection. */
export type Reaction = Readonly<{ delayMs: number }> &
  (
    | Readonly<{ kind: "answer"; status: number; contentType: string; text: string }>
    | Readonly<{ kind: "hang" }>
    | Readonly<{ kind: "reset" }>
  );

export type Stats = Readonly<{
  /** requests that arrived whole, whatever became of them */
  calls: number;
  /** receivers of accepted calls: what counts against the quota, delivered or not */
  messages: number;
  /** messages that reached an inbox; `receivers` of them distinct users, `doubles` who got the same thing twice */
  delivered: number;
  receivers: number;
  doubles: number;
  /** the most messages accepted in any window, and the most asked for, refused ones included */
  peak: number;
  peakOffered: number;
  quota: number;
  windowMs: number;
  /** answers with an Error, by its Code */
  errorsByCode: Readonly<Record<string, number>>;
  /** where there are several: what each of them has spent */
  accounts?: Readonly<Record<string, Readonly<{ messages: number; peak: number; quota: number }>>>;
}>;

export type Upstream = Readonly<{
  /** Take one request that arrived whole at `nowMs` (epoch ms, never stepping back). */
  take(request: SignedRequest, nowMs: number): Reaction;
  stats(): Stats;
  inbox(): Inbox;
  /** Forget what was received and counted. Message and request ids go on: none is given twice. */
  reset(): void;
}>;

export type UpstreamSettings = Readonly<{
  /** One at the least. What no account signed is judged as if the first had to. */
  accounts: readonly [SimulatedAccount, ...SimulatedAccount[]];
  seed: number;
  faults: FaultBook;
}>;

const SERVICE = "rtc";
const NO_KEYS = { accessKeyId: "", secretAccessKey: "" };

/** BatchSendMessage as far as its pages tell, without the network: the state is in memory, the clock is the caller's. */
export function makeUpstream({ accounts, seed, faults }: UpstreamSettings): Upstream {
  const [{ region, quota }, ...others] = accounts;
  let memory = fresh(0);
  let callNumber = 0;

  function fresh(firstMessage: number) {
    return {
      inbox: makeInbox(seed, firstMessage),
      accepted: rollingCount(quota.windowMs),
      offered: rollingCount(quota.windowMs),
      spent: new Map(accounts.map(({ name, quota }) => [name, { messages: 0, window: rollingCount(quota.windowMs) }])),
      calls: 0,
      messages: 0,
      errorsByCode: new Map<string, number>(),
    };
  }

  function take(request: SignedRequest, nowMs: number): Reaction {
    memory.calls++;
    const metadata = describe(request, nowMs);
    const { account = accounts[0], keys = NO_KEYS } = signerOf(accounts, request) ?? {};
    const refusal = refuseCaller(request, { ...keys, region: account.region, service: SERVICE }, nowMs);
    if (refusal !== undefined) return decline(metadata, refusal);
    const checked = checkRequest(request.body.toString("utf8"));
    if (checked.kind === "refused") return decline(metadata, checked.refusal);
    const { AppId } = checked.call.said;
    if (account.appIds?.includes(AppId) === false) return decline(metadata, refuse("AppNotFound", `no app ${AppId}`));
    return send(checked.call, account, metadata, nowMs);
  }

  /** The quota comes first: a call beyond it strikes no fault rule. A call that is not delivered is not counted. */
  function send(call: Call, { name, quota }: SimulatedAccount, metadata: Metadata, nowMs: number): Reaction {
    const count = call.receivers.length;
    const spent = memory.spent.get(name) ?? { messages: 0, window: rollingCount(quota.windowMs) };
    const fits = spent.window.at(nowMs) + count <= quota.messages;
    const plan = fits ? faults.plan(call) : undefined;
    if (plan?.instead && isResetBefore(plan.instead)) return { kind: "reset", delayMs: plan.delayMs };
    memory.offered.add(nowMs, count);
    if (plan === undefined) {
      return decline(metadata, refuse("FlowLimitExceeded", `over ${quota.messages} messages in ${quota.windowMs} ms`));
    }
    if (plan.instead && !isDelivered(plan.instead)) return replace(plan.instead, plan.delayMs, metadata);
    spent.window.add(nowMs, count);
    spent.messages += count;
    memory.accepted.add(nowMs, count);
    memory.messages += count;
    const text = deliver(call, plan, metadata, nowMs);
    if (plan.instead) return replace(plan.instead, plan.delayMs, metadata);
    return { kind: "answer", status: 200, contentType: "application/json", text, delayMs: plan.delayMs };
  }

  function deliver(call: Call, plan: Plan, metadata: Metadata, atMs: number): string {
    const failed = call.receivers.filter((id) => plan.fail.has(id));
    const reached = call.receivers.filter((id) => !plan.fail.has(id) && plan.omit.get(id) !== false);
    const messageIds = memory.inbox.deliver(
      { said: call.said, receivers: reached },
      { requestId: metadata.RequestId, atMs: Math.floor(atMs) },
    );
    const sent = reached.map((userId, i) => ({ userId, messageId: messageIds[i] ?? "" }));
    const told = sent.filter(({ userId }) => !plan.omit.has(userId));
    return success(metadata, told, failed);
  }

  function replace(instead: Instead, delayMs: number, metadata: Metadata): Reaction {
    if ("error" in instead) {
      const { status, code, codeN, message = "as the fault rule says" } = instead.error;
      return { ...decline(metadata, { status, code, message, ...(codeN !== undefined && { codeN }) }), delayMs };
    }
    if ("html" in instead) {
      const text = `<html><body><h1>${instead.html}</h1></body></html>`;
      return { kind: "answer", status: instead.html, contentType: "text/html", text, delayMs };
    }
    return { kind: "hang" in instead ? "hang" : "reset", delayMs };
  }

  function decline(metadata: Metadata, refusal: Refusal): Reaction {
    memory.errorsByCode.set(refusal.code, (memory.errorsByCode.get(refusal.code) ?? 0) + 1);
    const text = failure(metadata, refusal);
    return { kind: "answer", status: refusal.status, contentType: "application/json", text, delayMs: 0 };
  }

  function describe(request: SignedRequest, nowMs: number): Metadata {
    const { action, version } = readTarget(request.target);
    return {
      RequestId: requestId(nowMs, callNumber++, seed),
      Action: action,
      Version: version,
      Service: SERVICE,
      Region: region,
    };
  }

  return {
    take,
    inbox: () => memory.inbox,
    reset() {
      memory = fresh(memory.inbox.next());
    },
    stats: () => ({
      calls: memory.calls,
      messages: memory.messages,
      ...memory.inbox.counts(),
      peak: memory.accepted.peak(),
      peakOffered: memory.offered.peak(),
      quota: quota.messages,
      windowMs: quota.windowMs,
      errorsByCode: Object.fromEntries(memory.errorsByCode),
      ...(others.length > 0 && {
        accounts: Object.fromEntries(
          accounts.map(({ name, quota }) => {
            const { messages = 0, window } = memory.spent.get(name) ?? {};
            return [name, { messages, peak: window?.peak() ?? 0, quota: quota.messages }];
          }),
        ),
      }),
    }),
  };
}

const isResetBefore = (instead: Instead): boolean => "reset" in instead && instead.reset === "before";

function isDelivered(instead: Instead): boolean {
  if ("reset" in instead) return instead.reset === "after";
  return "error" in instead ? instead.error.delivered : instead.delivered;
}
