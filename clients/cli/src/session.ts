import { once } from "node:events";
import { styleText } from "node:util";
import type { Volley } from "../../sdk/src/client.ts";
import { connectProfile } from "./connection/connect-profile.ts";
import { type Asked, findProfile } from "./connection/find-profile.ts";
import type { Profile } from "./connection/profiles.ts";
import type { Io } from "./io.ts";
import { wrapTo } from "./terminal/width.ts";
import type { Language, Say } from "./texts/say.ts";

export type Style = Parameters<typeof styleText>[0];

/** What a command works with: the texts, the outputs, and Volley once it is asked for. */
export type Session = Readonly<{
  io: Io;
  say: Say;
  language: Language;
  isJson: boolean;
  asked: Asked;
  /** A line of the result. Waits where the reader is slow. */
  print(text: string): Promise<void>;
  /** The same for a sentence: a terminal gets it in lines that end between words. */
  printText(text: string): Promise<void>;
  /** The result as one line of JSON. */
  printJson(value: unknown): Promise<void>;
  /** A line beside the result: nobody's program reads it. */
  note(text: string): void;
  /** Colour where a person sees it on stdout. */
  paint(style: Style, text: string): string;
  profile(): Promise<Profile>;
  volley(): Promise<Volley>;
}>;

export type SessionOptions = Readonly<{
  io: Io;
  say: Say;
  language: Language;
  isJson: boolean;
  asked: Asked;
  hasColor: boolean;
}>;

export function makeSession({ io, say, language, isJson, asked, hasColor }: SessionOptions): Session {
  const paints = hasColor && io.stdout.isTTY === true && !io.env["NO_COLOR"] && io.env["TERM"] !== "dumb";
  const profile = () => findProfile(asked, io.env, say);
  const write = async (text: string): Promise<void> => {
    if (!io.stdout.write(text)) await once(io.stdout, "drain", { signal: io.signal });
  };
  return {
    ...{ io, say, language, isJson, asked, profile },
    print: (text) => write(`${text}\n`),
    printText: (text) =>
      write(`${(io.stdout.isTTY && io.stdout.columns ? wrapTo(text, io.stdout.columns - 1) : [text]).join("\n")}\n`),
    printJson: (value) => write(`${JSON.stringify(value)}\n`),
    note: (text) => void io.stderr.write(`${text}\n`),
    paint: (style, text) => (paints ? styleText(style, text, { validateStream: false }) : text),
    volley: async () => connectProfile(await profile(), { language, nowMs: io.nowMs }),
  };
}
