import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { commandTree } from "../../clients/cli/src/commands/command-tree.ts";
import { sayIn } from "../../clients/cli/src/texts/say.ts";
import { run } from "./terminal.ts";
import { problem, tinyApi } from "./tiny-api.ts";

const folder = mkdtempSync(join(tmpdir(), "wrong-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "users.csv"), "42\n");
writeFileSync(join(folder, "message.json"), '{"AppId":7,"Sender":5,"MsgType":10001,"Content":"hi"}');
writeFileSync(join(folder, "typo.json"), '{"AppId":7,"Sendr":5}');
const PROFILES = { profiles: { default: { url: "http://127.0.0.1:1", key: "k" } } };
writeFileSync(join(folder, "profiles.json"), JSON.stringify(PROFILES));
writeFileSync(join(folder, "half.json"), '{"AppId":7,');

const api = tinyApi();
const at = (name: string): string => join(folder, name);
const MESSAGE = ["--message", at("message.json")];

describe("wrong use ends with 2, says one line, and names the nearest right one", () => {
  it.each([
    [["sned"], "did you mean volley send ?"],
    [["quota", "sett"], "did you mean volley quota set ?"],
    [["client"], "which one? add, list, rotate, revoke"],
    [["client", "remove"], "did you mean volley client revoke ?"],
    [["send", "--recievers", "x"], "did you mean --receivers ?"],
    [["send", "--watch=yes"], "--watch takes no value"],
    [["send", "--app-id"], "--app-id needs a value; for example: volley send --message"],
    [["send", "--app-id", "--watch"], "--app-id needs a value"],
    [["send", "--label", "a", "--label", "b"], "--label may be given once"],
    [
      ["send", "--to", "42"],
      "--app-id, --sender, --msg-type, --content missing; for example: volley send --app-id 666675",
    ],
    [["send", ...MESSAGE], "--receivers is missing; for example: volley send"],
    [["send", ...MESSAGE, "--receivers", at("users.csv"), "--to", "42"], "cannot both be"],
    [["send", ...MESSAGE, "--receivers", at("user.csv")], `did you mean ${at("users.csv")} ?`],
    [
      ["send", "--message", at("typo.json"), "--to", "42"],
      "has a field Sendr that no message has; did you mean Sender ?",
    ],
    [["send", "--message", at("half.json"), "--to", "42"], "is not JSON"],
    [["send", ...MESSAGE, "--to", "42", "--app-id", "1e3"], "--app-id 1e3 is not a whole number"],
    [["send", ...MESSAGE, "--to", "42", "--sender", "9.2E+18"], "is not a user ID: digits alone"],
    [["send", ...MESSAGE, "--to", "42", "--tag", "spring"], "has to be written as --tag key:value"],
    [["send", ...MESSAGE, "--to", "42", "--not-before", "tomorrow"], "is not a time such as 2026-01-31T08:00:00Z"],
    [["send", ...MESSAGE, "--to", "42", "--lane", "expres"], "did you mean --lane express ?"],
    [["jobs", "--status", "runing"], "did you mean --status running ?"],
    [["jobs", "--limit", "0"], "--limit 0 is not a whole number from 1"],
    [["jobs", "--lang", "fr"], "--lang fr is not one of en, zh"],
    [["watch"], "JOB is missing; for example: volley watch JOB"],
    [["pause", "a", "b"], "b is one word too many"],
    [["outcomes", "a", "--format", "xml"], "--format xml is not one of table, csv, ndjson"],
    [["who", "1e3"], "USER 1e3 is not a user ID"],
    [["quota", "set"], "nothing to set: give one of --messages"],
    [["quota", "set", "--messages", "0"], "--messages 0 is not a whole number from 1"],
    [["login", "--url", "127.0.0.1:3000"], "did you mean --url http://127.0.0.1:3000 ?"],
    [["login"], "--url is missing; for example: volley login --url"],
    [["login", "--url", "http://127.0.0.1:1"], "the key is missing; for example: volley login"],
    [["login", "--url", "http://127.0.0.1:1", "--aws"], "--region is missing; for example: volley login"],
    [["login", "--url", "http://127.0.0.1:1", "--aws", "--key", "k", "--region", "r"], "cannot both be"],
    [["jobs", "--profile", "prud"], "there is no login named prud"],
    [["completion", "tcsh"], "there is no command volley completion tcsh"],
  ])("volley %j", async (args, want) => {
    const { code, stdout, stderr } = await run(args, { env: { HOME: folder, VOLLEY_PROFILES: at("profiles.json") } });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^volley[^\n]*\n$/);
    expect(stderr).toContain(want);
  });

  it("without a login", async () => {
    const { code, stderr } = await run(["jobs"], { env: { HOME: folder } });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "volley jobs: nobody has said where Volley is; for example: volley login --url http://127.0.0.1:3000\n",
    });
  });

  it("what Volley finds wrong is said by the option's name", async () => {
    const errors = [
      { pointer: "/MsgType", detail: "must be from 1 to 2147483647" },
      { pointer: "/Options/NotBefore", detail: "is past" },
    ];
    const env = api.saying({ "POST /v1/jobs": [problem(422, "the request has faults", { errors, total: 2 })] });
    expect(await run(["send", ...MESSAGE, "--to", "42"], { env })).toMatchObject({
      code: 2,
      stderr: "volley send: refused: --msg-type must be from 1 to 2147483647; --not-before is past\n",
    });
  });
});

describe("what is not the command's fault", () => {
  it.each([
    { status: 401, code: 4, want: "log in: volley login" },
    { status: 403, code: 4, want: "refused: detail" },
    { status: 409, code: 4, want: "refused: detail" },
  ])("$status ends with $code", async ({ status, code, want }) => {
    const env = api.saying({ "POST /v1/jobs/j/pause": [problem(status, "detail")] });
    const ran = await run(["pause", "j"], { env });
    expect(ran).toMatchObject({ code, stdout: "" });
    expect(ran.stderr).toContain(want);
  });

  it("nobody there ends with 5", async () => {
    const { code, stderr } = await run(["pause", "j"], { env: { HOME: folder, VOLLEY_URL: "http://127.0.0.1:1" } });
    expect(code).toBe(5);
    expect(stderr).toMatch(/^volley pause: [\w ]+: Volley cannot be reached; volley doctor says more\n$/);
  });
});

it("every command has help in both languages, with an example that names it", async () => {
  const names = (command = commandTree(sayIn("en"))): string[] =>
    Object.values(command.subCommands).flatMap((one) => (one.isHidden ? [] : [one.name, ...names(one)]));
  expect(names().length).toBeGreaterThan(20);
  for (const name of names()) {
    for (const lang of ["en", "zh"]) {
      const { code, stdout } = await run([...name.split(" "), "--help", "--lang", lang]);
      expect(code).toBe(0);
      expect(stdout).toContain(`  volley ${name}`);
      expect(stdout).not.toMatch(/\{\w+\}|undefined/);
    }
  }
});
