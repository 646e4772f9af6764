import { memoryExportStore } from "../../lib/adapters/memory-export-store.ts";
import { memoryReportFiles } from "../../lib/adapters/memory-report-files.ts";
import { exportStoreContract } from "../contracts/export-store.ts";
import { reportFilesContract } from "../contracts/report-files.ts";

exportStoreContract("memory", memoryExportStore);
reportFilesContract("memory", () => {
  const files = memoryReportFiles();
  return { files, read: async (key) => files.objects.get(key) };
});
