import { importScratchOn } from "../../lib/adapters/import-scratch-on.ts";
import { memoryObjects } from "../../lib/adapters/memory-objects.ts";
import { memoryUploads } from "../../lib/adapters/memory-uploads.ts";
import { importScratchContract } from "../contracts/import-scratch.ts";
import { uploadsContract } from "../contracts/uploads.ts";

uploadsContract("memory", () => {
  const objects = new Map<string, Uint8Array>();
  return {
    uploads: memoryUploads(objects, Date.now),
    async put(key, bytes) {
      if (bytes === undefined) objects.delete(key);
      else objects.set(key, bytes);
    },
  };
});

const objects = new Map<string, Uint8Array>();
importScratchContract("memory", () => importScratchOn(memoryObjects(objects)));
