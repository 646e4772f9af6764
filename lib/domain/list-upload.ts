import type { ListFormat, ListPlace } from "../../list-reader/list-file.ts";

/** How the uploaded list of a job has to be read, fixed when the job is accepted. */
export type ListUpload = Readonly<{
  format: ListFormat;
  gzip: boolean;
  /** A name, or a number from 1. */
  column?: string | number;
  /** With more bad lines than these the job is rejected. */
  maxBadLines: number;
  /** The most receivers that the client may have in a job. */
  maxReceivers?: number;
}>;

/** Runs of sorted ids that one invocation wrote: they are numbered from 0. */
export type Segment = Readonly<{ id: string; count: number }>;

/** How far an import has come. What is written down of it survives a crash. */
export type ListImport = Readonly<{
  /** Which content of the uploaded object is read. Absent: the list is made of another job. */
  etag?: string;
  totalBytes?: number;
  /** Bytes of the object that are read. */
  bytes: number;
  /** Where to read on. Of another job's outcomes `offset` is the next batch. */
  place: ListPlace;
  /** Ids read so far, duplicates included. */
  ids: number;
  badLines: number;
  /** Bad lines that the report describes. */
  described: number;
  segments: readonly Segment[];
  /** Nothing is left to read: what is missing is the list itself. */
  isRead: boolean;
  /** Name of the report on bad lines. */
  report?: string;
}>;

/** The largest file that may be uploaded, and what a packed one may unpack to. */
export const MAX_UPLOAD_BYTES = 1024 ** 3;
export const MAX_UNPACKED_BYTES = 4 * 1024 ** 3;
/** How long a link to upload or to fetch something works. */
export const LINK_SECONDS = 3_600;
/** Bad lines that a report describes; it counts all. */
export const MAX_DESCRIBED = 10_000;

export const uploadKey = ({ id, run }: Readonly<{ id: string; run: string }>): string => `uploads/${id}/${run}`;

/** A drawn part in the name: an import that was given up and still goes on overwrites nothing of its successor. */
export const reportKey = (run: string, id: string): string => `reports/${run}/${id}/bad-lines.ndjson`;

export const segmentKey = (run: string, id: string, n: number): string => `sorted/${run}/${id}/${n}`;

export const segmentKeys = (run: string, segments: readonly Segment[]): string[] =>
  segments.flatMap(({ id, count }) => Array.from({ length: count }, (_, n) => segmentKey(run, id, n)));

export const beginImport = (file?: Readonly<{ etag: string; bytes: number }>): ListImport => ({
  ...(file && { etag: file.etag, totalBytes: file.bytes }),
  ...{ bytes: 0, place: { offset: 0, lines: 0 }, ids: 0, badLines: 0, described: 0, segments: [], isRead: false },
});

/** The segments with one more, written under `id`. */
export const withSegment = (segments: readonly Segment[], id: string): readonly Segment[] => {
  const last = segments.at(-1);
  return last?.id === id ? [...segments.slice(0, -1), { id, count: last.count + 1 }] : [...segments, { id, count: 1 }];
};

const HOUR_MS = 3_600_000;

/**
 * When to look next whether the file of a job is there, should its notification have been lost: an hour and some minutes
 * after the job was made, then ever more seldom.
 */
export const nextLookMs = (
  { createdAtMs, expiresAtMs }: Readonly<{ createdAtMs: number; expiresAtMs: number }>,
  nowMs: number,
): number => Math.min(expiresAtMs, nowMs + Math.max(1.1 * HOUR_MS, nowMs - createdAtMs));
