import { expect, it } from "vitest";
import { readExportTask } from "../../lib/api/read-export-task.ts";

const TASK = { job: "0123456789abcdefghijklmno", run: "run0123456789abc", request: { format: "csv" } };

const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

it.each([
  TASK,
  { ...TASK, request: { format: "ndjson", status: "failed", code: "FailedReceiver" } },
  { ...TASK, trace: TRACE },
])("reads %o", (task) => {
  expect(readExportTask(JSON.stringify({ v: 1, ...task }))).toEqual(task);
});

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
  JSON.stringify({ v: 1, ...TASK, trace: "what" }),
])("refuses %s", (body) => expect(() => readExportTask(body)).toThrow());
