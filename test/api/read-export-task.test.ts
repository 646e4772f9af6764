import { expect, it } from "vitest";
import { readExportTask } from "../../lib/api/read-export-task.ts";

const TASK = { job: "0123456789abcdefghijklmno", run: "run0123456789abc", request: { format: "csv" } };

it.each([TASK, { ...TASK, request: { format: "ndjson", status: "failed", code: "FailedReceiver" } }])(
  "reads %o",
  (task) => {
    expect(readExportTask(JSON.stringify({ v: 1, ...task }))).toEqual(task);
  },
);

it.each([
  "hello",
  "{}",
  JSON.stringify(TASK),
  JSON.stringify({ v: 2, ...TASK }),
  JSON.stringify({ v: 1, ...TASK, job: "UPPER" }),
  JSON.stringify({ v: 1, ...TASK, run: "../x" }),
  JSON.stringify({ v: 1, ...TASK, request: { format: "xml" } }),
  JSON.stringify({ v: 1, ...TASK, request: { format: "csv", code: "a#b" } }),
  JSON.stringify({ v: 1, ...TASK, request: undefined }),
])("refuses %s", (body) => expect(() => readExportTask(body)).toThrow());
