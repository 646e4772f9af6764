import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const sdk = join(root, "clients/sdk");
const read = (file: string): string => readFileSync(file, "utf8");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "volley-sdk-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the script `types` of the package writes for `document`. */
function generate(document: string): string {
  const [input, output] = [join(folder, "openapi.json"), join(folder, "schema.d.ts")];
  writeFileSync(input, document);
  const { scripts } = JSON.parse(read(join(sdk, "package.json")));
  const [program, ...args] = scripts.types
    .replace("../../docs/openapi.json", input)
    .replace("src/schema.d.ts", output)
    .split(" ");
  // Where npm puts the program of a workspace: with it, or with the others.
  const bins = [join(sdk, "node_modules/.bin"), join(root, "node_modules/.bin"), process.env["PATH"] ?? ""];
  execFileSync(program, args, { cwd: sdk, env: { ...process.env, PATH: bins.join(delimiter) }, stdio: "pipe" });
  return read(output);
}

it("the client's types are those of docs/openapi.json; `npm run sdk:types` renews them", () => {
  const document = read(join(root, "docs/openapi.json"));
  const types = read(join(sdk, "src/schema.d.ts"));
  // Of a document with one more name changed: what is compared was made of it, not of what lies there.
  const renamed = (text: string): string => text.replaceAll("DuplicatesDropped", "DuplicatesDroppedToo");
  expect(renamed(document)).not.toBe(document);
  expect(generate(renamed(document))).toBe(renamed(types));
});
