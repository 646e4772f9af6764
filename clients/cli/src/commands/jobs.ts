import type { JobSummary } from "../../../sdk/src/client.ts";
import { type Command, command } from "../command-line/command.ts";
import { toWhole } from "../command-line/values.ts";
import { EXIT } from "../exit-codes.ts";
import { tableOf } from "../terminal/table.ts";
import { formatNumber, type Say } from "../texts/say.ts";

const STATUSES: JobSummary["Status"][] = [
  ...(["awaiting-list", "importing", "scheduled", "running", "paused", "canceling", "expiring"] as const),
  ...(["done", "canceled", "expired", "rejected"] as const),
];
const LIMIT = "20";
const MAX_PAGE = 100;

/** `volley jobs`: the newest ones. */
export function jobsCommand(say: Say): Command {
  return command("jobs", {
    is: say("jobs.is"),
    args: {
      status: { type: "enum", options: STATUSES, description: say("jobs.status") },
      "app-id": { type: "string", valueHint: "n", description: say("jobs.app-id") },
      label: { type: "string", valueHint: "text", description: say("jobs.label") },
      tag: { type: "string", valueHint: "key:value", description: say("jobs.tag") },
      client: { type: "string", valueHint: "id", description: say("jobs.client") },
      limit: { type: "string", valueHint: "n", default: LIMIT, description: say("jobs.limit") },
    },
    many: ["tag"],
    examples: ["jobs", "jobs --status running", "jobs --label 'Spring, 1' --limit 100"],
    async run(args, { session, many }) {
      const { io, isJson } = session;
      const { jobs } = await session.volley();
      const limit = toWhole("--limit", args.limit, say, { max: 100_000 });
      const query = {
        Limit: Math.min(limit, MAX_PAGE),
        ...(args.status !== undefined && { Status: args.status as JobSummary["Status"] }),
        ...(args["app-id"] !== undefined && { AppId: toWhole("--app-id", args["app-id"], say) }),
        ...(args.label !== undefined && { Label: args.label }),
        ...(args.client !== undefined && { ClientId: args.client }),
        ...(many.has("tag") && { Tag: [...(many.get("tag") ?? [])] }),
      };
      const found: JobSummary[] = [];
      for await (const job of jobs.list({ ...query, signal: io.signal })) {
        found.push(job);
        if (isJson) await session.printJson(job);
        if (found.length >= limit) break;
      }
      if (isJson) return EXIT.OK;
      if (found.length === 0) await session.print(say("jobs.none"));
      else
        for (const line of tableOf(
          columns(say),
          found.map((job) => rowOf(job, say)),
          io.stdout.isTTY ? io.stdout.columns : undefined,
        ))
          await session.print(line);
      return EXIT.OK;
    },
  });
}

const columns = (say: Say) => [
  { title: say("table.job") },
  { title: say("table.status") },
  { title: say("table.receivers"), isNumber: true },
  { title: say("table.created") },
  { title: say("table.app") },
  { title: say("table.label") },
];

const rowOf = ({ JobId, Status, Receivers, CreatedAt, AppId, Label = "" }: JobSummary, say: Say): string[] => [
  JobId,
  say(`status.${Status}`),
  formatNumber(Receivers),
  CreatedAt,
  String(AppId),
  Label,
];
