import { BadRequest } from "../../lib/domain/errors.ts";
import type { makeAccept } from "../../lib/use-cases/accept-job.ts";
import type { makeSteer } from "../../lib/use-cases/control-job.ts";
import type { Agenda } from "./agenda.ts";
import type { Chance } from "./chance.ts";
import type { Life, Lives } from "./lives.ts";

/** A job somebody wants done, and what he makes of the answers. */
export type Wish = Readonly<{
  content: string;
  receivers: readonly string[];
  delivery: "at-most-once" | "at-least-once";
  options: Readonly<Record<string, string>>;
  key: string | undefined;
  /** Tries at asking; who has no key asks once. */
  patience: number;
  postAtMs: number;
  steering: readonly Readonly<{ action: "pause" | "resume" | "cancel"; afterMs: number }>[];
}>;

const MINUTE_MS = 60_000;
/** The HTTP API's own limit. */
const API_TIMEOUT_MS = 29_000;

export function makeWish(chance: Chance, n: number, nowMs: number): Wish {
  const count = chance.oneOf([
    () => chance.between(1, 12),
    () => chance.between(1, 12),
    () => chance.between(13, 80),
    () => (chance.happens(0.3) ? chance.between(501, 600) : 1),
  ])();
  const from = 1_000_000_000_000_000_000n * BigInt(chance.between(0, 8)) + BigInt(chance.between(1, 1_000_000));
  const delivery = chance.oneOf<Wish["delivery"]>(["at-most-once", "at-least-once"]);
  const postAtMs = nowMs + chance.between(0, MINUTE_MS);
  const ahead = (ms: number) => new Date(postAtMs + ms).toISOString();
  const notBeforeMs = chance.happens(0.15) ? chance.between(2, 10) * MINUTE_MS : 0;
  return {
    content: `saying ${n}`,
    receivers: Array.from({ length: count }, (_, i) => String(from + BigInt(i))),
    delivery,
    options: {
      Delivery: delivery,
      ...(chance.happens(0.5) && { Lane: chance.oneOf(["express", "bulk"]) }),
      ...(notBeforeMs > 0 && { NotBefore: ahead(notBeforeMs) }),
      ...(chance.happens(0.1) && { ExpiresAt: ahead(notBeforeMs + chance.between(1, 8) * MINUTE_MS) }),
    },
    key: chance.happens(0.8) ? `wish ${n}` : undefined,
    patience: chance.oneOf([1, 30]),
    postAtMs,
    steering: Array.from({ length: chance.happens(0.6) ? chance.between(1, 4) : 0 }, () => ({
      action: chance.oneOf(["pause", "resume", "pause", "resume", "cancel"]),
      afterMs: chance.between(0, chance.oneOf([5_000, MINUTE_MS, 8 * MINUTE_MS])),
    })),
  };
}

export type Clients = Readonly<{
  agenda: Agenda;
  chance: Chance;
  lives: Lives;
  /** The functions behind the API, as one call of them has them. */
  accept: (life: Life) => ReturnType<typeof makeAccept>["accept"];
  steer: (life: Life) => ReturnType<typeof makeSteer>;
}>;

export function makeClients({ agenda, chance, lives, accept, steer }: Clients) {
  return { post, act };

  /** Ask for a job, again and again where that makes sense. Resolves to its id once it was answered with 202. */
  async function post(wish: Wish): Promise<string | undefined> {
    await agenda.sleep(wish.postAtMs - agenda.now());
    const body = JSON.stringify({
      ...{ AppId: 7, Sender: "9007199254740993", MsgType: 10001, Content: wish.content },
      Receiver: wish.receivers,
      Options: wish.options,
    });
    for (let tries = 0; tries < (wish.key === undefined ? 1 : wish.patience); tries++) {
      let id: string | undefined;
      let refused = false;
      await call(async (life) => {
        try {
          const asking = { owner: "somebody", ...(wish.key !== undefined && { idempotencyKey: wish.key }) };
          id = (await accept(life)(body, asking)).job.id;
        } catch (error) {
          refused = error instanceof BadRequest && error.status === 422; // its times have passed meanwhile
          throw error;
        }
      });
      if (id !== undefined || refused) return id;
      await agenda.sleep(chance.between(1_000, 40_000));
    }
    return undefined;
  }

  /** One try at steering a job. What comes of it is the job's state alone. */
  async function act(id: string, action: "pause" | "resume" | "cancel"): Promise<void> {
    await call(async (life) => void (await steer(life)(id, action)));
  }

  function call(work: (life: Life) => Promise<void>): Promise<unknown> {
    return lives.invoke({ name: "api", process: 9, timeoutMs: API_TIMEOUT_MS }, work);
  }
}
