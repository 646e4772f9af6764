import type { Send } from "../../clients/sdk/src/client.ts";
import type { Chance } from "./chance.ts";

/** One job that a client asks for while things fail, and how it controls it. */
export type Request = Readonly<{
  key: string;
  receivers: readonly string[];
  delivery: "at-most-once" | "at-least-once";
  /** Since the faults began. */
  afterMs: number;
  /** As of now: its times are counted from here. */
  body(): Send;
  /** One after the other, once the job is accepted. */
  control: readonly Readonly<{ action: "pause" | "resume" | "cancel"; afterMs: number }>[];
}>;

const SMALL_JOBS = 90;
const SMALL_JOBS_WITHIN_MS = 34_000;

/** A few long lists, and many short ones all the time. No receiver is in two of them. */
export function makeRequests(chance: Chance): Request[] {
  let next = 9_000_000_000_000_000_000n; // as doubles they would all be one
  let made = 0;

  function request(
    count: number,
    parts: Partial<Omit<Request, "body">> = {},
    options: () => Send["Options"] = () => ({}),
  ): Request {
    const key = `chaos ${made++}`;
    const receivers = Array.from({ length: count }, () => String(next++));
    const { delivery = chance.oneOf<Request["delivery"]>(["at-most-once", "at-least-once"]) } = parts;
    const body = (): Send => ({
      ...{ AppId: 666675, Sender: 10001, MsgType: 10001, Content: key, Receiver: receivers },
      Options: { Delivery: delivery, ...options() },
    });
    return { key, receivers, afterMs: 0, control: [], body, ...parts, delivery };
  }

  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();
  const waits = chance.between(2_000, 6_000);
  return [
    request(5_000, { delivery: "at-most-once" }),
    request(5_000, { delivery: "at-least-once", afterMs: 1_000 }),
    request(3_000, {
      afterMs: 2_000,
      control: [
        { action: "pause", afterMs: waits },
        { action: "resume", afterMs: 8_000 },
        { action: "pause", afterMs: 1 }, // what the resume set going is under way
        { action: "resume", afterMs: 2_000 },
      ],
    }),
    request(3_000, { afterMs: 3_000, control: [{ action: "cancel", afterMs: 2 * waits }] }),
    request(1_200, { afterMs: 4_000, control: [{ action: "pause", afterMs: waits }] }),
    request(600, { afterMs: 5_000 }, () => ({ NotBefore: inSeconds(20) })),
    request(600, { afterMs: 6_000 }, () => ({ ExpiresAt: inSeconds(30) })),
    ...Array.from({ length: SMALL_JOBS }, () =>
      request(chance.oneOf([1, chance.between(2, 40), chance.between(40, 120)]), {
        afterMs: chance.between(0, SMALL_JOBS_WITHIN_MS),
      }),
    ),
  ];
}
