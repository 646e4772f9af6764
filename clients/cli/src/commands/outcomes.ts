import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { Outcome } from "../../../sdk/src/client.ts";
import { type Command, command } from "../command-line/command.ts";
import { toWhole } from "../command-line/values.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { rowOf } from "../terminal/table.ts";
import { cutTo } from "../terminal/width.ts";
import { formatNumber, type Say } from "../texts/say.ts";

const STATUSES: Outcome["Status"][] = ["pending", "sent", "failed", "unknown", "canceled"];
/** A user id, a state in either language, a code, a message id, a time. */
const WIDTHS = [19, 8, 16, 19, 24];

/** `volley outcomes`: what became of each receiver. */
export function outcomesCommand(say: Say): Command {
  return command("outcomes", {
    is: say("outcomes.is"),
    args: {
      job: { type: "positional", required: true, description: say("job.job") },
      status: { type: "enum", options: STATUSES, description: say("outcomes.status") },
      code: { type: "string", valueHint: "code", description: say("outcomes.code") },
      format: { type: "enum", options: ["table", "csv", "ndjson"], description: say("outcomes.format") },
      output: { type: "string", alias: "o", valueHint: "file", description: say("outcomes.output") },
      limit: { type: "string", valueHint: "n", description: say("outcomes.limit") },
    },
    examples: [
      "outcomes JOB --status failed",
      "outcomes JOB --format csv --output outcomes.csv",
      "outcomes JOB --json",
    ],
    async run(args, { session }) {
      const { jobs } = await session.volley();
      const { signal } = session.io;
      const format = session.isJson ? "ndjson" : (args.format ?? formatOf(args.output));
      const limit = args.limit === undefined ? Number.POSITIVE_INFINITY : toWhole("--limit", args.limit, say);
      const query = {
        ...(args.status !== undefined && { Status: args.status as Outcome["Status"] }),
        ...(args.code !== undefined && { Code: args.code }),
        signal,
      };
      const write = await writerTo(args.output, session);
      try {
        if (format === "table") await table(jobs.outcomes(args.job, query), limit, write.line, session);
        else {
          const pieces = format === "csv" ? jobs.outcomesCsv(args.job, query) : jobs.outcomesNdjson(args.job, query);
          await firstLines(pieces, format === "csv" ? limit + 1 : limit, write.text);
        }
      } finally {
        await write.close();
      }
      return EXIT.OK;
    },
  });
}

const formatOf = (output: string | undefined): "table" | "csv" | "ndjson" =>
  output === undefined ? "table" : /\.(ndjson|jsonl|json)$/i.test(output) ? "ndjson" : "csv";

type Write = (text: string) => Promise<void>;

async function table(rows: AsyncIterable<Outcome>, limit: number, line: Write, { say, io }: Session): Promise<void> {
  const titles = ["user", "status", "code", "message", "at"].map((name) => say(`table.${name}` as "table.user"));
  const fit = (text: string): string => (io.stdout.isTTY && io.stdout.columns ? cutTo(text, io.stdout.columns) : text);
  let count = 0;
  for await (const { UserId, Status, Code = "", MessageId = "", At = "" } of rows) {
    if (count++ === 0) await line(fit(rowOf(titles, WIDTHS)));
    await line(fit(rowOf([UserId, say(`outcome.${Status}`), Code, MessageId, At], WIDTHS)));
    if (count >= limit) break;
  }
  if (count === 0) await line(say("outcomes.none"));
}

/** A text's first lines. @param lines may be infinite */
async function firstLines(pieces: AsyncIterable<string>, lines: number, write: Write): Promise<void> {
  let left = lines;
  for await (const piece of pieces) {
    let end = Number.isFinite(lines) ? 0 : piece.length;
    while (left > 0 && end < piece.length) {
      const feed = piece.indexOf("\n", end);
      end = feed === -1 ? piece.length : feed + 1;
      if (feed !== -1) left--;
    }
    await write(piece.slice(0, end));
    if (left <= 0) return;
  }
}

/** Where rows go. A file is made at once, so that a wrong name is told before anything is asked. */
async function writerTo(path: string | undefined, { print, io, say, note }: Session) {
  if (path === undefined) {
    const text: Write = async (piece) => {
      if (!io.stdout.write(piece)) await once(io.stdout, "drain", { signal: io.signal });
    };
    return { line: print, text, close: async () => undefined };
  }
  const file = createWriteStream(path);
  await once(file, "open");
  const text: Write = async (piece) => {
    if (!file.write(piece)) await once(file, "drain", { signal: io.signal });
  };
  const close = async (): Promise<void> => {
    file.end();
    await once(file, "close");
    note(say("outcomes.written", { path, bytes: formatNumber(file.bytesWritten) }));
  };
  return { line: (row: string) => text(`${row}\n`), text, close };
}
