import type { PublishedEvent } from "../domain/published-event.ts";

/** Puts events on the bus. At least once: whoever is not sure publishes again, with the same ids. */
export interface EventPublisher {
  /** @throws {Unavailable} if the bus did not take all of them: some may be there */
  publish(events: readonly PublishedEvent[]): Promise<void>;
}
