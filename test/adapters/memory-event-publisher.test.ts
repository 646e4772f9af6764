import { memoryEventPublisher } from "../../lib/adapters/memory-event-publisher.ts";
import type { PublishedEvent } from "../../lib/domain/published-event.ts";
import { eventPublisherContract } from "../contracts/event-publisher.ts";

eventPublisherContract("memory", async () => {
  const taken: PublishedEvent[] = [];
  return { publisher: memoryEventPublisher(taken), taken: () => taken };
});
