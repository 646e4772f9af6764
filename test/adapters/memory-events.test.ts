import { memoryDeadLetters } from "../../lib/adapters/memory-dead-letters.ts";
import { memoryRequestObjects } from "../../lib/adapters/memory-request-objects.ts";
import type { DeadLetter } from "../../lib/ports/dead-letters.ts";
import { deadLettersContract } from "../contracts/dead-letters.ts";
import { requestObjectsContract } from "../contracts/request-objects.ts";

deadLettersContract("memory", () => {
  const letters: DeadLetter[] = [];
  return { deadLetters: memoryDeadLetters(letters), read: async () => letters.splice(0) };
});

requestObjectsContract("memory", () => {
  const stored = new Map<string, { eTag: string; text: string }>();
  return {
    objects: memoryRequestObjects(stored),
    async put(key, text) {
      stored.set(key, { eTag: `"${text}"`, text });
      return { bucket: "lists", key, eTag: `"${text}"`, size: text.length };
    },
    remove: async (key) => void stored.delete(key),
  };
});
