import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROUTES } from "../lib/api/routes.ts";
import { ENV, readConfig } from "../lib/config.ts";
import { environmentOf, readTemplate } from "./support/read-template.ts";

// What the documents say of settings, routes and commands is true.

const root = join(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const settings = read("docs/SETTINGS.md");
const template = readTemplate();

const REQUIRED = {
  RESULTS_TABLE: "results",
  QUOTA_TABLE: "quota",
  LISTS_BUCKET: "lists",
  EXPRESS_QUEUE_URL: "http://127.0.0.1/express",
  BULK_QUEUE_URL: "http://127.0.0.1/bulk",
  DISPATCH_QUEUE_URL: "http://127.0.0.1/dispatch",
  IMPORTS_QUEUE_URL: "http://127.0.0.1/imports",
  IMPORTS_DEAD_LETTERS_URL: "http://127.0.0.1/imports-dead-letters",
  REQUESTS_QUEUE_URL: "http://127.0.0.1/requests",
  REQUESTS_DEAD_LETTERS_URL: "http://127.0.0.1/requests-dead-letters",
  EVENTS_QUEUE_URL: "http://127.0.0.1/events",
  EVENT_BUS_NAME: "volley-local",
  CLIENTS_SECRET_ID: "clients",
  EXPORTS_QUEUE_URL: "http://127.0.0.1/exports",
};

describe("the settings", () => {
  const rows = tableAfter(settings, "# Settings");

  it("are exactly those that are read", () => expect(rows.map(([name]) => name)).toEqual(ENV));

  it.each(rows)("%s has the default %s", (name, stated) => {
    if (stated === "set by the stack") expect(REQUIRED).toHaveProperty([name]);
    else if (stated === "none") expect(readConfig({ ...REQUIRED, [name]: "" })).toEqual(readConfig(REQUIRED));
    else expect(readConfig({ ...REQUIRED, [name]: stated })).toEqual(readConfig(REQUIRED));
  });

  it.each(rows.filter(([, , parameter]) => parameter !== ""))("%s is set by its parameter", (name, _, parameter) => {
    expect(environmentOf(template)[name ?? ""]).toBe(`\${param:${parameter}}`);
    expect(template.params["default"]).toHaveProperty([parameter ?? ""]);
  });
});

it("the settings of the local stack are read somewhere", () => {
  const files = ["local/settings.ts", "local/stack.ts", "local/rtc-simulator/main.ts", "infra/accounts.cjs"];
  const sources = files.map(read).join("");
  const names = tableAfter(read("docs/LOCAL.md"), "## Settings of its own").map(([name = ""]) => name);
  expect(names).toContain("PORT");
  expect(names.filter((name) => !sources.includes(`"${name}"`))).toEqual([]);
});

it("the routes are exactly those there are", () => {
  const stated = tableAfter(read("docs/API.md"), "## Routes").map(([route]) => route);
  const routes = Object.entries(ROUTES).flatMap(([path, methods]) => methods.map((method) => `${method} ${path}`));
  expect(stated.sort()).toEqual(routes.sort());
});

describe.each(globSync(["*.md", "docs/**/*.md"], { cwd: root }))("%s", (file) => {
  const text = read(file);

  it("names npm scripts that exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: object };
    const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, script]) => script);
    expect(named.filter((script) => !Object.hasOwn(scripts, script ?? ""))).toEqual([]);
  });
});

it("a setting that is missing from the table is found", () => {
  const without = settings.replace(/^\| `QUOTA_FLOOR`.*\n/m, "");
  expect(tableAfter(without, "# Settings").map(([name]) => name)).not.toEqual(ENV);
});

/** The cells of the first table behind `heading`, without their backticks. */
function tableAfter(markdown: string, heading: string): string[][] {
  const lines = markdown.slice(markdown.indexOf(heading)).split("\n");
  const from = lines.findIndex((line) => line.startsWith("| ---"));
  const rows = lines.slice(from + 1);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  return rows.slice(0, end).map((row) =>
    row
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
}
