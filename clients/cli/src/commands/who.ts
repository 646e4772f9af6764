import { type JobSummary, type Outcome, VolleyError } from "../../../sdk/src/client.ts";
import { type Command, command } from "../command-line/command.ts";
import { toUserId, toWhole } from "../command-line/values.ts";
import { EXIT } from "../exit-codes.ts";
import { tableOf } from "../terminal/table.ts";
import type { Say } from "../texts/say.ts";

const JOBS = "50";
/** Questions at the same time. */
const TOGETHER = 5;

/** `volley who`: what became of one receiver in each recent job. */
export function whoCommand(say: Say): Command {
  return command("who", {
    is: say("who.is"),
    args: {
      user: { type: "positional", required: true, description: say("who.user") },
      jobs: { type: "string", valueHint: "n", default: JOBS, description: say("who.jobs") },
      "app-id": { type: "string", valueHint: "n", description: say("jobs.app-id") },
    },
    examples: ["who 9007199254740993", "who 42 --jobs 200"],
    async run(args, { session }) {
      const { io, isJson } = session;
      const user = toUserId("USER", args.user, say);
      const limit = toWhole("--jobs", args.jobs, say, { max: 10_000 });
      const { jobs } = await session.volley();
      const { signal } = io;
      const appId = args["app-id"] === undefined ? {} : { AppId: toWhole("--app-id", args["app-id"], say) };
      const recent: JobSummary[] = [];
      for await (const job of jobs.list({ ...appId, Limit: Math.min(limit, 100), signal })) {
        recent.push(job);
        if (recent.length >= limit) break;
      }
      const found: [JobSummary, Outcome][] = [];
      for (let i = 0; i < recent.length; i += TOGETHER) {
        const some = recent.slice(i, i + TOGETHER);
        const outcomes = await Promise.all(some.map(({ JobId }) => jobs.outcome(JobId, user, { signal }).catch(none)));
        for (const [n, outcome] of outcomes.entries()) {
          const job = some[n];
          if (!job || !outcome) continue;
          found.push([job, outcome]);
          if (isJson) await session.printJson({ JobId: job.JobId, CreatedAt: job.CreatedAt, ...outcome });
        }
      }
      if (!isJson) {
        const rows = found.map(([job, outcome]) => [
          ...[job.JobId, job.CreatedAt, say(`outcome.${outcome.Status}`), outcome.Code ?? ""],
          ...[outcome.MessageId ?? "", outcome.At ?? "", job.Label ?? ""],
        ]);
        const titles = ["job", "created", "status", "code", "message", "at", "label"] as const;
        const columns = titles.map((title) => ({ title: say(`table.${title}`) }));
        const lines = rows.length > 0 ? tableOf(columns, rows, io.stdout.isTTY ? io.stdout.columns : undefined) : [];
        for (const line of lines) await session.print(line);
        await session.printText(
          say(found.length > 0 ? "who.found" : "who.none", { user, count: found.length, jobs: recent.length }),
        );
      }
      return found.length > 0 ? EXIT.OK : EXIT.NOT_ALL;
    },
  });
}

/** The job's list has nobody of this id, or the job has gone meanwhile. */
function none(error: unknown): undefined {
  if (error instanceof VolleyError && error.status === 404) return undefined;
  throw error;
}
