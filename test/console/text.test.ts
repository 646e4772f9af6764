import { describe, expect, it } from "vitest";
import * as JOB from "../../clients/console/src/text/job.ts";
import * as PAGE from "../../clients/console/src/text/page.ts";
import * as QUOTA from "../../clients/console/src/text/quota.ts";
import * as SEND from "../../clients/console/src/text/send.ts";
import { sayIn, sayWord } from "../../clients/console/src/text/text.ts";
import type { Text, Texts } from "../../clients/console/src/text/texts.ts";
import { JOB_STATES } from "../../lib/domain/job-state.ts";

const TEXTS = Object.entries({ PAGE, JOB, QUOTA, SEND }).flatMap(([file, texts]) =>
  Object.entries(texts).flatMap(([name, given]: [string, Text | Texts]): [string, Text][] =>
    isText(given)
      ? [[`${file}.${name}`, given]]
      : Object.entries(given).map(([word, text]) => [`${file}.${name}.${word}`, text]),
  ),
);
function isText(given: Text | Texts): given is Text {
  return Array.isArray(given);
}
/** The same in both languages: names of the API. */
const NAMES = ["PAGE.title", "JOB.codesCsv", "JOB.FILTER.AppId", "SEND.FIELD.AppId", "SEND.FIELD.MsgType"];

describe("the catalogue", () => {
  it.each(TEXTS)("%s says the same in each language, with the same values in it", (name, [en, zh]) => {
    const valuesIn = (text: string) => [...text.matchAll(/\{\d\}/g)].map(String).sort();
    expect(valuesIn(zh)).toEqual(valuesIn(en));
    expect(en).not.toMatch(/\p{Script=Han}/u);
    if (NAMES.includes(name)) expect(zh).toBe(en);
    else expect(zh).toMatch(/\p{Script=Han}/u);
  });

  it("has a word for every state", () => expect(Object.keys(PAGE.STATE).sort()).toEqual([...JOB_STATES].sort()));
});

it("puts values where they belong in each language", () => {
  expect(sayIn("en")(PAGE.tallyBar, 1, 2, "1 sent")).toBe("1 of 2 receivers are through: 1 sent");
  expect(sayIn("zh")(PAGE.tallyBar, 1, 2, "已发送 1")).toBe("2 位接收者中已处理 1 位：已发送 1");
});

it("a word that the page has no text for is said as it is", () => {
  const say = sayIn("zh");
  expect([sayWord(say, PAGE.STATE, "done"), sayWord(say, PAGE.STATE, "new")]).toEqual(["已完成", "new"]);
});
