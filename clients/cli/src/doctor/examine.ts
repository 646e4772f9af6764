import { type Quota, VolleyError } from "../../../sdk/src/client.ts";
import { WrongUse } from "../command-line/wrong-use.ts";
import { awsKeys } from "../connection/aws-fetch.ts";
import { connectProfile } from "../connection/connect-profile.ts";
import { openMode, type Profile, profilesPath } from "../connection/profiles.ts";
import { explain } from "../explain.ts";
import type { Session } from "../session.ts";
import { type Say, sayDuration } from "../texts/say.ts";
import { clockOffMs } from "./clock.ts";

export type Check = "node" | "settings" | "file" | "reach" | "clock" | "keys" | "quota";
/** `mend`: what to do about it. */
export type Finding = Readonly<{ name: Check; isGood: boolean; finding: string; mend?: string }>;

/** The oldest that runs the source. */
const NODE: readonly [number, number] = [22, 18];
/** AWS takes no signature that is further off; half of it is worth a word. @see AWS General Reference, SigV4: 5 minutes */
const CLOCK_MS = 150_000;
const TRIES = 1;

/** Look at one thing after the other, as long as looking on makes sense. */
export async function* examine(session: Session): AsyncGenerator<Finding, void> {
  const { say, io, language } = session;
  yield node(process.versions.node, session);

  let profile: Profile;
  try {
    profile = await session.profile();
  } catch (error) {
    if (!(error instanceof WrongUse)) throw error;
    yield { name: "settings", isGood: false, finding: error.message, mend: say("doctor.login") };
    return;
  }
  const way = profile.aws
    ? say("doctor.by-aws", { region: profile.aws.region })
    : say(profile.key ? "doctor.by-key" : "doctor.by-nothing");
  yield { name: "settings", isGood: true, finding: `${profile.url}, ${way}` };
  const path = profilesPath(io.env);
  const mode = await openMode(path);
  if (mode === undefined) yield { name: "file", isGood: true, finding: path };
  else
    yield {
      name: "file",
      isGood: false,
      finding: say("doctor.open", { path, mode: mode.toString(8) }),
      mend: `chmod 600 ${path}`,
    };

  let offMs: number | undefined;
  let askedMs = io.nowMs();
  const onAnswer = ({ headers }: Response): void => {
    offMs = clockOffMs(headers.get("date"), askedMs, io.nowMs());
  };
  const { health } = connectProfile({ url: profile.url }, { language, nowMs: io.nowMs, onAnswer, tries: TRIES });
  try {
    askedMs = io.nowMs();
    await health({ signal: io.signal });
    yield { name: "reach", isGood: true, finding: say("doctor.reached", { time: String(io.nowMs() - askedMs) }) };
  } catch (error) {
    if (io.signal.aborted) throw error;
    const isAnswer = error instanceof VolleyError || error instanceof SyntaxError;
    const finding = isAnswer
      ? say("doctor.not-volley", { detail: String(error) })
      : explain(error, io.signal, say).text;
    yield { name: "reach", isGood: false, finding, mend: say(isAnswer ? "doctor.mend-url" : "doctor.mend-reach") };
    return;
  }
  if (offMs !== undefined) {
    const isGood = Math.abs(offMs) <= CLOCK_MS;
    const off = sayDuration(say, Math.abs(offMs) / 1_000);
    yield isGood
      ? { name: "clock", isGood, finding: say("doctor.clock-good", { off }) }
      : { name: "clock", isGood, finding: say("doctor.clock-off", { off }), mend: say("doctor.mend-clock") };
  }
  yield* keysAndQuota(profile, session);
}

async function* keysAndQuota(profile: Profile, { say, io, language }: Session): AsyncGenerator<Finding, void> {
  if (profile.aws) {
    const failure = await awsKeys(profile.aws)().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (failure !== undefined) {
      yield { name: "keys", isGood: false, finding: failure, mend: say("doctor.mend-aws") };
      return;
    }
  }
  const { jobs, quota } = connectProfile(profile, { language, nowMs: io.nowMs, tries: TRIES });
  try {
    await jobs.list({ Limit: 1, signal: io.signal }).next();
    yield { name: "keys", isGood: true, finding: say("doctor.keys-good") };
  } catch (error) {
    if (io.signal.aborted) throw error;
    const status = error instanceof VolleyError ? error.status : 0;
    const mend = profile.aws ? "doctor.mend-role" : status === 403 ? "doctor.mend-scope" : "doctor.mend-key";
    yield { name: "keys", isGood: false, finding: explain(error, io.signal, say).text, mend: say(mend) };
    return;
  }
  try {
    yield sending(await quota({ signal: io.signal }), say);
  } catch (error) {
    if (!(error instanceof VolleyError && error.status === 422)) throw error;
    yield { name: "quota", isGood: true, finding: say("doctor.quotas") }; // which one would have to be named
  }
}

/** Whether the account sends. */
function sending(quota: Quota, say: Say): Finding {
  const { Used, Quota: messages, HeldUntil, PausedAt } = quota;
  const bad = (finding: string): Finding => ({ name: "quota", isGood: false, finding, mend: say("doctor.mend-held") });
  if (PausedAt !== undefined) return bad(say("doctor.paused", { at: PausedAt }));
  if (HeldUntil !== undefined) return bad(say("doctor.held", { until: HeldUntil }));
  const percent = Math.round((100 * Used) / messages);
  return { name: "quota", isGood: true, finding: say("quota.of", { used: Used, messages, percent }) };
}

function node(version: string, { say }: Session): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isGood = major > NODE[0] || (major === NODE[0] && minor >= NODE[1]);
  const mend = isGood ? {} : { mend: say("doctor.mend-node", { version: NODE.join(".") }) };
  return { name: "node", isGood, finding: version, ...mend };
}
