import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkLicences } from "../../ops/check-licences.ts";

const root = join(import.meta.dirname, "../..");
const always = () => true;

describe("licences", () => {
  it.each([
    { when: "a common one, shipped", license: "MIT", want: [] },
    { when: "a choice with one that may be shipped", license: "(MIT OR GPL-3.0-or-later)", want: [] },
    { when: "two at once, one of which may not", license: "MIT AND GPL-3.0-only", want: ["may not be shipped"] },
    { when: "one for tools, shipped", license: "MPL-2.0", want: ["may not be shipped"] },
    { when: "one for tools, in a tool", license: "MPL-2.0", dev: true, want: [] },
    { when: "one that binds its users, in a tool", license: "AGPL-3.0-only", dev: true, want: ["may not be used"] },
    { when: "no SPDX expression", license: "SEE LICENSE IN LICENSE.txt", dev: true, want: ["may not be used"] },
    { when: "none", want: ["has no licence"] },
  ])("$when", ({ when: _, want, ...locked }) => {
    const { faults } = checkLicences({ "node_modules/some": locked }, always);
    expect(faults).toHaveLength(want.length);
    for (const [i, text] of want.entries()) expect(faults[i]).toContain(text);
  });

  it("a package of another platform is not looked at", () => {
    expect(checkLicences({ "node_modules/some-arm64": { optional: true } }, () => false).faults).toEqual([]);
  });

  it("every package that is installed may be used", () => {
    const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
    const { faults, counts } = checkLicences(packages, (path) => existsSync(join(root, path)));
    expect(faults).toEqual([]);
    expect(counts.length).toBeGreaterThan(5);
  });
});
