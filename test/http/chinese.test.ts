import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exportSchema } from "../../lib/api/export-request.ts";
import { jobSchema } from "../../lib/api/job-schema.ts";
import { quotaChangeSchema, reservationSchema } from "../../lib/api/quota-request.ts";
import { uploadSchema } from "../../lib/api/upload-schema.ts";
import { CHINESE, type Text } from "../../lib/domain/text.ts";
import { inChinese } from "../../lib/http/in-chinese.ts";

const PLACE = /\{(\d)(?: text| or)?\}/g;
const texts = Object.entries(CHINESE);
const fill = (english: string, values: readonly string[]) =>
  english.split("{}").reduce((text, part, i) => `${text}${values[i - 1]}${part}`);

/** What texts of ours hold: numbers, ids, names, times. */
const value = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String),
  fc.stringMatching(/^[A-Za-z0-9.:_+-]{1,30}$/),
);

describe.each(texts)("%s", (english, chinese) => {
  const places = english.split("{}").length - 1;

  it("has each of its values once in Chinese, which is Chinese", () => {
    const used = [...chinese.matchAll(PLACE)].map(([, at]) => Number(at));
    expect(used.toSorted()).toEqual(Array.from({ length: places }, (_, i) => i));
    expect(chinese).toMatch(/\p{Script=Han}/u);
  });

  it("is translated with the values that it has", () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: places, maxLength: places }), (values) => {
        const want = chinese.replace(PLACE, (_, at: string) => values[Number(at)] ?? "");
        expect(inChinese(fill(english, values) as Text)).toBe(want);
      }),
      { numRuns: 20 },
    );
  });
});

/** The texts of a valibot schema and of everything in it: none of them is checked by the compiler. */
function textsOf(schema: unknown, seen = new Set<unknown>()): string[] {
  if (typeof schema !== "object" || schema === null || seen.has(schema)) return [];
  seen.add(schema);
  const own = "kind" in schema && "message" in schema && typeof schema.message === "string" ? [schema.message] : [];
  return [...own, ...Object.values(schema).flatMap((inner) => textsOf(inner, seen))];
}

it.each([
  { of: "a job", schema: jobSchema, least: 40 },
  { of: "an upload", schema: uploadSchema, least: 40 },
  { of: "limits", schema: quotaChangeSchema, least: 6 },
  { of: "a reservation", schema: reservationSchema, least: 2 },
  { of: "an export", schema: exportSchema, least: 3 },
])("what can be wrong with $of has its Chinese", ({ schema, least }) => {
  const found = textsOf(schema);
  expect(found.length).toBeGreaterThanOrEqual(least);
  expect(found.filter((text) => inChinese(text as Text) === text)).toEqual([]);
});

it.each<{ english: Text; chinese: string }>([
  {
    english: "cannot pause a job that is done; it must be scheduled or running",
    chinese: "状态为 done 的任务不能执行 pause；状态必须是 scheduled 或 running",
  },
  {
    english: "something went wrong here; the log has it under 8d1f548",
    chinese: "服务器出错了；日志中的编号是 8d1f548",
  },
  {
    english: "the user id in the path must be from 1 to 9223372036854775807",
    chinese: "路径中的用户 ID 必须在 1 到 9223372036854775807 之间",
  },
  {
    english: "does not fit: Floor must be below Messages, got 12000",
    chinese: "不匹配：Floor 必须小于 Messages，收到的是 12000",
  },
  {
    english: 'the body is not JSON: Unexpected token "a" or\nsomething',
    chinese: '正文不是 JSON：Unexpected token "a" or\nsomething',
  },
])("$english", ({ english, chinese }) => {
  expect(inChinese(english)).toBe(chinese);
});
