import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { importOf, type Template } from "./import-of.ts";

// `node ops/take-over.ts`: writes what a new stack needs to take over what a removed one left (docs/RUNBOOK.md).

const USAGE =
  "node ops/take-over.ts --bucket NAME --secrets 'ARN ARN…' --queues https://sqs.REGION.amazonaws.com/ACCOUNT/";
const OPTIONS = { bucket: { type: "string" }, secrets: { type: "string" }, queues: { type: "string" } } as const;

const { bucket, secrets, queues } = parseArgs({ options: OPTIONS }).values;
if (bucket === undefined || secrets === undefined || queues === undefined) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else {
  const read = (step: string) =>
    JSON.parse(readFileSync(`.serverless/cloudformation-template-${step}-stack.json`, "utf8")) as Template;
  const { template, resources } = importOf(read("create"), read("update"), {
    bucket,
    queues,
    secrets: secrets.split(/\s+/),
  });
  writeFileSync(".serverless/import.json", JSON.stringify(template));
  writeFileSync(".serverless/resources.json", JSON.stringify(resources));
  process.stdout.write(
    `${resources.length} resources to import: .serverless/import.json, .serverless/resources.json\n`,
  );
}
