import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";

/** Where packages put the browser. `CHROMIUM` names another one. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"];
const BROWSER = [process.env["CHROMIUM"] ?? "", ...PLACES].find((path) => path !== "" && existsSync(path));

/** In CI the tests have to run; elsewhere they are left out where there is no browser, and say so. */
export function hasBrowser(): boolean {
  if (BROWSER !== undefined) return true;
  const how = "no Chromium was found (Debian: apt-get install chromium): the tests of the page";
  if (process.env["CI"]) throw new Error(`${how} cannot run`);
  console.warn(`${how} are skipped`);
  return false;
}

/** The browser of this test file. */
let browser: Browser;

/** Start it before the tests that are declared after this call; end it after the last. Root may not use its sandbox. */
export function startBrowser(): void {
  beforeAll(async () => {
    const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    browser = await chromium.launch({ executablePath: BROWSER ?? "", args });
  });
  afterAll(() => browser?.close());
}

export const WIDTHS = [1280, 390] as const;
export const THEMES = ["light", "dark"] as const;
type Look = Readonly<{ width: number; theme: (typeof THEMES)[number]; locale?: string }>;

export type Seen = Readonly<{
  context: BrowserContext;
  page: Page;
  /** What the browser complained of so far. */
  complaints: string[];
}>;

/** A page of its own. Every error and warning in its console is kept. */
export async function openPage({ width, theme, locale = "en-US" }: Look): Promise<Seen> {
  const viewport = { width, height: width < 600 ? 844 : 860 };
  const context = await browser.newContext({ viewport, colorScheme: theme, locale, reducedMotion: "reduce" });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  return { context, page, complaints };
}

const SHOTS = join(import.meta.dirname, "../../.build/screenshots");

export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}

/** What a page does wrong to those who use it by keyboard or screen reader, in one line each; by every rule of axe. */
export async function axeFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

/** Whether a view is wider than the window: then a reader has to scroll sideways. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
