import type { StoredList } from "../domain/job.ts";
import { readsFor, without } from "../domain/leave-out.ts";
import { joinIds, type Receivers } from "../domain/receivers.ts";
import type { ReceiverLists } from "../ports/receiver-lists.ts";
import { inParallel } from "./in-parallel.ts";

/** An import asks for one piece after the other: manifests that one process keeps, 8 bytes a batch. */
const KEPT = 20;
/** Reads under way at once: 2 MB each. */
const READS = 4;

/**
 * Leave out of sorted ids everybody whom stored lists name. Of each list only the batches are read that may hold one of the
 * ids, so that few ids cost little beside a list of any length.
 *
 * @returns a function that throws {@link ListDamaged} and {@link Unavailable} as the lists do
 */
export function makeLeaveOut(lists: Pick<ReceiverLists, "read" | "manifest">) {
  const manifests = new Map<string, Receivers>();

  return async function leaveOut(ids: Receivers, all: readonly StoredList[]): Promise<Receivers> {
    let left = ids;
    for (const one of all) left = await leaveOutOne(left, one);
    return left;
  };

  async function leaveOutOne(ids: Receivers, stored: StoredList): Promise<Receivers> {
    const { key } = stored.list;
    const manifest = manifests.get(key) ?? (await lists.manifest(stored));
    if (manifests.size > KEPT) manifests.clear();
    manifests.set(key, manifest);
    let left = ids;
    const reads = readsFor(manifest, ids);
    for (let at = 0; at < reads.length; at += READS) {
      const some = await inParallel(READS, reads.slice(at, at + READS), ([from, to]) => lists.read(stored, from, to));
      left = without(left, joinIds(some));
    }
    return left;
  }
}
