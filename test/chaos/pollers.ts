import type { Settled } from "../../lib/domain/settled.ts";
import type { Agenda } from "./agenda.ts";
import type { Chance } from "./chance.ts";
import type { makeFunctions } from "./functions.ts";
import type { Invocation, Invocations, Process } from "./invocations.ts";
import type { ModelQueue, Received } from "./model-queue.ts";
import type { Queues } from "./queues.ts";
import { FUNCTIONS, type Settings } from "./settings.ts";

export type Pollers = Readonly<{
  agenda: Agenda;
  chance: Chance;
  invocations: Invocations;
  settings: Settings;
  queues: Queues;
  functions: ReturnType<typeof makeFunctions>;
  process: () => Process;
  tell: (line: string) => void;
}>;

/** Works on one message before the function's own time is over. */
type Work<T> = (body: T, deadlineMs: number) => Promise<Settled>;

/** Lambda's pollers: each calls its function with messages of its queue, and settles them as lib/adapters does. */
export function startPollers(world: Pollers): void {
  const { agenda, chance, invocations, settings, queues, functions, process, tell } = world;
  poll("express", queues.express, settings.expressWorkers, functions.deliver);
  poll("bulk", queues.bulk, settings.bulkWorkers, functions.deliver);
  poll("dispatch", queues.dispatch, 2, (invocation) => (nudge) => functions.dispatch(invocation).nudged(nudge));
  poll("imports", queues.imports, 1, (invocation) => functions.importList(invocation));

  function poll<T>(
    name: keyof Queues,
    queue: ModelQueue<T>,
    concurrency: number,
    make: (invocation: Invocation) => Work<T>,
  ): void {
    const { timeoutMs, batchSize } = FUNCTIONS[name];
    let free = concurrency;
    const pump = (): void => {
      while (free > 0) {
        const messages = queue.receive(chance.between(1, batchSize));
        if (messages.length === 0) return;
        free -= 1;
        const options = { name, process: process(), ...FUNCTIONS[name] };
        void invocations
          .invoke(options, async (invocation) => {
            const work = make(invocation);
            const deadlineMs = invocation.now() + timeoutMs;
            const settling = messages.map((message) => settle(invocation, message, work, deadlineMs));
            for (const finish of await Promise.all(settling)) finish();
          })
          .then(() => {
            free += 1;
            pump();
          });
      }
    };
    queue.listen(pump);
  }

  async function settle<T>(invocation: Invocation, message: Received<T>, work: Work<T>, deadlineMs: number) {
    tell(`${invocation.name} gets ${JSON.stringify(message.body)}`);
    try {
      const settled = await work(message.body, deadlineMs);
      if (settled.kind === "delete") return message.remove;
      message.returnAt(agenda.now() + Math.max(0, Math.ceil((settled.atMs - invocation.now()) / 1000)) * 1000);
    } catch (error) {
      tell(`${invocation.name} fails: ${error}`);
      message.returnAfterFailure();
    }
    return () => {};
  }
}
