import type { ListRef, StoredList } from "../domain/job.ts";
import type { Receivers } from "../domain/receivers.ts";

/**
 * Receiver lists: 8 bytes a receiver, big-endian, ascending, no duplicates; behind them the first receiver of every batch
 * (the manifest). Written once, never changed.
 *
 * @throws {ListDamaged} from every read: the object is missing, of another length than the job says, or not ascending
 * @throws {Unavailable} if the store is away
 */
export interface ReceiverLists {
  /** @param name drawn; the object's name is made of it */
  write(name: string, receivers: Receivers, batchSize: number): Promise<ListRef>;
  /**
   * Write a list as it comes, in parts. Nothing is left of one that fails.
   *
   * @param pieces ascending, across pieces too
   * @throws whatever `pieces` throws
   */
  writeAll(name: string, pieces: AsyncIterable<Receivers>, batchSize: number): Promise<StoredList>;
  /** The receivers of batches `from` to `to` (exclusive): one ranged read. */
  read(stored: StoredList, from: number, to: number): Promise<Receivers>;
  /** The first receiver of every batch. */
  manifest(stored: StoredList): Promise<Receivers>;
  /** The whole list, a few megabytes at a time. */
  stream(stored: StoredList): AsyncIterable<Receivers>;
}
