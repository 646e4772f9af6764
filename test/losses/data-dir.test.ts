import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { takeDataDir } from "../../local/data-dir.ts";
import { type LocalStack, startLocalStack } from "../../local/local-stack.ts";
import { type Simulator, startRtcSimulator } from "../../local/rtc-simulator/server.ts";
import { endsOn } from "../support/ends-on.ts";
import { inboxOf, itemsOf } from "../support/inside-volley.ts";
import {
  hasSent,
  isDone,
  jobOf,
  jobWhen,
  longIds,
  MESSAGE,
  ofStatus,
  outcomesOf,
  postJob,
  tallyOf,
  usersIn,
} from "../support/jobs.ts";
import { KEYS, stackEnv } from "../support/volley.ts";

describe("a stack with a LOCAL_DATA_DIR", () => {
  const dir = mkdtempSync(join(tmpdir(), "volley-"));
  const quota = { messages: 8_000, windowMs: 4_000 };
  const ids = longIds(20_000);
  const later = longIds(1_000, 5_000n);
  let simulator: Simulator;
  let second: LocalStack;
  beforeAll(async () => {
    simulator = await startRtcSimulator({ ...KEYS, quota, faults: [{ do: { delayMs: 300 } }] });
  });
  afterAll(async () => {
    await second?.stop();
    await simulator?.stop();
    rmSync(dir, { recursive: true });
  });

  /** Of the stack; the upstream goes on. */
  const start = () =>
    startLocalStack({
      ...stackEnv({ quota }, simulator),
      LOCAL_DATA_DIR: dir,
      QUEUE_VISIBILITY_SECONDS: "10",
      CALL_TIMEOUT_MS: "1500",
    });

  it("keeps lists, tables and queues between runs, also after kill -9: a job goes on where it was", async () => {
    const first = await start();
    const Options = { NotBefore: new Date(Date.now() + 3_600_000).toISOString() };
    const scheduled = await postJob(first, { ...MESSAGE, Receiver: later, Options });

    expect(() => takeDataDir(dir)).toThrow(`LOCAL_DATA_DIR is in use by process ${first.process.pid}`);

    const { JobId } = await postJob(first, { ...MESSAGE, Receiver: ids });
    const atKill = await jobWhen(first, JobId, hasSent);
    await endsOn(first, "SIGKILL");

    second = await start();
    expect(atKill.Tally.Pending).toBeGreaterThan(0);
    const { Tally } = await jobWhen(second, JobId, isDone);
    const rows = await outcomesOf(second, JobId);
    expect(usersIn(rows)).toEqual(ids);
    expect(Tally).toEqual(tallyOf(rows));
    expect(ofStatus(rows, "sent", "unknown")).toHaveLength(ids.length);
    const inbox = await inboxOf({ simulator });
    expect(ids.filter((id) => (inbox.get(id)?.length ?? 0) > 1)).toEqual([]);
    expect(ofStatus(rows, "sent").filter(({ UserId }) => !inbox.has(UserId))).toEqual([]);

    expect(await jobOf(second, scheduled.JobId)).toMatchObject({ Status: "scheduled" });
    expect(usersIn(await outcomesOf(second, scheduled.JobId, "pending"))).toEqual(later);
    expect((await itemsOf({ stack: second }, "quota")).length).toBe(1);
  });

  it("takes every process along on Ctrl-C", async () => {
    await endsOn(second, "SIGINT");
    expect(readdirSync(dir)).not.toContain("pid");
  });
});
