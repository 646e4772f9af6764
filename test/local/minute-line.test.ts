import { afterEach, describe, expect, it, vi } from "vitest";
import { FIGURES, type Figure, makeCount, makeShow } from "../../lib/wire/metrics.ts";
import { makeMinuteLine, printEachMinute } from "../../local/minute-line.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** A minute line that is given what the functions write. */
function listening() {
  const minute = makeMinuteLine();
  vi.stubEnv("POWERTOOLS_DEV", "true");
  vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
  vi.stubEnv("POWERTOOLS_METRICS_NAMESPACE", "Volley");
  vi.spyOn(console, "log").mockImplementation((line) => expect(minute.take(String(line))).toBe(true));
  return { minute, show: makeShow(), count: makeCount() };
}

describe("the line of a minute", () => {
  it("adds up what the functions wrote, by account, and begins anew", () => {
    const { minute, show, count } = listening();
    show("a", { Sent: 497, UpstreamLatency: 40, BulkWait: 900 });
    show("a", { Sent: 3, Failed: 1, UpstreamLatency: 60, BulkWait: 100 });
    show("a", { QuotaUsed: 42, Room: 9, OpenShares: 3, SecondsLeft: 120 });
    show("b", { Sent: 1 });
    count("DispatchRuns");
    count("HeldFlow", 2);
    expect(minute.next()).toBe(
      "last minute: DispatchRuns 1, HeldFlow 2; " +
        "a: sent 500, failed 1, upstream 50 ms, bulk waited 900 ms, quota used 42 %, room 9, open shares 3, seconds left 120; " +
        "b: sent 1",
    );
    expect(minute.next()).toBeUndefined();
  });

  it("has words for every figure of the dashboard", () => {
    const { minute, show } = listening();
    const names = Object.keys(FIGURES) as Figure[];
    show("a", Object.fromEntries(names.map((name) => [name, 7])));
    const line = minute.next() ?? "";
    expect(names.filter((name) => line.includes(name))).toEqual([]); // none under its bare name
    expect(line.match(/ 7\b/g)).toHaveLength(names.length);
  });

  it.each(["hello", '{"level":"WARN","message":"held"}', ""])("leaves other output alone: %s", (output) => {
    expect(makeMinuteLine().take(output)).toBe(false);
  });

  it("is printed each minute in which there is something to say, until it is stopped", async () => {
    const { minute, show } = listening();
    let tick = (): void => {};
    const ended = vi.fn();
    const printed: string[] = [];
    const printing = printEachMinute(
      minute,
      (line) => printed.push(line),
      (run) => {
        tick = run;
        return ended;
      },
    );
    tick();
    show("a", { Sent: 1 });
    tick();
    tick();
    expect(printed).toEqual(["last minute: a: sent 1"]);
    await printing.stop();
    expect(ended).toHaveBeenCalledOnce();
  });
});
