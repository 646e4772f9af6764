import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  axeFaults,
  hasBrowser,
  openPage,
  overflowOf,
  type Seen,
  shoot,
  startBrowser,
  THEMES,
  WIDTHS,
} from "../support/browser.ts";
import { longIds } from "../support/jobs.ts";
import { startOneStack, volley } from "../support/one-stack.ts";

// The page at /console in Chromium, on the local stack: what an operator does in a day.

const IDS = longIds(25_000);
const FAILED = IDS.filter((id) => id.endsWith("777"));
const OMITTED = IDS.filter((id) => id.endsWith("888"));
const LABEL = "Spring campaign, wave 2";
const LONG = { timeout: 120_000 };
/** As much as a browser has to load, all told. */
const MAX_BYTES = 30 * 1024;

describe.skipIf(!hasBrowser())("the page", () => {
  startOneStack({
    quota: { messages: 12_000, windowMs: 10_000 },
    faults: [
      { when: { userSuffix: "777" }, do: { failReceivers: "matching" } },
      { when: { userSuffix: "888" }, do: { omit: "matching" } },
    ],
  });
  startBrowser();

  it("is one small file, and runs nothing but itself", async () => {
    const response = await fetch(`${volley.url}/console`);
    const html = await response.text();
    const bytes = Number(response.headers.get("content-length")); // as it is sent: gzip
    console.log(`page size: ${html.length} characters, ${bytes} bytes as gzip`);
    expect(bytes).toBeGreaterThan(MAX_BYTES / 2);
    expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'sha256-[^ ]+'; /);
    expect(html).not.toMatch(/\s(?:src|href)="(?!data:|#)/);
    const etag = response.headers.get("etag") ?? "";
    expect(await fetch(`${volley.url}/console`, { headers: { "if-none-match": etag } })).toMatchObject({ status: 304 });
  });

  describe("in a day", () => {
    let seen: Seen;
    let page: Page;
    beforeAll(async () => {
      seen = await openPage({ width: 1280, theme: "light" });
      page = seen.page;
    });
    afterAll(() => seen?.context.close());
    const button = (name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" });
    const heading = () => page.getByRole("heading", { level: 1 });
    const inDialog = (name: string) => page.getByRole("dialog").getByRole("button", { name, exact: true });
    const progress = (text: RegExp) => page.locator(".big", { hasText: text });
    const state = (text: string | RegExp) => page.locator(".head .state", { hasText: text });

    it("asks for the key, and keeps it for this tab alone", async () => {
      await page.goto(`${volley.url}/console`);
      await page.getByLabel("Key").fill(volley.key);
      await button("Log in").click();
      await page.getByText("No jobs yet.").waitFor();
      await shoot(page, "empty-1280-light");
      const other = await seen.context.newPage();
      await other.goto(`${volley.url}/console`);
      await other.getByRole("heading", { name: "Log in" }).waitFor();
      await other.close();
    });

    it("sends to 25,000: first the dry run, then exactly that", async () => {
      await page.getByRole("link", { name: "Send", exact: true }).click();
      await heading().and(page.locator(":focus")).waitFor(); // a screen reader goes on at the heading of the new view
      for (const [name, value] of Object.entries({ AppId: "666675", Sender: "10001", MsgType: "10001", Label: LABEL }))
        await page.getByLabel(name, { exact: true }).fill(value);
      await page.getByLabel("Content").fill('{"text":"Spring is here"}');
      await page.getByLabel("Tags").fill("campaign:spring, wave:2");
      const buffer = Buffer.from(
        `UserId,Name\r\n${IDS.map((id) => `${id},"A, B"`).join("\r\n")}\r\n${IDS[0]},again\r\n`,
      );
      await page.locator('input[type="file"]').setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer });
      await page.getByText("25,001 ids").waitFor();
      await button("Check (dry run)").click();
      await page.getByText("This would be sent").waitFor(LONG);
      await shoot(page, "send-1280-light");
      await button("Send to 25,000 receivers").click();
      await page.getByRole("heading", { name: LABEL }).waitFor(LONG);
    });

    it("watches the job, pauses it and goes on, to the end", async () => {
      await progress(/^[1-9]/).waitFor(LONG);
      await button("Pause").click();
      await inDialog("Pause").click();
      await state("paused").waitFor(LONG);
      await shoot(page, "job-paused-1280-light");
      await button("Resume").click();
      await inDialog("Resume").click();
      await state("running").waitFor(LONG);
      await progress(/^[4-9]\d/).waitFor(LONG);
      await shoot(page, "job-running-1280-light");
      await state("done").waitFor(LONG);
      const bar = page.locator("main").getByRole("img", { name: /receivers are through/ });
      const sent = new Intl.NumberFormat("en").format(25_000 - FAILED.length - OMITTED.length);
      const told = `${sent} sent, ${FAILED.length} failed, ${OMITTED.length} unknown`;
      expect(await bar.getAttribute("aria-label")).toBe(`25,000 of 25,000 receivers are through: ${told}`);
    });

    it("finds a failed receiver, at an address that can be shared", async () => {
      const [id = ""] = FAILED;
      await page.getByLabel("User id").fill(id);
      await button("Look up").click();
      const found = page.getByRole("status").filter({ hasText: "FailedReceiver" });
      await found.getByText("failed", { exact: true }).waitFor();
      const address = page.url();
      expect(address).toMatch(new RegExp(`#/jobs/[0-9a-z]+\\?User=${id}$`));
      await page.reload();
      await found.getByText(id).waitFor();
    });

    it("hides the content until it is asked for", async () => {
      expect(await page.getByText("Spring is here").count()).toBe(0);
      await button("Show content").click();
      await page.getByText("Spring is here").waitFor();
    });

    it("downloads who failed, as CSV", async () => {
      const downloading = page.waitForEvent("download");
      await button("Download CSV: failed, FailedReceiver").click();
      const download = await downloading;
      expect(download.suggestedFilename()).toMatch(/-failed-FailedReceiver\.csv$/);
      const [head = "", ...rows] = readFileSync(await download.path(), "utf8")
        .trim()
        .split("\r\n");
      expect(head).toMatch(/^UserId,Status,/);
      expect(rows.map((row) => row.split(",").slice(0, 2))).toEqual(FAILED.map((id) => [id, "failed"]));
    });

    it("retries the failed ones as a new job", async () => {
      const before = page.url();
      await button("Retry failed").click();
      await inDialog("Retry failed").click();
      await page.waitForURL((url) => !before.startsWith(url.href.split("?")[0] ?? ""));
      await page.getByText(`/ ${FAILED.length}`).waitFor();
      await state("done").waitFor(LONG);
      await page.getByRole("link", { name: "Jobs", exact: true }).first().click();
      await page.getByRole("link", { name: LABEL }).last().waitFor();
      expect(await page.locator("tbody tr").count()).toBe(2);
      await shoot(page, "jobs-1280-light");
    });

    it("changes the limit, stops all sending and goes on", async () => {
      await page.getByRole("link", { name: "Quota", exact: true }).click();
      await page.getByLabel("Messages in a window").fill("9000");
      await button("Change limits").click();
      await page.getByRole("dialog").getByText("12,000").waitFor();
      await inDialog("Change limits").click();
      await page.locator(".mark", { hasText: "limit 9,000" }).waitFor();
      await button("Pause all").click();
      await inDialog("Pause all").click();
      await page.getByRole("dialog").waitFor({ state: "detached", ...LONG }); // it stays, and asks the same, until it is done
      await state("Paused").waitFor(LONG);
      await shoot(page, "quota-paused-1280-light");
      await button("Resume all").click();
      await inDialog("Resume all").click();
      await page.getByRole("dialog").waitFor({ state: "detached", ...LONG });
      await state(/Idle|Sending/).waitFor(LONG);
      await page.getByText("all paused").waitFor();
    });

    it("asks nothing while it is hidden", async () => {
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      const show = (isHidden: boolean) =>
        page.evaluate(`
          Object.defineProperty(document, "hidden", { value: ${isHidden}, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        `);
      await show(true);
      await page.waitForTimeout(500);
      asked.length = 0;
      await page.waitForTimeout(4_500);
      expect(asked).toEqual([]);
      const asking = page.waitForRequest(/\/v1\/quota$/);
      await show(false);
      await asking;
    });

    it("made the browser complain of nothing", () => expect(seen.complaints).toEqual([]));
  });

  describe.each(WIDTHS.flatMap((width) => THEMES.map((theme) => ({ width, theme }))))("$width wide, $theme", (look) => {
    let seen: Seen;
    beforeAll(async () => {
      seen = await openPage(look);
      await seen.page.goto(`${volley.url}/console`);
    });
    afterAll(() => seen?.context.close());

    it.each([
      { view: "login", hash: "", until: "The key stays in this tab" },
      { view: "jobs", hash: "#/jobs?Label=Spring+campaign%2C+wave+2", until: LABEL },
      { view: "job", hash: "", until: "Not sent, by code" },
      { view: "quota", hash: "#/quota", until: "Who changed what" },
      { view: "send", hash: "#/send", until: "A dry run checks everything" },
    ])("$view: axe finds nothing, and nobody scrolls sideways", async ({ view, hash, until }) => {
      const { page } = seen;
      if (view === "jobs") await page.evaluate((key) => sessionStorage.setItem("volley.key", key), volley.key);
      if (view === "job")
        await page.getByRole("link", { name: LABEL }).last().click(); // the oldest
      else if (hash !== "") await page.goto(`${volley.url}/console?${view}${hash}`);
      await page.getByText(until).first().waitFor();
      if (view === "job") await page.getByText("NotInAnswer").waitFor();
      await shoot(page, `${view}-${look.width}-${look.theme}`);
      expect(await axeFaults(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
      expect(seen.complaints).toEqual([]);
    });
  });

  describe("what goes wrong", async () => void (await import("./console-faults.suite.ts")));
});
