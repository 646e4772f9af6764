import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bareParse, bodyOf, intake } from "./accept-intake.ts";
import { median, ratioOf, report, rounded, takeTurns } from "./measure.ts";
import { receiverIds } from "./receiver-ids.ts";

const RECEIVERS = 500_000;
const TURNS = { warmUp: 4, rounds: 21 };
/** Fresh processes a measurement of memory: the garbage collector comes when it likes. */
const PROCESSES = 5;

const folder = mkdtempSync(join(tmpdir(), "volley-bench-"));
try {
  const usual = await measure(10, "native");
  const long = await measure(19, "lossless");
  report(
    [
      `accept ${RECEIVERS.toLocaleString("en")} ids, from the body's text to the bytes of the stored list`,
      `(CPU of the process, median of ${TURNS.rounds} rounds in turn; memory: median of ${PROCESSES} fresh processes)`,
      "                     body        bare parse            intake",
      `  10 digits  ${line(usual)} × JSON.parse (goal: at most 4)`,
      `  19 digits  ${line(long)} × lossless-json (goal: at most 2)`,
      "  the MB after each time: memory at its peak over the body (goal of intake: at most 40)",
    ],
    {
      bench: "accept",
      ratio: usual.ratio,
      extraMB: Math.max(usual.intakeMB, long.intakeMB),
      ratioLossless: long.ratio,
      extraMB10: usual.intakeMB,
      extraMB19: long.intakeMB,
      bareMB10: usual.bareMB,
      bareMB19: long.bareMB,
    },
  );
} finally {
  rmSync(folder, { recursive: true });
}

async function measure(digits: number, bare: keyof typeof bareParse) {
  const file = join(folder, `body-${digits}.json`);
  const body = Buffer.from(bodyOf(receiverIds(RECEIVERS, digits))).toString("latin1"); // flat, as it comes from a socket
  writeFileSync(file, body);
  const cpu = await takeTurns({ bare: () => bareParse[bare](body), intake: () => intake(body) }, TURNS);
  return {
    bodyMB: body.length / 2 ** 20,
    bareMs: median(cpu.bare),
    intakeMs: median(cpu.intake),
    ratio: rounded(ratioOf(cpu.intake, cpu.bare), 2),
    bareMB: growth(bare, file),
    intakeMB: growth("intake", file),
  };
}

function growth(work: string, file: string): number {
  const child = join(import.meta.dirname, "accept-memory.ts");
  const runs = Array.from({ length: PROCESSES }, () =>
    Number(execFileSync(process.execPath, [child, work, file], { encoding: "utf8" })),
  );
  return rounded(median(runs), 1);
}

function line({ bodyMB, bareMs, bareMB, intakeMs, intakeMB, ratio }: Awaited<ReturnType<typeof measure>>): string {
  const [body, bare, took] = [bodyMB.toFixed(1), bareMs.toFixed(0), intakeMs.toFixed(0)];
  return [
    `${body.padStart(5)} MB`,
    `${bare.padStart(4)} ms ${bareMB.toFixed(1).padStart(5)} MB`,
    `${took.padStart(4)} ms ${intakeMB.toFixed(1).padStart(5)} MB`,
    ` ${ratio}`,
  ].join("   ");
}
