import { LIST_FORMATS, type ListPlace } from "../../list-reader/list-file.ts";
import type { ListImport, ListUpload, Segment } from "../domain/list-upload.ts";
import { type Item, N, numberOf, optional, S, textOf } from "./dynamo-attributes.ts";

// What a job item holds of an uploaded list and of its import, as maps.

export const toUploadMap = ({ format, gzip, column, maxBadLines, maxReceivers }: ListUpload): Item => ({
  format: S(format),
  gzip: { BOOL: gzip },
  ...(column !== undefined && { column: typeof column === "number" ? N(column) : S(column) }),
  maxBadLines: N(maxBadLines),
  ...(maxReceivers !== undefined && { maxReceivers: N(maxReceivers) }),
});

/** @throws {TypeError} naming the attribute that is not as it is written */
export function toUpload(item: Item, name: string): ListUpload {
  const map = mapIn(item, name);
  const format = LIST_FORMATS.find((one) => one === map["format"]?.S);
  const gzip = map["gzip"]?.BOOL;
  if (format === undefined || gzip === undefined) throw new TypeError("format or gzip of an upload is something else");
  const column = optional(map, "column", (of, key) => of[key]?.S ?? numberOf(of, key));
  const maxReceivers = optional(map, "maxReceivers", numberOf);
  return {
    ...{ format, gzip, maxBadLines: numberOf(map, "maxBadLines") },
    ...(column !== undefined && { column }),
    ...(maxReceivers !== undefined && { maxReceivers }),
  };
}

export const toImportMap = ({ etag, totalBytes, place, segments, isRead, report, ...counts }: ListImport): Item => ({
  ...(etag !== undefined && { etag: S(etag) }),
  ...(totalBytes !== undefined && { totalBytes: N(totalBytes) }),
  bytes: N(counts.bytes),
  place: { M: toPlaceMap(place) },
  ids: N(counts.ids),
  badLines: N(counts.badLines),
  described: N(counts.described),
  segments: { L: segments.map(({ id, count }) => ({ M: { id: S(id), count: N(count) } })) },
  isRead: { BOOL: isRead },
  ...(report !== undefined && { report: S(report) }),
});

/** @throws {TypeError} as {@link toUpload} */
export function toImport(item: Item, name: string): ListImport {
  const map = mapIn(item, name);
  const etag = optional(map, "etag", textOf);
  const totalBytes = optional(map, "totalBytes", numberOf);
  const report = optional(map, "report", textOf);
  const segments = (map["segments"]?.L ?? []).map((segment): Segment => {
    const entry = mapIn({ segment }, "segment");
    return { id: textOf(entry, "id"), count: numberOf(entry, "count") };
  });
  return {
    ...(etag !== undefined && { etag }),
    ...(totalBytes !== undefined && { totalBytes }),
    ...{ bytes: numberOf(map, "bytes"), place: toPlace(map), ids: numberOf(map, "ids") },
    ...{ badLines: numberOf(map, "badLines"), described: numberOf(map, "described") },
    ...{ segments, isRead: map["isRead"]?.BOOL === true },
    ...(report !== undefined && { report }),
  };
}

const toPlaceMap = ({ offset, lines, layout }: ListPlace): Item => ({
  offset: N(offset),
  lines: N(lines),
  ...(layout && {
    delimiter: S(layout.delimiter),
    column: N(layout.column),
    columns: N(layout.columns),
    isGuess: { BOOL: layout.isGuess },
  }),
});

function toPlace(item: Item): ListPlace {
  const map = mapIn(item, "place");
  const place = { offset: numberOf(map, "offset"), lines: numberOf(map, "lines") };
  const delimiter = optional(map, "delimiter", textOf);
  if (delimiter === undefined) return place;
  const isGuess = map["isGuess"]?.BOOL === true;
  return {
    ...place,
    layout: { delimiter, column: numberOf(map, "column"), columns: numberOf(map, "columns"), isGuess },
  };
}

function mapIn(item: Item, name: string): Item {
  const map = item[name]?.M;
  if (map === undefined) throw new TypeError(`${name} is not a map`);
  return map;
}
