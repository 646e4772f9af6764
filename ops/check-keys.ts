import { readReply } from "../lib/volcengine/envelope.ts";
import { type Credentials, canonicalQuery, makeSigner } from "../lib/volcengine/signature.ts";

/** `untold`: the vendor was not reached, or its answer says nothing of the keys. `code` is its own, or what went wrong. */
export type Verdict = Readonly<{ kind: "taken" | "refused" | "untold"; code: string; requestId?: string }>;

export type Vendor = Readonly<{ endpoint: string; region: string }>;

const QUERY = canonicalQuery([
  ["Action", "BatchSendMessage"],
  ["Version", "2020-12-01"],
]);
/** Names no app, no sender and no receiver: whoever carries it out has nobody to send to. */
const BODY = "{}";
const TIMEOUT_MS = 10_000;

/**
 * Whether the vendor takes these keys, by a call that sends nothing. A complaint about what is missing in it means that the
 * signature was taken, unless what is missing is looked at first: so the same call is made with a wrong secret key too, and
 * has to be refused for that.
 *
 * @param nowMs wall clock, epoch ms
 */
export async function checkKeys(vendor: Vendor, keys: Credentials, nowMs: () => number): Promise<Verdict> {
  const first = await ask(vendor, keys, nowMs());
  if (first.kind !== "complains") return first;
  const { code, requestId } = first;
  const told = { code, ...(requestId !== undefined && { requestId }) };
  const second = await ask(vendor, { ...keys, secretAccessKey: "not the secret key" }, nowMs());
  return { kind: second.kind === "refused" ? "taken" : "untold", ...told };
}

type Said = Verdict | Readonly<{ kind: "complains"; code: string; requestId?: string }>;

async function ask({ endpoint, region }: Vendor, keys: Credentials, nowMs: number): Promise<Said> {
  const { origin, host } = new URL(endpoint);
  const request = { method: "POST", path: "/", query: QUERY, headers: { "content-type": "application/json", host } };
  const { host: _, ...headers } = makeSigner({ region, service: "rtc" })(request, BODY, keys, nowMs);
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const reply = await fetch(`${origin}/?${QUERY}`, {
      method: "POST",
      headers,
      body: BODY,
      redirect: "manual",
      signal,
    });
    const reading = readReply({ status: reply.status, body: await reply.text() }, "");
    if (reading.kind === "answered") return { kind: "untold", code: "Answered" };
    const { code, requestId } = reading;
    const told = { code, ...(requestId !== undefined && { requestId }) };
    if (reading.kind !== "refused") return { kind: "untold", ...told };
    if (reading.why === "request") return { kind: "complains", ...told };
    return { kind: reading.why === "credentials" ? "refused" : "untold", ...told };
  } catch (error) {
    return { kind: "untold", code: codeOf(error) };
  }
}

/** What a failed fetch names: never its headers. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return cause instanceof Error ? cause.name : "CallFailed";
}
