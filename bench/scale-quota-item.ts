import { EMPTY_LEDGER, type Ledger } from "../lib/domain/quota/ledger.ts";
import {
  call,
  PARTITION_READ_UNITS,
  PARTITION_UNITS,
  READ_MS,
  type Surroundings,
  throughput,
  WRITE_MS,
} from "./scale-table.ts";

/** The quota item as a worker read it. */
export type Copy = Readonly<{ version: number; ledger: Ledger }>;

/** The quota item of one account, or of one shard of its limit. Both end in `failed` where DynamoDB throttled to the end. */
export type QuotaItem = Readonly<{
  read(then: (copy: Copy) => void, failed: () => void): void;
  /** A write on condition that nobody wrote since `version`. `winner`: what is there instead. */
  write(version: number, ledger: Ledger, then: (winner: Copy | undefined) => void, failed: () => void): void;
  counts: { writes: number; writeUnits: number; lost: number; mostBytes: number };
  refused(): number;
}>;

/** An item never spans two partitions: it has the units of one. */
export function quotaItem(around: Surroundings): QuotaItem {
  const { clock } = around;
  let held: Copy = { version: 0, ledger: EMPTY_LEDGER };
  const writing = throughput(PARTITION_UNITS);
  const reading = throughput(PARTITION_READ_UNITS);
  const counts = { writes: 0, writeUnits: 0, lost: 0, mostBytes: 0 };
  return {
    counts,
    refused: () => writing.refused + reading.refused,

    read(then, failed) {
      const done = (backMs: number): void => {
        const copy = held;
        clock.after(backMs, () => then(copy));
      };
      call(around, [reading], Math.ceil(bytesOf(held.ledger) / 4_096), READ_MS, { done, failed });
    },

    write(version, ledger, then, failed) {
      const bytes = bytesOf(ledger);
      const units = Math.ceil(bytes / 1_024); // billed as well where its condition fails
      const done = (backMs: number): void => {
        counts.writes += 1;
        counts.writeUnits += units;
        counts.mostBytes = Math.max(counts.mostBytes, bytes);
        const lost = held.version !== version;
        if (lost) counts.lost += 1;
        else held = { version: version + 1, ledger };
        const winner = lost ? held : undefined;
        clock.after(backMs, () => then(winner));
      };
      call(around, [writing], units, WRITE_MS, { done, failed });
    },
  };
}

/** About what the stored form of a ledger weighs: two small numbers an entry, each with a byte for its place in the list. */
const bytesOf = ({ entries }: Ledger): number =>
  150 + entries.reduce((sum, { count }, i) => sum + numberBytes(count) + numberBytes(gapOf(entries, i)), 0);

const gapOf = (entries: Ledger["entries"], i: number): number =>
  (entries[i]?.slotMs ?? 0) - (entries[i - 1]?.slotMs ?? entries[i]?.slotMs ?? 0);

/** A number: a byte for every two digits and one, and one for its place. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
const numberBytes = (value: number): number => Math.ceil(String(Math.round(value)).length / 2) + 2;
