import { createReadStream, openAsBlob } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { ListFormat } from "../../../../list-reader/list-file.ts";
import type { Accepted, Send, SendFile } from "../../../sdk/src/client.ts";
import { type Command, command } from "../command-line/command.ts";
import { WrongUse } from "../command-line/wrong-use.ts";
import { EXIT } from "../exit-codes.ts";
import { MAX_IN_REQUEST, type Receivers } from "../lists/read-receivers.ts";
import { takeList } from "../lists/take-list.ts";
import { type Message, parseMessage, toMessage } from "../message.ts";
import type { Session } from "../session.ts";
import { type Say, sayDuration } from "../texts/say.ts";
import { watchJob } from "../watch/watch-job.ts";
import { fieldsOf, MESSAGE_ARGS, OPTION_ARGS, optionsOf } from "./send-args.ts";

const FORMATS = ["csv", "tsv", "ndjson", "txt"];

/** `volley send`: a message to everybody in a list. */
export function sendCommand(say: Say): Command {
  const args = {
    ...MESSAGE_ARGS(say),
    receivers: { type: "string", alias: "r", valueHint: "file", description: say("send.receivers") },
    to: { type: "string", valueHint: "ids", description: say("send.to") },
    column: { type: "string", valueHint: "name", description: say("send.column") },
    format: { type: "enum", options: FORMATS, description: say("send.format") },
    "skip-bad": { type: "boolean", description: say("send.skip-bad") },
    report: { type: "string", valueHint: "file", description: say("send.report") },
    ...OPTION_ARGS(say),
    "idempotency-key": { type: "string", valueHint: "key", description: say("send.idempotency-key") },
    "dry-run": { type: "boolean", alias: "n", description: say("send.dry-run") },
    watch: { type: "boolean", alias: "w", description: say("send.watch") },
  } as const;
  return command("send", {
    is: say("send.is"),
    args,
    many: ["tag", "ext", "option", "to"],
    examples: [
      "send --message message.json --receivers users.csv --watch",
      `send --app-id 666675 --sender 10001 --msg-type 10001 --content '{"text":"hi"}' --to 42,43`,
      "send --message message.json --receivers users.csv --column userId --dry-run",
      "send --message message.json --receivers - < users.txt",
    ],
    async run(args, { session, many }) {
      const text = args.message === undefined ? undefined : await readFile(args.message, "utf8");
      const fromFile = text === undefined ? {} : parseMessage(text, args.message ?? "", say);
      const message = toMessage(fromFile, fieldsOf(args, many, say), optionsOf(args, many, say), say);
      await session.profile(); // before a long list is read
      const receivers = await receiversOf(args, many.get("to") ?? [], message, session);
      if (receivers === undefined) return EXIT.BAD_LIST;
      try {
        if (args["dry-run"]) return await check(message, receivers, session);
        return await send(message, receivers, args, session);
      } finally {
        await receivers.dispose();
      }
    },
  });
}

type Args = Readonly<{
  receivers?: string | undefined;
  column?: string | undefined;
  format?: string | undefined;
  "skip-bad"?: boolean | undefined;
  report?: string | undefined;
  watch?: boolean | undefined;
  "idempotency-key"?: string | undefined;
}>;

/** @returns `undefined` if the list has bad lines: they are named already */
async function receiversOf(
  args: Args,
  to: readonly string[],
  { Receiver }: Message,
  session: Session,
): Promise<Receivers | undefined> {
  const { say, io } = session;
  const ways = [args.receivers !== undefined, to.length > 0].filter((given) => given).length;
  if (ways === 2) throw new WrongUse(say("send.two-lists"));
  if (args.receivers !== undefined) {
    const isStdin = args.receivers === "-";
    return takeList(
      {
        name: isStdin ? "" : args.receivers,
        bytes: isStdin ? io.stdin : createReadStream(args.receivers),
        ...(args.format && { format: toFormat(args.format) }),
        ...(args.column !== undefined && { column: toColumn(args.column) }),
      },
      {
        skipBad: args["skip-bad"] === true,
        report: args.report ?? (isStdin ? "receivers.faults.csv" : `${basename(args.receivers)}.faults.csv`),
      },
      session,
    );
  }
  const given = to.length > 0 ? to.join(",") : (Receiver ?? []).join("\n");
  if (given === "") throw new WrongUse(say("send.no-receivers"));
  const bytes = (async function* () {
    yield Buffer.from(given);
  })();
  const shown = to.length > 0 ? "--to" : "Receiver";
  return takeList({ name: shown, bytes, format: "txt" }, { skipBad: false }, session);
}

/** Tabs are found out by reading. */
const toFormat = (text: string): ListFormat => (text === "ndjson" || text === "txt" ? text : "csv");

/** Digits alone are a column's number. */
const toColumn = (text: string): string | number => (/^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : text);

/** A dry run. An uploaded list cannot have one: then the message is checked with some of the receivers. */
async function check(message: Message, { ids, count, file }: Receivers, session: Session): Promise<number> {
  const { say } = session;
  const { jobs } = await session.volley();
  if (file !== undefined) {
    await jobs.check({ ...message, Receiver: ["1"] } as Send, { signal: session.io.signal });
    if (session.isJson) await session.printJson({ DryRun: true, Read: count });
    else await session.printText(say("send.checked-upload", { count }));
    return EXIT.OK;
  }
  const dry = await jobs.check({ ...message, Receiver: ids } as Send, { signal: session.io.signal });
  if (session.isJson) await session.printJson(dry);
  else await session.printText(say("send.checked", { ...countsOf(dry), time: sayDuration(say, dry.EstimatedSeconds) }));
  return EXIT.OK;
}

async function send(message: Message, receivers: Receivers, args: Args, session: Session): Promise<number> {
  const { say, io, note } = session;
  const { jobs } = await session.volley();
  const idempotencyKey = args["idempotency-key"] ?? crypto.randomUUID();
  const call = { idempotencyKey, signal: io.signal };
  const id = await made().catch((error: unknown) => {
    if (io.signal.aborted || isUnclear(error)) note(`\n${say("send.unclear", { key: idempotencyKey })}`);
    throw error;
  });
  return args.watch ? watchJob(id, session) : EXIT.OK;

  async function made(): Promise<string> {
    if (receivers.file === undefined) {
      const accepted = await jobs.send({ ...message, Receiver: receivers.ids } as Send, call);
      if (session.isJson && !args.watch) await session.printJson(accepted);
      else if (!session.isJson)
        await session.printText(say("send.made", { ...countsOf(accepted), ...facts(accepted, say) }));
      return accepted.JobId;
    }
    const { Receiver: _, ...said } = message;
    const body = { ...said, ReceiverUpload: { Format: "txt", Gzip: true } } as SendFile;
    if (!session.isJson) note(say("send.uploading", { count: receivers.count, max: MAX_IN_REQUEST }));
    const awaiting = await jobs.sendFile(body, await openAsBlob(receivers.file), call);
    if (session.isJson && !args.watch) await session.printJson({ JobId: awaiting.JobId, Status: awaiting.Status });
    else if (!session.isJson) await session.printText(say("send.uploaded", { id: awaiting.JobId }));
    return awaiting.JobId;
  }
}

/** Nobody can tell whether the request arrived. */
const isUnclear = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof DOMException && error.name === "TimeoutError");

const facts = ({ JobId, EstimatedSeconds }: Accepted, say: Say) => ({
  id: JobId,
  time: sayDuration(say, EstimatedSeconds),
});

const countsOf = (of: Readonly<{ Receivers: number; Batches: number; DuplicatesDropped: number }>) => ({
  count: of.Receivers,
  batches: of.Batches,
  duplicates: of.DuplicatesDropped,
});
