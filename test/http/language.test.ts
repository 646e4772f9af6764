import { expect, it } from "vitest";
import { languageOf } from "../../lib/http/language.ts";

it.each([
  { header: "zh-CN", want: "zh-CN" },
  { header: "zh", want: "zh-CN" },
  { header: "zh-Hans", want: "zh-CN" },
  { header: "ZH-hans-CN", want: "zh-CN" },
  { header: "zh-CN,zh;q=0.9,en;q=0.8", want: "zh-CN" },
  { header: "zh-CN, en", want: "zh-CN" },
  { header: "de, zh;q=0.5, en;q=0.3", want: "zh-CN" },
  { header: "en;q=0.2, zh;q=0.3, *;q=0.1", want: "zh-CN" },
  { header: "zh;q=0.4, en-GB;q=0.5", want: "en" },
  { header: "*, zh;q=0.9", want: "en" },
  { header: "en, zh-CN", want: "en" },
  { header: "zh;q=0", want: "en" },
  { header: "zhx", want: "en" },
  { header: "de", want: "en" },
  { header: "", want: "en" },
  { header: ";;q=,,", want: "en" },
  { header: undefined, want: "en" },
])("$header: $want", ({ header, want }) => {
  expect(languageOf(header === undefined ? {} : { "accept-language": header })).toBe(want);
});

it("a request without headers is answered in English", () => expect(languageOf(undefined)).toBe("en"));
