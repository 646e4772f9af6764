import { type AttemptResult, isEmpty, PARTS, type Part, type PartName } from "../domain/attempt-result.ts";
import { type Claim, NO_ROW, type Row, type RowName } from "../domain/batch-rows.ts";
import type { RowKey } from "../ports/batch-row-store.ts";
import { type Item, N, numberOf, optional, S, textOf } from "./dynamo-attributes.ts";
import { assertReadable } from "./dynamo-item-version.ts";
import { padId, runPk } from "./dynamo-run-key.ts";

const PREFIX: Readonly<Record<RowName, string>> = { batch: "BATCH#", retry: "RETRY#" };

export const rowSk = (on: RowName, first: string): string => PREFIX[on] + padId(first);

/** Where one of a batch's two rows stands, so that one Query backwards from any receiver's id finds its batch. */
export const rowKey = ({ run, first, on }: Pick<RowKey, "run" | "first" | "on">): Item => ({
  pk: runPk(run),
  sk: S(rowSk(on, first)),
});

/** @throws {TypeError} naming the attribute that is not as the batch row store writes it */
export function fromRowItem(item: Item | undefined): Row {
  if (item === undefined) return NO_ROW;
  assertReadable(item);
  const claim = item["claim"]?.M;
  return {
    version: numberOf(item, "version"),
    ...(claim && { claim: fromClaimMap(claim) }),
    results: resultsIn(item),
    late: fromPartMap(item["late"]?.M),
  };
}

export const toClaimMap = ({ id, slotMs, untilMs, count, receivers }: Claim): Item => ({
  id: S(id),
  slot: N(slotMs),
  until: N(untilMs),
  count: N(count),
  ...(receivers && { receivers: S(receivers.join()) }),
});

function fromClaimMap(map: Item): Claim {
  const receivers = optional(map, "receivers", textOf);
  return {
    id: textOf(map, "id"),
    slotMs: numberOf(map, "slot"),
    untilMs: numberOf(map, "until"),
    count: numberOf(map, "count"),
    ...(receivers !== undefined && { receivers: receivers.split(",") }),
  };
}

/** Results stand in attributes of their own (`result1`, `result2`, …), so that adding one never rewrites another. */
export const resultName = (index: number): string => `result${index + 1}`;

function resultsIn(item: Item): AttemptResult[] {
  const results: AttemptResult[] = [];
  for (let map = item[resultName(0)]?.M; map; map = item[resultName(results.length)]?.M) {
    results.push(fromResultMap(map));
  }
  return results;
}

export function toResultMap(result: AttemptResult): Item {
  const map: Item = { at: N(result.atMs) };
  if (result.requestId !== undefined) map["requestId"] = S(result.requestId);
  for (const part of PARTS) if (!isEmpty(result[part])) map[part] = { M: toPartMap(part, result[part]) };
  return map;
}

function fromResultMap(map: Item): AttemptResult {
  const requestId = optional(map, "requestId", textOf);
  return {
    atMs: numberOf(map, "at"),
    ...(requestId !== undefined && { requestId }),
    sent: fromPartMap(map["sent"]?.M),
    failed: fromPartMap(map["failed"]?.M),
    unknown: fromPartMap(map["unknown"]?.M),
    refused: fromPartMap(map["refused"]?.M),
    unclear: fromPartMap(map["unclear"]?.M),
  };
}

/** Message ids are numbers in the table, exact to 38 digits and half as long as text; reasons are text. */
export function toPartMap(name: PartName, part: Part): Item {
  const write = name === "sent" ? N : S;
  const map: Item = {};
  for (const id in part) map[id] = write(part[id] ?? "");
  return map;
}

/** Plain loops: 500 entries a row, twice a batch. */
export function fromPartMap(map: Item = {}): Part {
  const part: Record<string, string> = {};
  for (const id in map) part[id] = map[id]?.N ?? map[id]?.S ?? "";
  return part;
}
