import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { BadUse } from "./bad-use.ts";
import { importOf, type Template } from "./import-of.ts";

// `node ops/take-over.ts`: writes what a new stack needs to take over what a removed one left (docs/RUNBOOK.md).

const USAGE =
  "node ops/take-over.ts --bucket NAME --secrets 'ARN ARN…' --queues https://sqs.REGION.amazonaws.com/ACCOUNT/";
const OPTIONS = { bucket: { type: "string" }, secrets: { type: "string" }, queues: { type: "string" } } as const;

try {
  const { bucket = "", secrets = "", queues = "" } = parseArgs({ options: OPTIONS }).values;
  if (bucket === "" || secrets === "" || queues === "") throw new BadUse(USAGE);
  if (/\s/.test(bucket)) throw new BadUse(`--bucket names several: ${bucket}`);
  const kept = { bucket, queues, secrets: secrets.split(/\s+/) };
  const { template, resources } = importOf(templateOf("create"), templateOf("update"), kept);
  writeFileSync(".serverless/import.json", JSON.stringify(template));
  writeFileSync(".serverless/resources.json", JSON.stringify(resources));
  process.stdout.write(
    `${resources.length} resources to import: .serverless/import.json, .serverless/resources.json\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof BadUse ? 2 : 1;
}

function templateOf(step: string): Template {
  const path = `.serverless/cloudformation-template-${step}-stack.json`;
  if (!existsSync(path)) throw new BadUse(`there is no ${path}: npm run package makes it`);
  return JSON.parse(readFileSync(path, "utf8")) as Template;
}
