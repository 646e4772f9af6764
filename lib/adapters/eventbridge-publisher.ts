import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import type { PublishedEvent } from "../domain/published-event.ts";
import type { EventPublisher } from "../ports/event-publisher.ts";
import { askAgain, type Patience } from "./ask-again.ts";

/** @see PutEvents, Entries: array of 1 to 10 */
const ENTRIES_A_CALL = 10;

/** How rules know our events, whatever the stage. */
const EVENT_SOURCE = "volley";

export type EventBridgePublisher = Readonly<{
  client: EventBridgeClient;
  /** The bus's name. */
  bus: string;
  patience?: Partial<Patience>;
}>;

/** Events as entries of PutEvents: the detail is the whole event, as CloudEvents writes it in JSON. */
export function eventBridgePublisher({ client, bus, patience }: EventBridgePublisher): EventPublisher {
  return {
    async publish(events) {
      for (let at = 0; at < events.length; at += ENTRIES_A_CALL) {
        await askAgain("events", events.slice(at, at + ENTRIES_A_CALL), put, patience);
      }
    },
  };

  /** @returns those that the bus did not take */
  async function put(events: readonly PublishedEvent[]): Promise<PublishedEvent[]> {
    const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: events.map(toEntry) }));
    // An entry that was taken has an id, at the same place in the answer.
    return events.filter((_, i) => Entries[i]?.EventId === undefined);
  }

  function toEntry(event: PublishedEvent): PutEventsRequestEntry {
    return {
      EventBusName: bus,
      Source: EVENT_SOURCE,
      DetailType: event.type,
      Time: new Date(event.time),
      Detail: JSON.stringify(event),
    };
  }
}
