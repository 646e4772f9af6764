import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

// A write that makes an event asks for it to be published, whichever function makes it.

const root = join(import.meta.dirname, "..");

/** They write no event: query, quota and exports only read, publish takes out what is told, resend asks by itself. */
const WITHOUT = ["exports", "publish", "query", "quota", "resend", "write-export"].map((name) => `lib/wire/${name}.ts`);

const isBare = (source: string): boolean => /(?<!announcing\()dynamoJobStore\(/.test(source);

it("every function that writes jobs announces its events", () => {
  const files = globSync("lib/wire/*.ts", { cwd: root });
  const bare = files.filter((file) => isBare(readFileSync(join(root, file), "utf8")));
  expect(bare.sort()).toEqual(WITHOUT);
  expect(isBare("jobs: announcing(dynamoJobStore(table), nudges)")).toBe(false);
  expect(isBare("jobs: dynamoJobStore(table)")).toBe(true);
});
