import { describe, expect, it } from "vitest";
import { EN } from "../../clients/cli/src/texts/en.ts";
import { languageOf } from "../../clients/cli/src/texts/language.ts";
import { sayIn } from "../../clients/cli/src/texts/say.ts";
import { ZH } from "../../clients/cli/src/texts/zh.ts";
import { ZH_REASONS } from "../../clients/cli/src/texts/zh-reasons.ts";
import { REASONS, type ReasonCode } from "../../list-reader/reasons.ts";

const placesIn = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{(\w+)[:}]/g)].map(([, name = ""]) => name))].sort();

describe("the catalogue", () => {
  it("has the same keys in both languages", () => expect(Object.keys(ZH).sort()).toEqual(Object.keys(EN).sort()));

  it("has the same places in both", () => {
    const places = (texts: object) => Object.entries(texts).map(([key, text]) => [key, placesIn(text)]);
    expect(Object.fromEntries(places(ZH))).toEqual(Object.fromEntries(places(EN)));
  });

  it("a place that one of them has not is found", () => {
    expect(placesIn("{count:job|jobs} of {id}")).toEqual(["count", "id"]);
    expect(placesIn("{id}")).not.toEqual(placesIn("{ID}"));
  });

  it("is Chinese where it is said to be: every text of a sentence has Chinese in it", () => {
    const untranslated = Object.entries(ZH)
      .filter(([, text]) => !/\p{Script=Han}/u.test(text))
      .map(([key]) => key);
    // Names of the vendor's fields, of a program, of a command, and what joins sentences.
    const names = [
      "send.inbox-type",
      "doctor.node",
      "doctor.login",
      "table.app",
      "watch.of",
      "text.join",
      "text.comma",
      "text.colon",
      "text.title",
    ];
    expect(untranslated.sort()).toEqual(names.sort());
  });
});

describe("the reasons of bad lines", () => {
  it.each(Object.entries(REASONS))("%s: Chinese, with the places of the English one", (code, english) => {
    const chinese = ZH_REASONS[code as ReasonCode];
    expect(placesIn(chinese)).toEqual(placesIn(english));
    expect(chinese).toMatch(/\p{Script=Han}/u);
  });
});

describe("say", () => {
  const say = sayIn("en");
  it.each([
    { key: "watch.of", values: { done: 1_000, total: 24_850 }, want: "1,000 of 24,850" },
    {
      key: "who.found",
      values: { user: "9007199254740993", count: 1, jobs: 1 },
      want: "9007199254740993 is in 1 of the last 1 job",
    },
    { key: "who.found", values: { user: "7", count: 1, jobs: 50 }, want: "7 is in 1 of the last 50 jobs" },
    { key: "watch.left", values: {}, want: "{time} left" },
  ] as const)("$want", ({ key, values, want }) => expect(say(key, values)).toBe(want));
});

describe("the language", () => {
  it.each([
    { env: {}, want: "en" },
    { env: { LANG: "zh_CN.UTF-8" }, want: "zh" },
    { env: { LANG: "zh_CN.UTF-8", LC_ALL: "C" }, want: "en" },
    { env: { LANG: "de_DE.UTF-8", LC_ALL: "" }, want: "en" },
    { env: { LANG: "C" }, asked: "zh", want: "zh" },
    { env: { LANG: "zh_CN" }, asked: "en", want: "en" },
  ])("$env, asked for $asked: $want", ({ env, asked, want }) => expect(languageOf(asked, env)).toBe(want));
});
