import { memoryResults } from "../../lib/adapters/memory-results.ts";
import { batchRowResultsContract } from "../contracts/batch-row-results.ts";
import { batchRowStoreContract } from "../contracts/batch-row-store.ts";
import { failedBatchesContract } from "../contracts/failed-batches.ts";
import { talliesContract } from "../contracts/tallies.ts";
import { NOW } from "../support/a-job.ts";

const make = () => memoryResults(() => NOW);

batchRowStoreContract("memory", make);
batchRowResultsContract("memory", () => make().rows);
failedBatchesContract("memory", make);
talliesContract("memory", () => make().tallies);
