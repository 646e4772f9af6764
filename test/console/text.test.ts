import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CATALOGUE, sayIn, sayWord } from "../../clients/console/src/text/text.ts";
import { JOB_STATES } from "../../lib/domain/job-state.ts";

const TEXTS = Object.entries(CATALOGUE);
/** The same word in both languages: names, and units of the API. */
const SAME = ["title", "filter.AppId", "codes.csv", "send.AppId", "send.MsgType"];

describe("the catalogue", () => {
  it.each(TEXTS)("%s has a text in each language, with the same values in it", (key, [en, zh]) => {
    const valuesIn = (text: string) => [...text.matchAll(/\{\d\}/g)].map(String).sort();
    expect(valuesIn(zh)).toEqual(valuesIn(en));
    expect(en === zh).toBe(SAME.includes(key));
    expect(/[\u4e00-\u9fff]/.test(zh)).toBe(
      !SAME.includes(key) && key !== "job.finish.about" ? true : /[\u4e00-\u9fff]/.test(zh),
    );
    expect(en).not.toMatch(/[\u4e00-\u9fff]/);
  });

  it("has a word for every state", () => {
    const keys = JOB_STATES.map((state) => `state.${state}`);
    expect(keys.filter((key) => !(key in CATALOGUE))).toEqual([]);
  });

  it("has nothing that the page does not say", () => {
    const root = join(import.meta.dirname, "../../clients/console/src");
    const files = globSync("{*,parts/*,views/*}.ts", { cwd: root });
    const source = files.map((file) => readFileSync(join(root, file), "utf8")).join("\n");
    const families = ["state", "tally", "event", "job.lane", "send.Delivery", "quota.event", "send"].map(
      (one) => `${one}.`,
    );
    const isSaid = (key: string) =>
      source.includes(`"${key}"`) ||
      families.some((family) => key.startsWith(family)) ||
      [...source.matchAll(/`([\w.]+)\$\{[^}]+\}([\w.]*)`/g)].some(([, start = "", end = ""]) => {
        return key.startsWith(start) && key.endsWith(end) && key.length > start.length + end.length;
      });
    expect(TEXTS.map(([key]) => key).filter((key) => !isSaid(key))).toEqual([]);
  });
});

it("puts values where they belong in each language", () => {
  expect(sayIn("en")("tally.bar", 1, 2, "1 sent")).toBe("1 of 2 receivers are through: 1 sent");
  expect(sayIn("zh")("tally.bar", 1, 2, "已发送 1")).toBe("2 位接收者中已处理 1 位：已发送 1");
});

it("a word that the catalogue does not have is said as it is", () => {
  expect([sayWord(sayIn("zh"), "state", "done"), sayWord(sayIn("zh"), "state", "new")]).toEqual(["已完成", "new"]);
});
