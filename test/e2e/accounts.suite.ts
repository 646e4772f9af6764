import { describe, expect, it } from "vitest";
import type { Keys } from "../../local/rtc-simulator/accounts.ts";
import { ask, type Problem, post } from "../support/ask.ts";
import { isDone, jobWhen, MESSAGE, postJob } from "../support/jobs.ts";
import { volley } from "../support/one-stack.ts";
import { runProcess } from "../support/run-process.ts";
import { secrets } from "../support/two-accounts.ts";

// Two Volcengine accounts on one stack, and the commands of whoever runs it.

const GAME = 777_001;

const smoke = (...args: string[]) =>
  runProcess("ops/smoke.ts", ["--json", "--url", volley.url, ...args], { VOLLEY_KEY: volley.key });
const onSecrets = (args: readonly string[], input = "") => {
  const env = { LOCAL_ACCOUNTS: secrets.accounts, LOCAL_SECRETS: secrets.file, RTC_ENDPOINT: volley.simulator.url };
  return runProcess("ops/secrets.ts", ["--stage", "local", "--json", ...args], env, input);
};
const spentBy = (name: string) => volley.simulator.stats().accounts?.[name]?.messages ?? 0;

describe("two accounts", () => {
  it("each send for their own apps, by their own keys and quota; any other app is a 422", async () => {
    const before = [spentBy("game"), spentBy("account")];
    const { JobId } = await postJob(volley, {
      ...MESSAGE,
      AppId: GAME,
      Content: "game",
      Receiver: [5_000_071, 5_000_072],
    });
    await jobWhen(volley, JobId, isDone);
    expect(spentBy("game")).toBe((before[0] ?? 0) + 2);
    const refused = await post<Problem>(volley, "/v1/jobs", { ...MESSAGE, AppId: 5, Receiver: [1] });
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toEqual([
      { pointer: "/AppId", detail: "belongs to no account that messages are sent by" },
    ]);
  });

  it("show each its own quota", async () => {
    const quotaOf = (query: string) => ask<Record<string, unknown>>(volley, `/v1/quota${query}`);
    expect((await quotaOf("?Account=game")).body).toMatchObject({ Account: "game", Quota: 1_000 });
    expect((await quotaOf(`?AppId=${MESSAGE.AppId}`)).body).toMatchObject({ Account: "account", Quota: 1_000_000 });
    expect((await quotaOf("")).body).toMatchObject({ status: 422, errors: [{ pointer: "?Account" }] });
  });
});

describe("npm run smoke", () => {
  it("sends one message and says what became of it", async () => {
    const { out, code } = await smoke("--app", String(GAME), "--user", "9007199254740995");
    expect(JSON.parse(out)).toMatchObject({
      UserId: "9007199254740995",
      Status: "sent",
      MessageId: expect.any(String),
    });
    expect(code).toBe(0);
    expect(volley.simulator.receivedBy("9007199254740995")).toMatchObject([{ AppId: GAME, Sender: "10001" }]);
  });

  it("says what the API refuses, and what it needs", async () => {
    const refused = await smoke("--app", "5", "--user", "1");
    expect({ code: refused.code, said: JSON.parse(refused.out) }).toMatchObject({ code: 5, said: { HttpStatus: 422 } });
    const bare = await runProcess("ops/smoke.ts", []);
    expect(bare.err.trim().split("\n")).toHaveLength(4);
    expect(bare.code).toBe(2);
  });
});

describe("npm run secrets", () => {
  it("exchanges keys while messages are sent: both pairs are good, then the new one alone", async () => {
    const { valid } = secrets;
    const [old] = valid.keys;
    const next: Keys = { accessKeyId: "AKLTnext", secretAccessKey: "e2e-next-key" };
    const send = async (id: number) => {
      const parts = { AppId: GAME, Content: `rotation ${id}`, Receiver: [id] };
      await jobWhen(volley, (await postJob(volley, { ...MESSAGE, ...parts })).JobId, isDone);
      return volley.simulator.receivedBy(String(id)).length;
    };
    valid.keys = old ? [old, next] : [];
    expect(await onSecrets(["--account", "game"], JSON.stringify(next))).toMatchObject({ code: 0, err: "" });
    expect(await send(5_000_081)).toBe(1);
    valid.keys = [next];
    expect(await send(5_000_082)).toBe(1);
    const checked = await onSecrets(["--check"]);
    expect(JSON.parse(checked.out)).toMatchObject([{ Keys: "taken" }, { Keys: "taken" }]);
    expect(checked.code).toBe(0);
    expect(checked.out).not.toMatch(/AKLT|e2e-/);
  });

  it("says what is missing, a line each", async () => {
    const { code, err, out } = await onSecrets(["--account", "game"]);
    expect({ code, err, out }).toEqual({
      code: 2,
      err: "the access key id is missing\nthe secret access key is missing\n",
      out: "",
    });
  });
});
