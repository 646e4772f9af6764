import type { MessageStore } from "../ports/message-store.ts";
import type { MemoryTable } from "./memory-table.ts";

export function memoryMessageStore({ messages }: Pick<MemoryTable, "messages">): MessageStore {
  return {
    async write(run, stored) {
      messages.set(run, stored);
    },

    async read(run) {
      return messages.get(run);
    },
  };
}
