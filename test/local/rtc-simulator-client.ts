import { createHash, createHmac } from "node:crypto";
import { startRtcSimulator } from "../../local/rtc-simulator/server.ts";

/** Invented keys: the vectors of the signature tests were made with them. */
export const KEYS = {
  accessKeyId: "AKLTtestAccessKeyIdExample0000000000000000001",
  secretAccessKey: "dGVzdC1zZWNyZXQta2V5LWV4YW1wbGUtbm90LXJlYWw9PQ==",
};
export const QUERY = "Action=BatchSendMessage&Version=2020-12-01";

export function startForTest(settings: Partial<Parameters<typeof startRtcSimulator>[0]> = {}) {
  return startRtcSimulator({ ...KEYS, quota: { messages: 12_000, windowMs: 60_000 }, ...settings });
}

export function bodyFor(receivers: readonly (string | number)[], content = "hi"): string {
  return `{"AppId":666675,"Sender":10001,"Receiver":[${receivers}],"MsgType":10001,"Content":"${content}"}`;
}

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/**
 * Headers of a signed POST to `/?{@link QUERY}`, as plainly as the vendor's page spells it out. All that are given are
 * signed, x-date and x-content-sha256 always.
 */
export function sign(body: string, dateMs: number, headers: Readonly<Record<string, string>> = {}, keys = KEYS) {
  const date = new Date(dateMs).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const all: Record<string, string> = { ...headers, "x-date": date, "x-content-sha256": sha256(body) };
  const names = Object.keys(all).sort();
  const lines = names.map((name) => `${name}:${all[name]}`);
  const canonical = ["POST", "/", QUERY, ...lines, "", names.join(";"), sha256(body)].join("\n");
  const day = date.slice(0, 8);
  const scope = `${day}/cn-north-1/rtc/request`;
  const key = hmac(hmac(hmac(hmac(keys.secretAccessKey, day), "cn-north-1"), "rtc"), "request");
  const signature = hmac(key, ["HMAC-SHA256", date, scope, sha256(canonical)].join("\n")).toString("hex");
  const authorization = `HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { ...all, authorization };
}

/** One signed call; the text of the answer is kept, for ids that JSON.parse would round. */
export async function post(url: string, body: string, dateMs = Date.now()) {
  const signed = sign(body, dateMs, { "content-type": "application/json" });
  const response = await fetch(`${url}/?${QUERY}`, { method: "POST", body, headers: signed });
  return { status: response.status, text: await response.text() };
}

export async function codeOf(answer: Promise<{ status: number; text: string }>) {
  const { status, text } = await answer;
  return { status, code: JSON.parse(text).ResponseMetadata.Error?.Code };
}
