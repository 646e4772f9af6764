import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BARE_ENV } from "../support/bare-env.ts";
import { jobWhen, longIds } from "../support/jobs.ts";
import { volley } from "../support/one-stack.ts";

// The command line as people start it, on the whole stack: a process of its own, its output in a pipe.

const launcher = join(import.meta.dirname, "../../clients/cli/bin/volley.mjs");
const folder = mkdtempSync(join(tmpdir(), "volley-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

const first = 6_500_000_000_000_000_000n;
const ids = longIds(1_200, first); // one of them ends with 777: who refuses every message
const MESSAGE = { AppId: 666675, Sender: "10001", MsgType: 10001, Content: '{"text":"hi"}' };

function start(...args: readonly string[]) {
  const env = { ...BARE_ENV, HOME: folder, LANG: "C" };
  return spawn(process.execPath, [launcher, ...args], { cwd: folder, env });
}

async function run(args: readonly string[], stdin?: string) {
  const child = start(...args);
  child.stdin.end(stdin ?? "");
  const [stdout, stderr, code] = await Promise.all([
    ...[text(child.stdout), text(child.stderr)],
    new Promise<number | null>((resolve) => child.on("close", resolve)),
  ] as const);
  return { code, stdout, stderr };
}

const idIn = (stdout: string): string => /[0-9a-z]{25}/.exec(stdout)?.[0] ?? "";

beforeAll(async () => {
  writeFileSync(join(folder, "message.json"), JSON.stringify(MESSAGE));
  writeFileSync(join(folder, "users.csv"), `\uFEFFname;UserId\r\n${ids.map((id) => `"a;b";${id}`).join("\r\n")}\r\n`);
  const { code } = await run(["login", "--url", volley.url, "--key", "-"], volley.key);
  expect(code).toBe(0);
});

describe("send --watch", () => {
  let sent: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    sent = await run(["send", "--message", "message.json", "--receivers", "users.csv", "--watch"]);
  });

  it("says how it goes on, and ends with 1, because one of them failed", () => {
    expect(sent).toMatchObject({ code: 1, stderr: "" });
    const lines = sent.stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^Job [0-9a-z]{25}: 1,200 receivers in 3 batches, 0 duplicates dropped, about \d+ s$/);
    const progress = lines.filter((line) => / of 1,200 \(\d+%\)/.test(line));
    expect(progress.at(-1)).toBe("1,200 of 1,200 (100%), 1 failed");
    expect(sent.stdout).toMatch(
      /\ndone: 1,200 receivers in \d+ s\n {2}sent {4}1,199\n {2}failed {6}1 {2}FailedReceiver 1\n/,
    );
    expect(sent.stdout).not.toContain("\u001B");
  });

  it("what became of each is a file, and who failed is found", async () => {
    const id = idIn(sent.stdout);
    expect(await run(["outcomes", id, "--output", "outcomes.csv"])).toMatchObject({ code: 0, stdout: "" });
    expect(readFileSync(join(folder, "outcomes.csv"), "utf8").trimEnd().split("\r\n")).toHaveLength(1_201);
    const failed = await run(["outcomes", id, "--status", "failed", "--json"]);
    const { UserId } = JSON.parse(failed.stdout);
    expect(UserId).toMatch(/777$/);
    const who = await run(["who", UserId]);
    expect(who).toMatchObject({ code: 0 });
    expect(who.stdout).toMatch(new RegExp(`^${id} .* failed +FailedReceiver `, "m"));
    const retried = await run(["retry", id, "--json"]);
    expect(JSON.parse(retried.stdout)).toMatchObject({ Receivers: 1 });
  });
});

describe("a job for later", () => {
  const later = () => ["--message", "message.json", "--not-before", new Date(Date.now() + 3_600_000).toISOString()];

  it("is left by Ctrl-C, which says how to come back, and canceled", async () => {
    const child = start("send", ...later(), "--to", "42,43", "--watch");
    const errors = text(child.stderr);
    const seen: string[] = [];
    for await (const piece of child.stdout.setEncoding("utf8")) {
      seen.push(piece);
      if (piece.includes("starts at")) child.kill("SIGINT");
    }
    const id = idIn(seen.join(""));
    expect(await errors).toBe(`\nThe job goes on. Come back with: volley watch ${id}\n`);
    expect(child.exitCode ?? (await new Promise((resolve) => child.on("close", resolve)))).toBe(130);
    const { stdout } = await run(["job", id, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ Status: "scheduled", Receivers: 2 });
    expect(await run(["cancel", id])).toMatchObject({ code: 0 });
  });

  it("of more receivers than a request holds is uploaded, from stdin", async () => {
    const many = longIds(200_001, first);
    const { code, stdout, stderr } = await run(["send", ...later(), "--receivers", "-"], many.join("\n"));
    expect(code).toBe(0);
    expect(stderr).toContain("200,001 user IDs are more than 200,000: they are uploaded as a file");
    const job = await jobWhen(volley, idIn(stdout), ({ Status }) => Status === "scheduled");
    expect(job).toMatchObject({ Receivers: 200_001, DuplicatesDropped: 0 });
  });
});

it("the login is nobody else's to read, and doctor finds nothing wrong", async () => {
  expect(statSync(join(folder, ".config/volley/profiles.json")).mode & 0o777).toBe(0o600);
  const { code, stdout } = await run(["doctor", "--json"]);
  const found = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(found.filter(({ Good }) => !Good)).toEqual([]);
  expect(code).toBe(0);
});
