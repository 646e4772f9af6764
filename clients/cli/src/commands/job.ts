import type { Job } from "../../../sdk/src/client.ts";
import { type Command, command } from "../command-line/command.ts";
import { EXIT } from "../exit-codes.ts";
import { padTo, widthOf } from "../terminal/width.ts";
import { formatNumber, type Say, sayDuration } from "../texts/say.ts";
import { watchJob } from "../watch/watch-job.ts";

const JOB = (say: Say) => ({ type: "positional", required: true, description: say("job.job") }) as const;

/** `volley job`: everything about one. What is said stays hidden until it is asked for. */
export function jobCommand(say: Say): Command {
  return command("job", {
    is: say("job.is"),
    args: { job: JOB(say), content: { type: "boolean", description: say("job.content") } },
    examples: ["job JOB", "job JOB --content", "job JOB --json"],
    async run(args, { session }) {
      const { jobs } = await session.volley();
      const job = await jobs.get(args.job, { signal: session.io.signal });
      if (session.isJson) await session.printJson(job);
      else for (const line of describe(job, args.content === true, say)) await session.print(line);
      return EXIT.OK;
    },
  });
}

export function watchCommand(say: Say): Command {
  return command("watch", {
    is: say("watch.is"),
    args: { job: JOB(say) },
    examples: ["watch JOB"],
    run: (args, { session }) => watchJob(args.job, session),
  });
}

function describe(job: Job, showsContent: boolean, say: Say): string[] {
  const { Tally, Message, History } = job;
  const row = (label: string, value: string | number | undefined) =>
    value === undefined || value === ""
      ? []
      : [[label, typeof value === "number" ? formatNumber(value) : value] as const];
  const tags = Object.entries(job.Tags ?? {}).map(([key, value]) => `${key}:${value}`);
  const rows = [
    ...row(say("table.job"), job.JobId),
    ...row(say("table.status"), say(`status.${job.Status}`)),
    ...row(say("job.reason"), job.Reason),
    ...row(say("table.label"), job.Label),
    ...row(say("job.tags"), tags.join(", ")),
    ...row(say("table.app"), String(job.AppId)),
    ...row(say("job.sender"), Message?.Sender),
    ...row(say("job.lane"), job.Lane),
    ...row(say("job.delivery"), job.Delivery),
    ...row(say("table.created"), job.CreatedAt),
    ...row(say("job.not-before"), job.NotBefore),
    ...row(say("job.expires-at"), job.ExpiresAt),
    ...row(say("job.retry-of"), job.RetryOf),
    ...row(say("table.receivers"), job.Receivers),
    ...row(say("job.duplicates"), job.DuplicatesDropped),
    ...row(say("outcome.sent"), Tally.Sent),
    ...row(say("outcome.failed"), Tally.Failed),
    ...row(say("outcome.unknown"), Tally.Unknown),
    ...row(say("outcome.canceled"), Tally.Canceled),
    ...row(say("outcome.pending"), Tally.Pending),
    ...row(say("job.rate"), job.ReceiversPerSecond && say("watch.rate", { rate: Math.round(job.ReceiversPerSecond) })),
    ...row(say("job.left"), job.EstimatedSeconds && sayDuration(say, job.EstimatedSeconds)),
    ...row(say("job.bad-lines"), job.Import?.BadLines),
    ...row(say("job.report"), job.Import?.Report),
    ...row(say("job.callback"), job.Callback && `${job.Callback.State} ${job.Callback.Url}`),
    ...row(
      "Content",
      Message && (showsContent ? Message.Content : say("job.hidden", { bytes: Buffer.byteLength(Message.Content) })),
    ),
  ];
  const width = Math.max(...rows.map(([label]) => widthOf(label)));
  const history = History.map(({ At, Event, By }) => `  ${At}  ${Event}  ${By}`);
  return [...rows.map(([label, value]) => `${padTo(label, width)}  ${value}`), `${say("job.history")}:`, ...history];
}
