import { afterAll, beforeAll, expect, it } from "vitest";
import { axeFaults, openPage, type Seen, shoot } from "../support/browser.ts";
import { volley } from "../support/one-stack.ts";

// What is wrong looks like what it is. The browser itself notes every refusal in its console, so that is not looked at here.

let seen: Seen;
beforeAll(async () => {
  seen = await openPage({ width: 1280, theme: "light" });
  await seen.page.goto(`${volley.url}/console`);
});
afterAll(() => seen?.context.close());

const faultsOf = async (label: string): Promise<string | null> => {
  const input = seen.page.getByLabel(label, { exact: true });
  expect(await input.getAttribute("aria-invalid")).toBe("true");
  const ids = (await input.getAttribute("aria-describedby"))?.split(" ") ?? [];
  return seen.page.locator(`#${ids.at(-1)}`).textContent();
};

it("a key that is none: beside its field, which has the focus", async () => {
  const { page } = seen;
  await page.getByRole("button", { name: "Log in" }).click();
  expect(await faultsOf("Key")).toContain("Enter a key");
  await page.getByLabel("Key").fill("volley_no-such-key");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText("Volley does not know this key").waitFor();
  await page.locator('input[name="key"]:focus').waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await page.getByLabel("Key").fill(volley.key);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("link", { name: "Send", exact: true }).click();
});

it("a list with spoilt ids: each with its line, and nothing is asked of the API", async () => {
  const { page } = seen;
  await page.getByLabel("User ids").fill("1\n9.22337E+18\n7.0\n2");
  await page.getByRole("button", { name: "Check (dry run)" }).click();
  expect(await faultsOf("User ids")).toContain("line 2: “9.22337E+18” is no user id");
  expect(await faultsOf("User ids")).toContain("line 3: “7.0” is no user id");
  expect(await faultsOf("AppId")).toContain("is missing");
});

it("what the API refuses: every fault beside its field", async () => {
  const { page } = seen;
  await page.getByLabel("User ids").fill("1\n2");
  await page.getByLabel("AppId", { exact: true }).fill("99999999999");
  await page.getByLabel("Sender", { exact: true }).fill("0");
  await page.getByLabel("MsgType", { exact: true }).fill("10001");
  await page.getByLabel("Content", { exact: true }).fill("hi");
  await page.getByLabel("Label", { exact: true }).fill("bad\u0007label");
  await page.getByText("More options").click();
  await page.getByLabel("At most a minute").fill("0");
  await page.getByLabel("Every day from").fill("09:00");
  await page.getByLabel("Pause at % failed").fill("many");
  await page.getByLabel("Not to those of jobs").fill("00000000000000000000");
  await page.getByText("More options").click();
  await page.getByRole("button", { name: "Check (dry run)" }).click();
  await page.getByText("faults. Each stands beside its field").waitFor();
  expect(await faultsOf("AppId")).toContain("2147483647");
  expect(await faultsOf("Sender")).toContain("9223372036854775807");
  expect(await faultsOf("Label")).not.toBe("");
  expect(await faultsOf("At most a minute")).toContain("must be a whole number from 1");
  expect(await faultsOf("until")).toContain("is missing");
  expect(await faultsOf("Pause at % failed")).toContain("from 1 to 100");
  expect(await page.getByLabel("Not to those of jobs").isVisible()).toBe(true); // what is wrong is not hidden
  await page.locator('input[name="/AppId"]:focus').waitFor();
  await shoot(page, "send-faults-1280-light");
  expect(await axeFaults(page)).toEqual([]);
});

it("a limit that cannot be: beside its field, and nothing is changed", async () => {
  const { page } = seen;
  await page.getByRole("link", { name: "Quota", exact: true }).click();
  await page.getByLabel("Kept free for express").fill("99999999");
  await page.getByRole("button", { name: "Change limits" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Change limits" }).click();
  await page.locator('input[name="/Floor"][aria-invalid]').waitFor();
  expect(await faultsOf("Kept free for express")).not.toBe("");
});

it("a filter that cannot be, and one that nothing fits", async () => {
  const { page } = seen;
  await page.goto(`${volley.url}/console?a#/jobs?AppId=nobody`);
  await page.locator('input[name="?AppId"][aria-invalid]').waitFor();
  await page.goto(`${volley.url}/console?b#/jobs?Label=nothing+is+called+so`);
  await page.getByText("No job fits this filter.").waitFor();
  await page.goto(`${volley.url}/console?c#/jobs/00000000000000000000`);
  await page.getByText("There is no such job.").waitFor();
});

it("a lost connection: of when it is what is shown; it comes back by itself", async () => {
  const { page, context } = seen;
  await page.goto(`${volley.url}/console?d#/quota`);
  await page.getByText("Limits", { exact: true }).waitFor();
  await context.setOffline(true);
  await page.getByText("No connection to Volley.").waitFor();
  await page.getByText(/What you see is as of/).waitFor();
  await shoot(page, "lost-1280-light");
  expect(await axeFaults(page)).toEqual([]);
  await context.setOffline(false);
  await page.getByText("No connection to Volley.").waitFor({ state: "detached", timeout: 60_000 });
});

it("a key that is taken away: back to the login, and then to where one was", async () => {
  const { page } = seen;
  await page.evaluate(() => sessionStorage.setItem("volley.key", "volley_gone"));
  await page.goto(`${volley.url}/console?e#/quota`);
  await page.getByText("Your key is no longer accepted.").waitFor();
  await page.getByLabel("Key").fill(volley.key);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { name: "Quota" }).waitFor();
});

it("speaks Chinese to whoever reads it, and English on request", async () => {
  const chinese = await openPage({ width: 1280, theme: "dark", locale: "zh-CN" });
  const { page } = chinese;
  await page.goto(`${volley.url}/console#/quota`);
  await page.getByRole("heading", { name: "登录" }).waitFor();
  await page.getByLabel("密钥").fill(volley.key);
  await page.getByRole("button", { name: "登录" }).click();
  await page.getByRole("heading", { name: "配额" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("zh-CN");
  await shoot(page, "quota-1280-dark-zh");
  expect(await axeFaults(page)).toEqual([]);
  await page.getByRole("link", { name: "发送", exact: true }).click();
  await page.getByLabel("用户 ID").fill("1");
  for (const name of ["AppId", "MsgType", "发送者", "内容"]) await page.getByLabel(name, { exact: true }).fill("0");
  await page.getByRole("button", { name: "检查（试运行）" }).click();
  await page.getByText("必须在 1 到 2147483647 之间").waitFor();
  await page.getByRole("link", { name: "配额", exact: true }).click();
  await page.getByLabel("语言").selectOption("en");
  await page.getByRole("heading", { name: "Quota" }).waitFor();
  await chinese.context.close();
});
