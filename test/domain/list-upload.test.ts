import { describe, expect, it } from "vitest";
import {
  beginImport,
  LINK_SECONDS,
  MAX_UNPACKED_BYTES,
  MAX_UPLOAD_BYTES,
  nextLookMs,
  reportKey,
  segmentKey,
  segmentKeys,
  uploadKey,
  withSegment,
} from "../../lib/domain/list-upload.ts";

const HOUR_MS = 3_600_000;

describe("the names of an import's objects", () => {
  it.each([
    { what: "the file", name: uploadKey({ id: "job", run: "run" }), want: "uploads/job/run" },
    { what: "the report", name: reportKey("run", "drawn"), want: "reports/run/drawn/bad-lines.ndjson" },
    { what: "a segment", name: segmentKey("run", "drawn", 7), want: "sorted/run/drawn/7" },
  ])("$what is $want", ({ name, want }) => expect(name).toBe(want));

  it("of all segments are in the order in which they were written", () => {
    const segments = [
      { id: "a", count: 2 },
      { id: "b", count: 0 },
      { id: "c", count: 1 },
    ];
    expect(segmentKeys("run", segments)).toEqual(["sorted/run/a/0", "sorted/run/a/1", "sorted/run/c/0"]);
    expect(segmentKeys("run", [])).toEqual([]);
  });
});

describe("an import", () => {
  const NOTHING_READ = {
    bytes: 0,
    place: { offset: 0, lines: 0 },
    ids: 0,
    badLines: 0,
    described: 0,
    segments: [],
    isRead: false,
  };

  it("of another job's receivers begins with nothing", () => expect(beginImport()).toStrictEqual(NOTHING_READ));

  it("of a file begins with nothing but what the bucket says of it", () => {
    expect(beginImport({ etag: "tag", bytes: 9 })).toStrictEqual({ ...NOTHING_READ, etag: "tag", totalBytes: 9 });
  });

  it.each([
    { when: "there is none yet", segments: [], want: [{ id: "b", count: 1 }] },
    { when: "it goes on", segments: [{ id: "b", count: 4 }], want: [{ id: "b", count: 5 }] },
    {
      when: "another invocation goes on",
      segments: [{ id: "a", count: 4 }],
      want: [
        { id: "a", count: 4 },
        { id: "b", count: 1 },
      ],
    },
    {
      when: "the one before the last was its own: names must not come twice",
      segments: [
        { id: "b", count: 4 },
        { id: "a", count: 2 },
      ],
      want: [
        { id: "b", count: 4 },
        { id: "a", count: 2 },
        { id: "b", count: 1 },
      ],
    },
    {
      when: "it goes on behind another's",
      segments: [
        { id: "a", count: 2 },
        { id: "b", count: 4 },
      ],
      want: [
        { id: "a", count: 2 },
        { id: "b", count: 5 },
      ],
    },
  ])("counts a segment when $when", ({ segments, want }) => expect(withSegment(segments, "b")).toEqual(want));

  it("is bounded: a file of 1 GiB that unpacks to 4 GiB, links of an hour", () => {
    expect(MAX_UPLOAD_BYTES).toBe(1_073_741_824);
    expect(MAX_UNPACKED_BYTES).toBe(4_294_967_296);
    expect(LINK_SECONDS * 1_000).toBe(HOUR_MS);
  });
});

describe("nextLookMs", () => {
  const START_MS = 100 * HOUR_MS;
  const day = { createdAtMs: START_MS, expiresAtMs: START_MS + 24 * HOUR_MS };

  it.each([
    { when: "at first when the link is over", nowMs: 0, want: 1.1 * HOUR_MS },
    { when: "as long after that as the job is old", nowMs: 2 * HOUR_MS, want: 4 * HOUR_MS },
    { when: "no earlier than the link's life later", nowMs: HOUR_MS, want: 2.1 * HOUR_MS },
    { when: "when the job expires, if that is sooner", nowMs: 13 * HOUR_MS, want: 24 * HOUR_MS },
  ])("looks $when", ({ nowMs, want }) => expect(nextLookMs(day, START_MS + nowMs)).toBe(START_MS + want));
});
