import { type Command, command } from "../command-line/command.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { confirm } from "../terminal/ask.ts";
import { type Say, sayDuration } from "../texts/say.ts";
import { watchJob } from "../watch/watch-job.ts";

type Control = "pause" | "resume" | "cancel";

const JOB = (say: Say) => ({ type: "positional", required: true, description: say("job.job") }) as const;

/** `volley pause`, `volley resume`. */
export function controlCommand(name: Exclude<Control, "cancel">, say: Say): Command {
  return command(name, {
    is: say(`${name}.is`),
    args: { job: JOB(say) },
    examples: [`${name} JOB`],
    run: (args, { session }) => control(name, args.job, session),
  });
}

/** `volley cancel`: cannot be taken back, so a person is asked. */
export function cancelCommand(say: Say): Command {
  return command("cancel", {
    is: say("cancel.is"),
    args: { job: JOB(say), yes: { type: "boolean", alias: "y", description: say("cancel.yes") } },
    examples: ["cancel JOB", "cancel JOB --yes"],
    async run(args, { session }) {
      if (!args.yes && session.io.stdin.isTTY === true && session.io.stdout.isTTY === true) {
        const { jobs } = await session.volley();
        const { Tally } = await jobs.get(args.job, { signal: session.io.signal });
        const question = say("cancel.sure", { count: Tally.Pending });
        if (!(await confirm(question, session))) {
          session.note(say("cancel.kept"));
          return EXIT.OK;
        }
      }
      return control("cancel", args.job, session);
    },
  });
}

async function control(name: Control, id: string, session: Session): Promise<number> {
  const { say, io } = session;
  const { jobs } = await session.volley();
  const job = await jobs[name](id, { signal: io.signal });
  if (session.isJson) await session.printJson(job);
  else await session.printText(say(`${name}.done`, { id, status: say(`status.${job.Status}`) }));
  return EXIT.OK;
}

/** `volley retry`: a new job of those who failed. */
export function retryCommand(say: Say): Command {
  return command("retry", {
    is: say("retry.is"),
    args: {
      job: JOB(say),
      "include-unknown": { type: "boolean", description: say("retry.include-unknown") },
      watch: { type: "boolean", alias: "w", description: say("send.watch") },
    },
    examples: ["retry JOB", "retry JOB --include-unknown --watch"],
    async run(args, { session }) {
      const { jobs } = await session.volley();
      const include = args["include-unknown"] ? (["unknown"] as const) : [];
      const accepted = await jobs.retry(args.job, { include, signal: session.io.signal });
      const { JobId: id, Receivers: count, EstimatedSeconds } = accepted;
      if (session.isJson && !args.watch) await session.printJson(accepted);
      else if (!session.isJson) {
        await session.printText(say("retry.made", { id, count, time: sayDuration(say, EstimatedSeconds) }));
      }
      return args.watch ? watchJob(id, session) : EXIT.OK;
    },
  });
}
