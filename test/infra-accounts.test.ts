import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { readConfig } from "../lib/config.ts";
import { stageAccounts } from "../ops/stage-accounts.ts";
import { REQUIRED_SETTINGS } from "./support/required-settings.ts";

// What the stack makes of the accounts of a stage. The local stack's file stands for a section of infra/accounts.yml.

const { byStage }: Readonly<{ byStage: Record<string, (stage: string, own: string) => unknown> }> = createRequire(
  import.meta.url,
)("../infra/accounts.cjs");

const folder = mkdtempSync(join(tmpdir(), "accounts-"));
const file = join(folder, "accounts.yml");
afterEach(() => void delete process.env["LOCAL_ACCOUNTS"]);
afterAll(() => rmSync(folder, { recursive: true }));

const made = (name: string, stage: string, own = "") => byStage[name]?.(stage, own);
function name(text: string): void {
  writeFileSync(file, text);
  process.env["LOCAL_ACCOUNTS"] = file;
}

describe("a stage that names no accounts", () => {
  it("has one secret, without keys, that deliver may read", () => {
    expect(made("variable", "dev")).toBe("");
    expect(made("secretId", "dev")).toBe("volley/dev/volcengine");
    expect(made("secrets", "dev")).toMatchObject({
      Resources: { VolcengineSecret: { Properties: { Name: "volley/dev/volcengine", SecretString: "{}" } } },
    });
    expect(made("secretArns", "dev")).toEqual([{ Ref: "VolcengineSecret" }]);
  });

  it("makes none where there is one already", () => {
    expect(made("secretId", "dev", "team/keys")).toBe("team/keys");
    expect(made("secrets", "dev", "team/keys")).toEqual({ Resources: {} });
    const [arn] = made("secretArns", "dev", "team/keys") as [Record<string, string>];
    expect(arn["Fn::Sub"]).toMatch(/:secret:team\/keys-\?{6}$/);
  });
});

describe("a stage that names accounts", () => {
  const TWO =
    "account: { appIds: [1] }\ngame: { appIds: [2], messages: 600 }\nnews: { appIds: [3], secret: team/news }\n";

  it("has a secret for each, and the first keeps the one that it had", () => {
    name(TWO);
    const { Resources } = made("secrets", "local") as { Resources: Record<string, { Properties: { Name: string } }> };
    expect(Object.entries(Resources).map(([id, { Properties }]) => [id, Properties.Name])).toEqual([
      ["VolcengineSecret", "volley/local/volcengine"],
      ["VolcengineSecretGame", "volley/local/volcengine/game"],
    ]);
    const arns = made("secretArns", "local") as Record<string, string>[];
    expect(arns.map((arn) => arn["Ref"] ?? arn["Fn::Sub"]?.split(":secret:")[1])).toEqual([
      "VolcengineSecret",
      "VolcengineSecretGame",
      "team/news-??????",
    ]);
    expect(made("secretId", "local")).toBe("");
  });

  it("tells the functions, in a form that they take", () => {
    name(TWO);
    const { accounts } = readConfig({ ...REQUIRED_SETTINGS, VOLC_ACCOUNTS: String(made("variable", "local")) });
    const secrets = ["volley/local/volcengine", "volley/local/volcengine/game", "team/news"];
    expect(accounts.all.map(({ secretId }) => secretId)).toEqual(secrets);
    expect(accounts.all.map(({ policy }) => policy.messages)).toEqual([12_000, 600, 12_000]);
    expect(stageAccounts("local", [], {}).map(({ secret }) => secret)).toEqual(secrets); // npm run secrets
  });

  it("leaves what is wrong to who checks it, with every fault", () => {
    name("game: 7\n");
    const refused = () => readConfig({ ...REQUIRED_SETTINGS, VOLC_ACCOUNTS: String(made("variable", "local")) });
    expect(refused).toThrow("VOLC_ACCOUNTS game.appIds is missing");
  });

  it("may have a section that is none at all", () => {
    name("[game]\n");
    expect(made("secrets", "local")).toHaveProperty("Resources");
    name("game\n");
    const refused = () => readConfig({ ...REQUIRED_SETTINGS, VOLC_ACCOUNTS: String(made("variable", "local")) });
    expect(refused).toThrow("VOLC_ACCOUNTS must be a JSON object of accounts");
    expect(made("secrets", "local")).toHaveProperty("Resources");
  });

  it("is told when its file is not there", () => {
    process.env["LOCAL_ACCOUNTS"] = join(folder, "none.yml");
    expect(() => made("variable", "local")).toThrow("LOCAL_ACCOUNTS: there is no file");
  });
});
