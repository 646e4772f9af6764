import type { PublishedEvent } from "../domain/published-event.ts";
import type { EventPublisher } from "../ports/event-publisher.ts";

/** A bus in one process. @param taken gets every event, in order, as often as it is published */
export function memoryEventPublisher(taken: PublishedEvent[]): EventPublisher {
  return {
    async publish(events) {
      taken.push(...events);
    },
  };
}
