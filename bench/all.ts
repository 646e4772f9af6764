import { spawnSync } from "node:child_process";
import { join } from "node:path";

// Every benchmark after the other: side by side they would measure each other.
const NAMES = ["quota", "fair", "accept", "upload", "sign", "deliver", "express", "bundle", "cost", "scale"];

const failed = NAMES.filter((name) => {
  const file = join(import.meta.dirname, `${name}.ts`);
  const { status } = spawnSync(process.execPath, [file, ...process.argv.slice(2)], { stdio: "inherit" });
  if (!process.argv.includes("--json")) console.log();
  return status !== 0;
});
if (failed.length > 0) {
  console.error(`failed: ${failed.join(", ")}`);
  process.exitCode = 1;
}
