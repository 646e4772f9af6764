import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { ReadStream } from "node:tty";
import { afterAll, describe, expect, it } from "vitest";
import type { Credentials } from "../../lib/volcengine/signature.ts";
import type { Verdict } from "../../ops/check-keys.ts";
import { readKeys } from "../../ops/read-keys.ts";
import { parseSecretsCommand, runSecrets } from "../../ops/secrets-command.ts";
import { type SecretsStore, secretsFile } from "../../ops/secrets-store.ts";
import { stageAccounts } from "../../ops/stage-accounts.ts";

const folder = mkdtempSync(join(tmpdir(), "secrets-"));
afterAll(() => rmSync(folder, { recursive: true }));

const KEYS = { accessKeyId: "AKLTinvented", secretAccessKey: "invented-secret" };
const VENDOR = { endpoint: "http://127.0.0.1:9", region: "cn-north-1" };
const SHOP = { name: "shop", secret: "volley/dev/volcengine/shop", ...VENDOR };
const GAME = { name: "game", secret: "volley/dev/volcengine/game", ...VENDOR };

function memoryStore(secrets: Readonly<Record<string, Credentials | "empty">>) {
  const kept = new Map(Object.entries(secrets));
  const store: SecretsStore = {
    read: async (secret) => kept.get(secret) ?? "absent",
    async write(secret, keys) {
      if (kept.has(secret)) kept.set(secret, keys);
      return kept.has(secret);
    },
  };
  return { store, kept };
}

const TAKEN: Verdict = { kind: "taken", code: "Code", requestId: "r" };

const run = (line: string, store: SecretsStore, verdict: Verdict = TAKEN, accounts = [SHOP, GAME]) =>
  Promise.resolve().then(() =>
    runSecrets(parseSecretsCommand(line.split(" ").filter(Boolean)), accounts, {
      store,
      readKeys: async () => KEYS,
      check: async () => verdict,
    }),
  );

describe("npm run secrets", () => {
  it("fills the secret of the account, and shows no key", async () => {
    const { store, kept } = memoryStore({ [GAME.secret]: "empty" });
    const { shown, exitCode } = await run("--stage dev --account game", store);
    expect(kept.get(GAME.secret)).toEqual(KEYS);
    expect({ shown, exitCode }).toEqual({
      exitCode: 0,
      shown: [{ Account: "game", Secret: GAME.secret, Keys: "written" }],
    });
  });

  it("needs no name where there is one account", async () => {
    const { store, kept } = memoryStore({ [SHOP.secret]: "empty" });
    await run("--stage dev", store, TAKEN, [SHOP]);
    expect(kept.get(SHOP.secret)).toEqual(KEYS);
  });

  it("says that the stack has to make the secret first", async () => {
    const { shown, exitCode } = await run("--stage dev --account shop", memoryStore({}).store);
    expect({ exitCode, keys: shown[0]?.Keys }).toEqual({ exitCode: 1, keys: "no such secret: deploy the stage first" });
  });

  it.each([
    { line: "--stage dev", want: "--account is missing: one of shop, game" },
    { line: "--stage dev --account shpo", want: "--account: there is no account shpo, but shop, game" },
    { line: "--stage dev --check --account shpo", want: "--account: there is no account shpo, but shop, game" },
  ])("refuses $line", async ({ line, want }) => {
    await expect(run(line, memoryStore({}).store)).rejects.toMatchObject({ name: "BadUse", message: want });
  });

  it.each(["--stage dev AKLTsomebody", "--AKLTsomebody", "--stage", "--secret=AKLTsomebody", "-AKLTsomebody"])(
    "takes no key from the command line, and does not say it again: %s",
    async (line) => {
      const refused = run(line, memoryStore({}).store);
      await expect(refused).rejects.toMatchObject({ name: "BadUse", message: expect.not.stringContaining("AKLT") });
    },
  );

  it.each([
    { keys: "taken", verdict: TAKEN, want: 0 },
    { keys: "refused", verdict: { ...TAKEN, kind: "refused" } as const, want: 3 },
    { keys: "untold", verdict: { ...TAKEN, kind: "untold", because: "unreached" } as const, want: 1 },
  ])("--check ends with $want where the keys are $keys, and writes nothing", async ({ keys, verdict, want }) => {
    const { store, kept } = memoryStore({ [SHOP.secret]: KEYS, [GAME.secret]: KEYS });
    const { shown, exitCode } = await run("--stage dev --check", store, verdict);
    expect(exitCode).toBe(want);
    expect(shown).toEqual(
      [SHOP, GAME].map(({ name, secret }) => ({
        Account: name,
        Secret: secret,
        Keys: keys,
        ...(keys === "untold" && { Because: "the vendor was not reached" }),
        Code: "Code",
        RequestId: "r",
      })),
    );
    expect(kept.size).toBe(2);
    expect(JSON.stringify(shown)).not.toContain("invented");
  });

  it("--check says which secrets are empty or absent", async () => {
    const { shown, exitCode } = await run("--stage dev --check", memoryStore({ [SHOP.secret]: "empty" }).store);
    expect(exitCode).toBe(1);
    expect(shown.map(({ Keys }) => Keys)).toEqual([
      "missing: npm run secrets fills it",
      "no such secret: deploy the stage first",
    ]);
  });
});

describe("the keys", () => {
  const input = (text: string) => Readable.from([text]) as unknown as ReadStream;
  const read = (text: string, env = {}) => readKeys(env, input(text), () => {});

  it("come from the environment before standard input", async () => {
    const env = { VOLC_ACCESSKEY: "a", VOLC_SECRETKEY: "b", VOLC_SESSION_TOKEN: "c" };
    expect(await read("", env)).toEqual({ accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" });
  });

  it.each([
    { when: "JSON", text: JSON.stringify(KEYS), want: KEYS },
    {
      when: "JSON with a token",
      text: JSON.stringify({ ...KEYS, sessionToken: "t" }),
      want: { ...KEYS, sessionToken: "t" },
    },
    { when: "lines", text: "AKLTinvented\r\ninvented-secret\n", want: KEYS },
    { when: "lines with a token", text: "AKLTinvented\ninvented-secret\nt\n", want: { ...KEYS, sessionToken: "t" } },
  ])("come from standard input: $when", async ({ text, want }) => expect(await read(text)).toEqual(want));

  it.each([
    { text: "", want: "the access key id is missing\nthe secret access key is missing" },
    { text: '{"accessKeyId":"invented"}', want: "the secret access key is missing" },
    {
      text: "invented key\ninvented-sécret",
      want: "the access key id holds blanks, or signs that no key has\nthe secret access key holds blanks, or signs that no key has",
    },
    { text: '{"accessKeyId":"invented', want: "standard input is no JSON" },
  ])("that are missing or wrong are named, a line each, and not said again: $want", async ({ text, want }) => {
    await expect(read(text)).rejects.toMatchObject({ name: "BadUse", message: want });
  });

  it("that are half in the environment are not filled up from elsewhere", async () => {
    await expect(read("x\ny", { VOLC_SECRETKEY: "b" })).rejects.toThrow("the access key id is missing");
  });
});

describe("the file of the local stack", () => {
  it("keeps the keys of every account, for its owner alone", async () => {
    const path = join(folder, "new", "secrets.json");
    const store = secretsFile(path);
    expect(await store.read("a")).toBe("empty");
    await store.write("a", KEYS);
    await store.write("b", { ...KEYS, sessionToken: "t" });
    expect([await store.read("a"), await store.read("b")]).toEqual([KEYS, { ...KEYS, sessionToken: "t" }]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(Object.keys(JSON.parse(readFileSync(path, "utf8")))).toEqual(["a", "b"]);
  });
});

describe("the accounts of a stage", () => {
  it("are one, at the address of its parameters or of the command line", () => {
    const name = "account";
    const secret = "volley/dev/volcengine";
    const endpoint = "https://rtc.volcengineapi.com";
    expect(stageAccounts("dev", [], {})).toEqual([{ name, secret, endpoint, region: "cn-north-1" }]);
    const params = ["rtcEndpoint=https://host.example", "secret=team/keys"];
    expect(stageAccounts("dev", params, {})).toEqual([
      { name, secret: "team/keys", endpoint: "https://host.example", region: "cn-north-1" },
    ]);
  });

  it("of the local stack are those of LOCAL_ACCOUNTS", () => {
    expect(() => stageAccounts("local", [], {})).toThrow("LOCAL_ACCOUNTS is not set");
  });
});
