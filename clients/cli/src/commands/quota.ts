import type { Quota } from "../../../sdk/src/client.ts";
import { type Command, command } from "../command-line/command.ts";
import { toWhole } from "../command-line/values.ts";
import { WrongUse } from "../command-line/wrong-use.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { padTo, widthOf } from "../terminal/width.ts";
import { formatNumber, type Say, sayDuration } from "../texts/say.ts";

/** Whose quota, where there are several: by the account's name, or by an AppId that spends it. */
const WHOSE = (say: Say) =>
  ({
    account: { type: "string", valueHint: "name", description: say("quota.of-account") },
    "app-id": { type: "string", valueHint: "n", description: say("quota.app-id") },
  }) as const;

/** The limits that can be changed, and the fields of the request they go into. */
const LIMITS = [
  { option: "messages", field: "Messages", min: 1 },
  { option: "window-ms", field: "WindowMs", min: 1 },
  { option: "calls", field: "Calls", min: 1 },
  { option: "calls-window-ms", field: "CallsWindowMs", min: 1 },
  { option: "per-second", field: "PerSecond", min: 1 },
  { option: "floor", field: "Floor", min: 0 },
] as const;

/** `volley quota`: how much is used; stops, starts and changes it. */
export function quotaCommand(say: Say): Command {
  return command("quota", {
    is: say("quota.is"),
    args: WHOSE(say),
    examples: ["quota", "quota pause", "quota set --messages 6000"],
    subCommands: { pause: switchCommand("pause", say), resume: switchCommand("resume", say), set: setCommand(say) },
    async run(args, { session }) {
      const { quota } = await session.volley();
      return show(await quota(callOf(args, session)), session);
    },
  });
}

function switchCommand(name: "pause" | "resume", say: Say): Command {
  return command(`quota ${name}`, {
    is: say(`quota.${name}.is`),
    args: WHOSE(say),
    examples: [`quota ${name}`],
    async run(args, { session }) {
      const { quota } = await session.volley();
      const after = await (name === "pause" ? quota.pause : quota.resume)(callOf(args, session));
      if (!session.isJson) await session.printText(say(`quota.${name}.done`));
      return show(after, session);
    },
  });
}

function setCommand(say: Say): Command {
  const limits = Object.fromEntries(
    LIMITS.map(({ option }) => [
      option,
      { type: "string", valueHint: "n", description: say(`quota.${option}`) } as const,
    ]),
  );
  return command("quota set", {
    is: say("quota.set.is"),
    args: { ...limits, ...WHOSE(say) },
    examples: ["quota set --messages 6000", "quota set --messages 12000 --window-ms 60000 --floor 60"],
    async run(args, { session, many }) {
      const change = LIMITS.flatMap(({ option, field, min }) => {
        const text = many.get(option)?.[0];
        return text === undefined ? [] : [[field, toWhole(`--${option}`, text, say, { min })] as const];
      });
      if (change.length === 0) {
        const known = LIMITS.map(({ option }) => `--${option}`).join(", ");
        throw new WrongUse(say("quota.set.nothing", { known }));
      }
      const { quota } = await session.volley();
      return show(await quota.change(Object.fromEntries(change), callOf(args, session)), session);
    },
  });
}

type Whose = Readonly<{ account?: string | undefined; "app-id"?: string | undefined }>;

function callOf({ account, "app-id": appId }: Whose, { io, say }: Session) {
  return {
    signal: io.signal,
    ...(account !== undefined && { account }),
    ...(appId !== undefined && { appId: toWhole("--app-id", appId, say) }),
  };
}

const NOW: readonly string[] = ["Account", "Quota", "WindowSeconds", "Used", "ReservedAhead", "Capacity", "HeldUntil"];

/** What is known first; whatever else the answer has, under its own name. */
async function show(quota: Quota, session: Session): Promise<number> {
  if (session.isJson) {
    await session.printJson(quota);
    return EXIT.OK;
  }
  const { say, print } = session;
  const { Account, Quota: messages, WindowSeconds, Used, ReservedAhead, Capacity, HeldUntil } = quota;
  const used = say("quota.of", { used: Used, messages, percent: Math.round((100 * Used) / messages) });
  const rows: (readonly [string, string])[] = [
    [say("quota.account"), Account],
    [say("quota.used"), used],
    [say("quota.window"), sayDuration(say, WindowSeconds)],
    [say("quota.ahead"), formatNumber(ReservedAhead)],
    [say("quota.capacity"), formatNumber(Capacity)],
    ...(HeldUntil === undefined ? [] : [[say("quota.held"), HeldUntil] as const]),
    ...Object.entries(quota).flatMap(([name, value]) => (NOW.includes(name) ? [] : [[name, textOf(value)] as const])),
  ];
  const width = Math.max(...rows.map(([label]) => widthOf(label)));
  for (const [label, value] of rows) await print(`${padTo(label, width)}  ${value}`);
  return EXIT.OK;
}

/** Lists and objects in one line: `Messages 12,000, WindowMs 60,000`. */
function textOf(value: unknown): string {
  if (typeof value === "number") return formatNumber(value);
  if (Array.isArray(value)) return value.map(textOf).join(" | ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, one]) => `${name} ${textOf(one)}`)
    .join(", ");
}
