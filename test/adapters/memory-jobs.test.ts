import { memoryDispatchLock } from "../../lib/adapters/memory-dispatch-lock.ts";
import { memoryDueJobs } from "../../lib/adapters/memory-due-jobs.ts";
import { memoryDueOutboxes } from "../../lib/adapters/memory-due-outboxes.ts";
import { memoryJobIndex } from "../../lib/adapters/memory-job-index.ts";
import { memoryJobStore } from "../../lib/adapters/memory-job-store.ts";
import { memoryMessageStore } from "../../lib/adapters/memory-message-store.ts";
import { memoryTable } from "../../lib/adapters/memory-table.ts";
import { dispatchLockContract } from "../contracts/dispatch-lock.ts";
import { dueJobsContract } from "../contracts/due-jobs.ts";
import { dueOutboxesContract } from "../contracts/due-outboxes.ts";
import { jobIndexContract } from "../contracts/job-index.ts";
import { jobStoreContract } from "../contracts/job-store.ts";
import { messageStoreContract } from "../contracts/message-store.ts";

const table = memoryTable();
const jobs = memoryJobStore(table);

jobStoreContract("memory", () => jobs);
dueJobsContract("memory", () => {
  const own = memoryTable();
  return { jobs: memoryJobStore(own), due: memoryDueJobs(own) };
});
dueOutboxesContract("memory", () => {
  const own = memoryTable();
  return { jobs: memoryJobStore(own), outboxes: memoryDueOutboxes(own) };
});
jobIndexContract("memory", (nowMs) => ({ jobs, index: memoryJobIndex(table, () => nowMs) }));
messageStoreContract("memory", () => memoryMessageStore(table));
dispatchLockContract("memory", () => memoryDispatchLock(table));
