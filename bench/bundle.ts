import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { type Bundle, buildFunctions, OPTIONS } from "../esbuild.config.mjs";
import { REQUIRED } from "../lib/config.ts";
import { report, rounded } from "./measure.ts";

/** Fresh processes that import each bundle, ours and the bare one in turn. The result is the one that needed the least CPU. */
const PROCESSES = 11;

const root = join(import.meta.dirname, "..");
const folder = join(root, ".build", "bench"); // below the root, so that the packages are found
/** What a function needs to be there when it is imported. No call leaves the process. */
const ENV = {
  PATH: process.env["PATH"],
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  ...Object.fromEntries(REQUIRED.map((name) => [name, "http://127.0.0.1/bench"])),
};

const CLIENTS = { dynamodb: "DynamoDBClient", sqs: "SQSClient", s3: "S3Client", eventbridge: "EventBridgeClient" };

mkdirSync(folder, { recursive: true });
try {
  const rows = [];
  for (const bundle of await buildFunctions()) rows.push(await measure(bundle));
  const compared = rows.filter((row) => row.bare !== undefined);
  report(
    [
      `size and cold import of each function, against a bundle of only the clients it uses (CPU, the least of ${PROCESSES} processes)`,
      "                     ours                bare          size   import  (goal: at most 1.25 each)",
      ...rows.map(toLine),
    ],
    {
      bench: "bundle",
      ratioSize: Math.max(...compared.map(({ bare }) => bare?.ratioSize ?? 0)),
      ratioImport: Math.max(...compared.map(({ bare }) => bare?.ratioImport ?? 0)),
      functions: Object.fromEntries(rows.map(({ name, kb, ms, bare }) => [name, { kb, ms, ...bare }])),
    },
  );
} finally {
  rmSync(folder, { recursive: true });
}

async function measure({ name, bytes }: Bundle) {
  const file = join(root, ".build", `${name}.mjs`);
  const bareFile = await bundleBare(name, readFileSync(`${file}.map`, "utf8"));
  const kb = rounded(bytes / 1024, 1);
  if (bareFile === undefined) return { name, kb, ms: rounded(Math.min(...(timesOf([file])[0] ?? [])), 1) };
  const [ours = [], theirs = []] = timesOf([file, bareFile]);
  const bareBytes = statSync(bareFile).size;
  const bare = {
    bareKb: rounded(bareBytes / 1024, 1),
    bareMs: rounded(Math.min(...theirs), 1),
    ratioSize: rounded(bytes / bareBytes, 2),
    ratioImport: rounded(Math.min(...ours) / Math.min(...theirs), 2),
  };
  return { name, kb, ms: rounded(Math.min(...ours), 1), bare };
}

/** @returns for each file what its import cost in each of the processes, ms of CPU */
function timesOf(files: readonly string[]): number[][] {
  const rounds = Array.from({ length: PROCESSES + 1 }, () => files.map(importMs)).slice(1); // the first one warms the disk
  return files.map((_, i) => rounds.map((round) => round[i] ?? Number.NaN));
}

function importMs(file: string): number {
  const url = JSON.stringify(pathToFileURL(file));
  const script = `const start = process.cpuUsage(); await import(${url}); const { user, system } = process.cpuUsage(start);
    console.log((user + system) / 1000); process.exit()`;
  return Number(execFileSync(process.execPath, ["--input-type=module", "-e", script], { env: ENV, encoding: "utf8" }));
}

/**
 * The clients and commands that ended up in a function's bundle, and undici's Pool if it did, made ready for a call and
 * nothing else; bundled as esbuild.config.mjs does it. Secrets Manager is loaded only when it is called, there as here.
 */
async function bundleBare(name: string, sourceMap: string): Promise<string | undefined> {
  const { sources } = JSON.parse(sourceMap) as { sources: string[] };
  const lines: string[] = [];
  for (const [client, className] of Object.entries(CLIENTS)) {
    const commands = sources.flatMap((path) => commandIn(client, path) ?? []);
    if (commands.length === 0) continue;
    lines.push(`import { ${className}, ${commands.join(", ")} } from "@aws-sdk/client-${client}";`);
    lines.push(`export const ${client} = [new ${className}(), ${commands.join(", ")}];`);
  }
  if (sources.some((path) => path.includes("undici/lib/dispatcher/pool.js"))) {
    lines.push('import Pool from "undici/lib/dispatcher/pool.js";');
    lines.push('export const pool = new Pool("https://rtc.volcengineapi.com");');
  }
  if (lines.length === 0) return undefined;
  if (sources.some((path) => path.includes("@aws-sdk/client-secrets-manager/"))) {
    const secrets = 'export { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";';
    writeFileSync(join(folder, "secrets.mjs"), secrets);
    lines.push('export const secrets = () => import("./secrets.mjs");');
  }
  const [entry, outfile] = [join(folder, `${name}.entry.mjs`), join(folder, `${name}.mjs`)];
  writeFileSync(entry, lines.join("\n"));
  await build({
    entryPoints: [entry],
    outfile,
    ...OPTIONS,
  });
  return outfile;
}

function commandIn(client: string, path: string): string | undefined {
  return new RegExp(`@aws-sdk/client-${client}/dist-es/commands/(\\w+Command)\\.js$`).exec(path)?.[1];
}

function toLine({ name, kb, ms, bare }: Awaited<ReturnType<typeof measure>>): string {
  const cell = (size: number, time: number) => `${size.toFixed(1).padStart(7)} KB ${time.toFixed(0).padStart(4)} ms`;
  const compared =
    bare && `${cell(bare.bareKb, bare.bareMs)}   ${bare.ratioSize.toFixed(2)}   ${bare.ratioImport.toFixed(2)}`;
  return `  ${name.padEnd(14)} ${cell(kb, ms)}   ${compared ?? "no client"}`;
}
