import { memoryReceiverLists } from "../../lib/adapters/memory-receiver-lists.ts";
import { receiverListsContract } from "../contracts/receiver-lists.ts";

receiverListsContract("memory", () => {
  const objects = new Map<string, Uint8Array>();
  return {
    lists: memoryReceiverLists(objects),
    async tamper(key, bytes) {
      if (bytes === undefined) objects.delete(key);
      else objects.set(key, bytes);
    },
  };
});
