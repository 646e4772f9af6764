import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { VERSION } from "../../clients/cli/src/version.ts";
import { run } from "./terminal.ts";

const cli = join(import.meta.dirname, "../../clients/cli");
const launcher = join(cli, "bin/volley.mjs");

describe("what may come next", () => {
  it.each([
    { words: ["qu"], want: ["quota"] },
    { words: ["quota", ""], want: ["pause", "resume", "set"] },
    { words: ["quota", "set", "--me"], want: ["--messages"] },
    { words: ["jobs", "--status", "ca"], want: ["canceled", "canceling"] },
    { words: ["jobs", "--label", ""], want: [] },
    { words: ["send", "--message", "f", "--rec"], want: ["--receivers"] },
    { words: ["completion", ""], want: ["bash", "fish", "zsh"] },
    { words: ["watch", ""], want: [] },
    { words: ["__"], want: [] },
  ])("$words", async ({ words, want }) => {
    const { code, stdout } = await run(["__complete", ...words]);
    expect({ code, words: stdout.split("\n").filter((word) => word !== "") }).toEqual({ code: 0, words: want });
  });
});

describe("the scripts", () => {
  it("bash completes with its own", async () => {
    const { stdout: script } = await run(["completion", "bash"]);
    const asks = `volley() { "${process.execPath}" "${launcher}" "$@"; }\n${script}
      COMP_WORDS=(volley quota ""); COMP_CWORD=2; _volley; echo "\${COMPREPLY[@]}"`;
    expect(execFileSync("bash", ["-c", asks], { encoding: "utf8" })).toBe("pause resume set\n");
  });

  it.each(["zsh", "fish"])("%s finds nothing to complain about in its own", async (shell) => {
    const { stdout: script } = await run(["completion", shell]);
    expect(script).toContain("volley __complete");
    const checked = spawnSync(shell, ["-n"], { input: script, encoding: "utf8" });
    if (checked.error) return console.warn(`there is no ${shell} here: its script was not parsed`);
    return expect(checked).toMatchObject({ status: 0, stderr: "" });
  });
});

describe("the package", () => {
  const folder = mkdtempSync(join(tmpdir(), "packed-"));

  it("is one file that runs where nothing else is", () => {
    try {
      execFileSync(process.execPath, [join(cli, "build.mjs"), join(folder, ".build/volley.mjs")]);
      mkdirSync(join(folder, "bin"));
      copyFileSync(launcher, join(folder, "bin/volley.mjs"));
      const env = { PATH: process.env["PATH"], HOME: folder };
      const ran = spawnSync(process.execPath, [join(folder, "bin/volley.mjs"), "jobs", "--statu", "x"], {
        cwd: folder,
        env,
        encoding: "utf8",
      });
      expect(ran).toMatchObject({
        status: 2,
        stderr: "volley jobs: there is no option --statu; did you mean --status ?\n",
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("has the version that it says", () => {
    expect(JSON.parse(readFileSync(join(cli, "package.json"), "utf8"))).toMatchObject({ version: VERSION });
  });
});
