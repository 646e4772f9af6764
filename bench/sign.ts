import { hash } from "node:crypto";
import { Signer } from "@volcengine/openapi";
import { writeRequest } from "../lib/volcengine/envelope.ts";
import { canonicalQuery, makeSigner } from "../lib/volcengine/signature.ts";

/**
 * What signing one 500-receiver request costs, against a bare SHA-256 of its body (nobody can sign for less) and against
 * the vendor's SDK. The three take turns in short rounds, and the median round counts.
 */
const ROUNDS = 101;

/** So many calls take about a millisecond each: a busy machine interrupts all three equally often. */
const CALLS_A_ROUND = { hash: 250, ours: 100, sdk: 4 };

const SCOPE = { region: "cn-north-1", service: "rtc" };
const HOST = "rtc.volcengineapi.com";
const CREDENTIALS = { accessKeyId: "AKLTinvented", secretAccessKey: "aW52ZW50ZWQtc2VjcmV0LW5vdC1yZWFs" };
const QUERY = { Action: "BatchSendMessage", Version: "2020-12-01" };

/** 10-digit ids, as they are usual. */
const receivers = Array.from({ length: 500 }, (_, i) => String(1_000_000_007 + i * 17_000_003));
const text = writeRequest(
  { AppId: 666675, Sender: "10001", MsgType: 10001, Content: '{"text":"hello, all"}' },
  receivers,
);
const body = Buffer.from(text);
const sign = makeSigner(SCOPE);
const query = canonicalQuery(Object.entries(QUERY));

/** One ms apart from call to call, as in life: no answer can be had from a cache but the key of the day. */
let nowMs = Date.UTC(2024, 4, 15, 8, 3, 13);

const contestants = {
  hash: () => hash("sha256", body),
  ours: () => {
    const headers = { "content-type": "application/json", host: HOST };
    return sign({ method: "POST", path: "/", query, headers }, body, CREDENTIALS, nowMs++);
  },
  sdk: () => {
    const { accessKeyId, secretAccessKey: secretKey } = CREDENTIALS;
    const headers = { host: HOST };
    const request = { method: "POST", region: SCOPE.region, pathname: "/", params: QUERY, headers, body: text };
    new Signer(request, SCOPE.service).addAuthorization(
      { accessKeyId, secretKey, sessionToken: "" },
      new Date(nowMs++),
    );
    return request.headers;
  },
};

/** @returns microseconds a call */
function time(name: keyof typeof contestants): number {
  const work = contestants[name];
  const calls = CALLS_A_ROUND[name];
  const startMs = performance.now();
  for (let i = 0; i < calls; i++) work();
  return ((performance.now() - startMs) * 1000) / calls;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

const takeTurns = () => ({ hash: time("hash"), ours: time("ours"), sdk: time("sdk") });
for (let i = 0; i < 30; i++) takeTurns(); // let the compiler settle
const rounds = Array.from({ length: ROUNDS }, takeTurns);

const us = (name: keyof typeof contestants) => median(rounds.map((round) => round[name])).toFixed(1);
const ratioHash = Number(median(rounds.map(({ ours, hash }) => ours / hash)).toFixed(2));
const ratioSdk = Number(median(rounds.map(({ ours, sdk }) => sdk / ours)).toFixed(1));

if (!process.argv.includes("--json")) {
  console.log(`sign one request of 500 receivers, ${body.length} bytes (median of ${ROUNDS} rounds)`);
  console.log(`  SHA-256 of the body   ${us("hash").padStart(7)} µs`);
  console.log(`  ours                  ${us("ours").padStart(7)} µs   ${ratioHash} × SHA-256 (goal: at most 3)`);
  console.log(`  @volcengine/openapi   ${us("sdk").padStart(7)} µs   ${ratioSdk} × ours (goal: at least 8)`);
}
console.log(JSON.stringify({ bench: "sign", ratioHash, ratioSdk }));
