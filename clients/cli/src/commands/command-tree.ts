import { type Command, command } from "../command-line/command.ts";
import type { Say } from "../texts/say.ts";
import { clientCommand } from "./client.ts";
import { completeCommand, completionCommand } from "./completion.ts";
import { cancelCommand, controlCommand, retryCommand } from "./control.ts";
import { doctorCommand } from "./doctor.ts";
import { jobCommand, watchCommand } from "./job.ts";
import { jobsCommand } from "./jobs.ts";
import { loginCommand } from "./login.ts";
import { outcomesCommand } from "./outcomes.ts";
import { quotaCommand } from "./quota.ts";
import { sendCommand } from "./send.ts";
import { whoCommand } from "./who.ts";

/** Every command there is, in one language. */
export function commandTree(say: Say): Command {
  const root: Command = command("", {
    is: say("volley.is"),
    examples: [
      "login --url http://127.0.0.1:3000",
      "send --message message.json --receivers users.csv --watch",
      "jobs",
      "send --help",
    ],
    subCommands: {
      login: loginCommand(say),
      send: sendCommand(say),
      watch: watchCommand(say),
      jobs: jobsCommand(say),
      job: jobCommand(say),
      outcomes: outcomesCommand(say),
      who: whoCommand(say),
      pause: controlCommand("pause", say),
      resume: controlCommand("resume", say),
      cancel: cancelCommand(say),
      retry: retryCommand(say),
      quota: quotaCommand(say),
      client: clientCommand(say),
      doctor: doctorCommand(say),
      completion: completionCommand(say),
      __complete: completeCommand(() => root),
    },
  });
  return root;
}
