import { memoryResults } from "../../lib/adapters/memory-results.ts";
import { batchStoreContract } from "../contracts/batch-store.ts";
import { jobStoreContract } from "../contracts/job-store.ts";
import { parkedTasksContract } from "../contracts/parked-tasks.ts";
import { resultReaderContract } from "../contracts/result-reader.ts";
import { talliesContract } from "../contracts/tallies.ts";

jobStoreContract("memory", memoryResults);
batchStoreContract("memory", memoryResults);
talliesContract("memory", memoryResults);
parkedTasksContract("memory", memoryResults);
resultReaderContract("memory", memoryResults);
