import { type Command, command } from "../command-line/command.ts";
import { examine } from "../doctor/examine.ts";
import { EXIT } from "../exit-codes.ts";
import type { Say } from "../texts/say.ts";

/** `volley doctor`: what may be wrong on this side, and how to mend it. */
export function doctorCommand(say: Say): Command {
  return command("doctor", {
    is: say("doctor.is"),
    examples: ["doctor", "doctor --profile prod", "doctor --json"],
    async run(_args, { session }) {
      const { isJson, paint, print } = session;
      let isWell = true;
      for await (const { name, isGood, finding, mend } of examine(session)) {
        isWell &&= isGood;
        if (isJson) {
          await session.printJson({
            Check: name,
            Good: isGood,
            Finding: finding,
            ...(mend !== undefined && { Mend: mend }),
          });
          continue;
        }
        const mark = isGood ? paint("green", "✓") : paint("red", "✗");
        await print(`${mark} ${say(`doctor.${name}`)}: ${finding}`);
        if (mend !== undefined) await print(`  → ${mend}`);
      }
      return isWell ? EXIT.OK : EXIT.NOT_ALL;
    },
  });
}
