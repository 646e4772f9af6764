import { expect } from "vitest";
import { memoryExportStore } from "../../lib/adapters/memory-export-store.ts";
import { memoryQueue } from "../../lib/adapters/memory-queue.ts";
import { memoryReportFiles } from "../../lib/adapters/memory-report-files.ts";
import type { ExportTask } from "../../lib/domain/export-task.ts";
import type { Job } from "../../lib/domain/job.ts";
import { type ExportRequest, exportKey, type FileForm } from "../../lib/domain/outcome-export.ts";
import type { Settled } from "../../lib/domain/settled.ts";
import { makeListOutcomes } from "../../lib/use-cases/list-outcomes.ts";
import { makeReadList } from "../../lib/use-cases/read-list.ts";
import { makeReadPart } from "../../lib/use-cases/read-part.ts";
import { makeGetExport, makeRequestExport } from "../../lib/use-cases/request-export.ts";
import { makeWriteExport } from "../../lib/use-cases/write-export.ts";
import type { Call } from "../support/fake-upstream.ts";
import { type Around, intercept } from "../support/intercept.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, CALLER, makeWorld, type World } from "./world.ts";

/** As serverless.yml has them. */
const WRITER_MS = 900_000;
const VISIBILITY_MS = 5_400_000;

const form: FileForm = { header: "", row: ({ userId, status, code }) => `${userId} ${status} ${code ?? ""}\n` };
/** Short lines, so that a test can read them. */
const FORMS = { csv: { ...form, header: "header\n" }, ndjson: form };

export type Exports = ReturnType<typeof exportsOf>;

/** Everything that exports need, in the memory of one world. @param partBytes so that a few receivers fill a part */
export function exportsOf(world: World, { partBytes = 40, rowsPerPage = 2 } = {}) {
  const queue = memoryQueue<ExportTask>(world.clock.now, VISIBILITY_MS);
  const reportFiles = memoryReportFiles();
  let drawn = 0;
  const ports = {
    ...world.ports,
    exports: memoryExportStore(),
    reportFiles,
    exportQueue: { send: async (task: ExportTask) => queue.put(task, 0) },
    reportLinks: { to: async (key: string, name: string) => `https://bucket/${key}?name=${name}` },
  };

  function processOf(around?: Around) {
    const mine = around ? intercept(ports, around) : ports;
    const listOutcomes = makeListOutcomes({ ...mine, readList: makeReadList(mine) });
    const facts = { clock: world.clock, drawId: () => `file${++drawn}` };
    return {
      listOutcomes,
      request: makeRequestExport({ ...mine, ...facts }),
      get: makeGetExport({ ...mine, ...facts }),
      write: makeWriteExport({
        ...mine,
        ...facts,
        readPart: makeReadPart({ listOutcomes, forms: FORMS, partBytes, rowsPerPage }),
      }),
    };
  }
  return { queue, reportFiles, ports, processOf, ...processOf() };
}

/** Let writers work until the queue is empty. What fails comes again after 15 s. @returns how many messages were taken */
export async function writeAll(
  { queue, write }: Exports,
  { clock }: World,
  writerMs: number = WRITER_MS,
  writer: () => typeof write = () => write,
): Promise<number> {
  for (let taken = 0; ; taken++) {
    const nextMs = queue.nextAtMs();
    if (nextMs === undefined) return taken;
    if (taken > 200) throw new Error("this never ends");
    clock.advanceTo(Math.max(nextMs, clock.now()));
    const got = queue.receive();
    if (!got) throw new Error("nothing came");
    const settled: Settled = await writer()(got.body, clock.now() + writerMs).catch(
      () => ({ kind: "go-back", atMs: clock.now() + 15_000 }) as const,
    );
    if (settled.kind === "delete") queue.remove(got.id);
    else queue.hide(got.id, Math.ceil((settled.atMs - clock.now()) / 1_000));
  }
}

/** The text of the file that is there for a request. */
export async function textOf({ ports, reportFiles }: Exports, run: string, request: ExportRequest): Promise<string> {
  const found = await ports.exports.find(run, request);
  const bytes = found && reportFiles.objects.get(exportKey(found));
  return bytes === undefined ? "" : Buffer.from(bytes).toString();
}

/** The same, as it must be: what the list of outcomes says, in one piece. */
export async function wanted(world: World, id: string, { format, ...filter }: ExportRequest): Promise<string> {
  const lines: string[] = [FORMS[format].header];
  for (let after: string | undefined, more = true; more; ) {
    const page = { ...filter, limit: 1_000, ...(after !== undefined && { after }) };
    const { outcomes, next } = await world.volley.query.outcomes(CALLER, id, page);
    lines.push(...outcomes.map(form.row));
    after = next;
    more = next !== undefined;
  }
  return lines.join("");
}

/** Of every ten receivers one is refused for good, one stands in neither list, the others get it. */
export const mixed = ({ receivers }: Call) => ({
  fails: receivers.filter((id) => id.endsWith("3")),
  forgets: receivers.filter((id) => id.endsWith("7")),
});

/** A job of so many receivers, ended, and exports of it. */
export async function endedJob(receivers = 25, options?: Parameters<typeof exportsOf>[1]) {
  const world = makeWorld({ behave: mixed });
  const job = await accepted(world, receivers);
  await runUntilRest(world);
  return { world, job, exports: exportsOf(world, options) };
}

export async function expectWritten(exports: Exports, world: World, job: Job, request: ExportRequest): Promise<void> {
  expect(await textOf(exports, job.run, request)).toBe(await wanted(world, job.id, request));
  const text = await textOf(exports, job.run, request);
  expect(await exports.ports.exports.find(job.run, request)).toMatchObject({
    state: "done",
    bytes: Buffer.byteLength(text),
    rows: text.split("\n").length - (request.format === "csv" ? 2 : 1),
  });
}
