import { parseArgs } from "node:util";
import { BadUse } from "./bad-use.ts";

export const USAGE = `npm run remove -- --stage NAME [--region NAME] [--yes NAME]

Takes the stack of a stage away and says what stays. A stage whose data is not kept loses it: jobs, outcomes, lists.
prod asks for its name a second time: --yes prod.`;

const OPTIONS = { stage: { type: "string" }, region: { type: "string" }, yes: { type: "string" } } as const;
/** What everybody depends on is not removed by a slip. */
const ASKED_TWICE = "prod";
/** As serverless.yml has it. */
const REGION = "ap-southeast-1";

/** @throws {BadUse} if no stage is named, the local stack's is, or `prod` is not confirmed */
export function parseRemove(args: readonly string[]): Readonly<{ stage: string; region: string }> {
  const { stage, region = REGION, yes } = parse(args);
  if (stage === undefined || stage === "") throw new BadUse("--stage is missing: which one is to go?");
  if (stage === "local") throw new BadUse("the local stack is no stage on AWS: its data is in LOCAL_DATA_DIR");
  if (stage === ASKED_TWICE && yes !== stage)
    throw new BadUse(`to remove ${stage}, say its name again: --yes ${stage}`);
  return { stage, region };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new BadUse(error instanceof Error ? error.message : String(error));
  }
}
