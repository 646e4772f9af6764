import { type Command, command } from "../command-line/command.ts";
import { completionsOf } from "../completion/completions.ts";
import { SCRIPTS } from "../completion/scripts.ts";
import { EXIT } from "../exit-codes.ts";
import type { Say } from "../texts/say.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

/** `volley completion bash`: a script for the shell, which then asks `volley __complete` what may come next. */
export function completionCommand(say: Say): Command {
  const one = (shell: Shell): Command =>
    command(`completion ${shell}`, {
      is: say("completion.shell", { shell }),
      examples: [`completion ${shell}`],
      async run(_args, { session }) {
        await session.print(SCRIPTS[shell].trim());
        return EXIT.OK;
      },
    });
  return command("completion", {
    is: say("completion.is"),
    examples: [
      "completion bash > ~/.local/share/bash-completion/completions/volley",
      "completion zsh",
      "completion fish",
    ],
    subCommands: Object.fromEntries(SHELLS.map((shell) => [shell, one(shell)])),
  });
}

/** The words so far, the last one unfinished; a line for each that may stand there. */
export function completeCommand(root: () => Command): Command {
  return command("__complete", {
    is: "",
    isHidden: true,
    takesRest: true,
    args: { words: { type: "positional", required: false } },
    examples: [],
    async run(args, { session }) {
      for (const word of completionsOf(root(), args._)) await session.print(word);
      return EXIT.OK;
    },
  });
}
