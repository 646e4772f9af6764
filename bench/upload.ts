import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeIds, isAscending } from "../lib/domain/list-format.ts";
import { median, report, rounded } from "./measure.ts";
import { receiverIds } from "./receiver-ids.ts";
import { readStored } from "./upload-files.ts";

const RECEIVERS = 10_000_000;
const DIGITS = 19;
/** Fresh processes of each kind, in turn. */
const ROUNDS = 3;

type Result = Readonly<{ seconds: number; peakMB: number; state?: string; receivers: number; key?: string }>;

const folder = mkdtempSync(join(tmpdir(), "volley-bench-"));
try {
  const file = join(folder, "receivers.csv");
  const different = writeFile(file);
  const rounds = Array.from({ length: ROUNDS }, () => ({ bare: run("bare", file), ours: run("import", file) }));
  const last = rounds.at(-1)?.ours;
  await assertRight(last, different);
  const ratio = median(rounds.map(({ bare, ours }) => ours.seconds / bare.seconds));
  const [seconds, bareSeconds] = (["ours", "bare"] as const).map((who) =>
    median(rounds.map((one) => one[who].seconds)),
  );
  const peakMB = Math.max(...rounds.map(({ ours }) => ours.peakMB));
  const barePeakMB = Math.max(...rounds.map(({ bare }) => bare.peakMB));
  report(
    [
      `import ${RECEIVERS.toLocaleString("en")} ids of ${DIGITS} digits, unsorted, ${(RECEIVERS - different).toLocaleString("en")} twice, from CSV (median of ${ROUNDS} fresh processes each)`,
      `  import       ${seconds?.toFixed(1)} s   ${peakMB.toFixed(0)} MB at its peak (goal: at most 400)`,
      `  read + sort  ${bareSeconds?.toFixed(1)} s   ${barePeakMB.toFixed(0)} MB`,
      `  ratio        ${ratio.toFixed(2)} (goal: at most 3)`,
    ],
    {
      bench: "upload",
      receivers: RECEIVERS,
      seconds: rounded(seconds ?? Number.NaN, 2),
      peakMB: rounded(peakMB, 0),
      ratio: rounded(ratio, 2),
      bareSeconds: rounded(bareSeconds ?? Number.NaN, 2),
      barePeakMB: rounded(barePeakMB, 0),
    },
  );
} finally {
  rmSync(folder, { recursive: true });
}

/** @returns how many different ids there are */
function writeFile(path: string): number {
  const ids = receiverIds(RECEIVERS, DIGITS);
  const file = openSync(path, "w");
  writeSync(file, "UserId\n");
  for (let at = 0; at < ids.length; at += 100_000) writeSync(file, `${ids.slice(at, at + 100_000).join("\n")}\n`);
  closeSync(file);
  const sorted = BigUint64Array.from(ids, BigInt).sort();
  return sorted.reduce((count, id, i) => count + (i > 0 && id === sorted[i - 1] ? 0 : 1), 0);
}

function run(work: "import" | "bare", file: string): Result {
  const child = join(import.meta.dirname, "upload-child.ts");
  const flags = work === "bare" ? ["--max-old-space-size=8192"] : [];
  const text = execFileSync(process.execPath, [...flags, child, work, file, folder], { encoding: "utf8" });
  return JSON.parse(text) as Result;
}

/** Numbers of a wrong list would be worth nothing. */
async function assertRight(made: Result | undefined, different: number): Promise<void> {
  const ids = decodeIds((await readStored(folder, made?.key ?? "")).subarray(0, 8 * different));
  const isRight =
    made?.state === "running" && made.receivers === different && ids.length === different && isAscending(ids);
  if (!isRight) throw new Error(`the list is not right: ${JSON.stringify(made)}, wanted ${different}`);
}
