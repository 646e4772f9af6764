import { readReply } from "../lib/volcengine/envelope.ts";
import { type Credentials, canonicalQuery, makeSigner } from "../lib/volcengine/signature.ts";

type Told = Readonly<{ code: string; requestId?: string }>;
/** `code` is the vendor's own, or what went wrong. `because`: why nothing can be told of the keys. */
export type Verdict = Told &
  (Readonly<{ kind: "taken" | "refused" }> | Readonly<{ kind: "untold"; because: "unreached" | "clock" | "answer" }>);

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
  return second.kind === "refused" ? { kind: "taken", ...told } : { kind: "untold", because: "answer", ...told };
}

type Said = Verdict | (Told & Readonly<{ kind: "complains" }>);

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
    const reading = readReply({ status: reply.status, body: await reply.text() }, []);
    if (reading.kind === "answered") return { kind: "untold", because: "answer", code: "Answered" };
    const { code, requestId } = reading;
    const told = { code, ...(requestId !== undefined && { requestId }) };
    if (reading.kind === "clock") return { kind: "untold", because: "clock", ...told };
    if (reading.kind === "refused" && reading.why === "request") return { kind: "complains", ...told };
    if (reading.kind === "refused" && reading.why === "credentials") return { kind: "refused", ...told };
    return { kind: "untold", because: "answer", ...told };
  } catch (error) {
    return { kind: "untold", because: "unreached", code: codeOf(error) };
  }
}

/** What a failed fetch names: never its headers. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return cause instanceof Error ? cause.name : "CallFailed";
}
