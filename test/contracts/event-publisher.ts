import { beforeEach, describe, expect, it } from "vitest";
import type { PublishedEvent } from "../../lib/domain/published-event.ts";
import type { EventPublisher } from "../../lib/ports/event-publisher.ts";
import { NOW } from "../support/a-job.ts";

export const aPublishedEvent = (n: number): PublishedEvent => ({
  specversion: "1.0",
  id: `run.${n}.JobPaused`,
  source: "/volley/test",
  type: "JobPaused",
  subject: "job",
  time: new Date(NOW + n).toISOString(),
  datacontenttype: "application/json",
  data: { JobId: "job", Reason: "línea 🙂" },
});

export type PublisherUnderTest = Readonly<{ publisher: EventPublisher; taken: () => readonly PublishedEvent[] }>;

/** Every EventPublisher passes this one suite. @param make a bus with nothing on it */
export function eventPublisherContract(name: string, make: () => Promise<PublisherUnderTest>): void {
  let on: PublisherUnderTest;

  describe(`${name} honours EventPublisher`, () => {
    beforeEach(async () => {
      on = await make();
    });

    it.each([0, 1, 10, 11, 25])("publishes %i events, whole and in their order", async (count) => {
      const events = Array.from({ length: count }, (_, n) => aPublishedEvent(n));
      await on.publisher.publish(events);
      expect(on.taken()).toEqual(events);
    });

    it("publishes again what is published again", async () => {
      await on.publisher.publish([aPublishedEvent(1)]);
      await on.publisher.publish([aPublishedEvent(1)]);
      expect(on.taken()).toEqual([aPublishedEvent(1), aPublishedEvent(1)]);
    });
  });
}
