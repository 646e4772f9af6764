import { type Item, N, S } from "./dynamo-attributes.ts";

/** Everything of a job but its job item stands under its run. */
export const runPk = (run: string): Item[string] => S(`RUN#${run}`);

/** int64 ids have at most 19 digits: padded, they sort as text as they do as numbers. */
const ID_DIGITS = 19;
export const padId = (id: string): string => id.padStart(ID_DIGITS, "0");
export const unpadId = (digits: string): string => digits.replace(/^0+/, "");

/** The table's TTL attribute, epoch seconds. @param goneAtMs epoch ms */
export const expiresAt = (goneAtMs: number): Item[string] => N(Math.ceil(goneAtMs / 1000));
