import type { Message } from "../domain/message.ts";

/** The message, and the receivers of a job whose list is one batch. Immutable. */
export type StoredMessage = Readonly<{
  message: Message;
  /** Canonical decimal ids joined by commas, ascending. Absent where the list is an object of its own. */
  receivers?: string;
}>;

export interface MessageStore {
  /** @param goneAtMs when it may be deleted, epoch ms */
  write(run: string, stored: StoredMessage, goneAtMs: number): Promise<void>;
  read(run: string): Promise<StoredMessage | undefined>;
}
