import type { Sink } from "./sink.ts";

/**
 * Read all whole lines of `bytes`.
 *
 * @param isLast nothing follows: what is open now stays open
 * @returns where the first line begins that is not whole yet
 */
export type TakeLines = (bytes: Uint8Array, sink: Sink, isLast: boolean) => number;
