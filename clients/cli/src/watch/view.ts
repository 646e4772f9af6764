import cliProgress from "cli-progress";
import type { Session } from "../session.ts";
import { cutTo } from "../terminal/width.ts";
import type { CodeCounts } from "./code-counts.ts";
import type { Progress } from "./progress.ts";
import { barLine, codesText, plainLine, stateText } from "./progress-text.ts";

/** Shows how a job goes on. */
export type View = Readonly<{
  progress(progress: Progress): Promise<void>;
  codes(counts: CodeCounts): Promise<void>;
  stop(): void;
}>;

/** How often a log that is no terminal gets a line. */
const LINE_EVERY_MS = 2_000;
/** Of a terminal that does not say how wide it is. @see POSIX.1-2024, COLUMNS */
const COLUMNS = 80;

/** A bar on a terminal, lines elsewhere, nothing where the result is JSON. */
export function makeView(session: Session): View {
  if (session.isJson) return { progress: async () => undefined, codes: async () => undefined, stop: () => undefined };
  return session.io.stdout.isTTY === true ? barView(session) : lineView(session);
}

function lineView({ io, say, print }: Session): View {
  let lastMs = Number.NEGATIVE_INFINITY;
  let last = "";
  let lastCodes = "";
  return {
    async progress(progress) {
      const line = plainLine(progress, say);
      if (line === last || (!progress.isOver && io.nowMs() - lastMs < LINE_EVERY_MS)) return;
      lastMs = io.nowMs();
      last = line;
      await print(line);
    },
    async codes(counts) {
      const lines = counts.map((one) => codesText(one, say)).join("\n");
      if (lines !== "" && lines !== lastCodes) await print(lines);
      lastCodes = lines;
    },
    stop: () => undefined,
  };
}

function barView({ io, say, paint }: Session): View {
  const columns = (): number => io.stdout.columns ?? COLUMNS;
  const bars = new cliProgress.MultiBar({
    format: (_options, _params, { draw }: { draw: () => string }) => draw(),
    stream: io.stdout,
    hideCursor: true,
    linewrap: false, // a line always fits: this is for a terminal that is made narrower meanwhile
    gracefulExit: false, // Ctrl-C is ours
  });
  const line = (draw: () => string) => ({ draw, bar: bars.create(1, 0, { draw }) });
  let progressNow: Progress | undefined;
  let countsNow: CodeCounts = [];
  line(() => (progressNow === undefined ? "" : barLine(progressNow, columns(), say)));
  let note: ReturnType<typeof line> | undefined;
  const noteText = (): string => {
    const parts = [
      progressNow === undefined ? "" : stateText(progressNow, say),
      ...countsNow.map((one) => paint("red", codesText(one, say))),
    ];
    return cutTo(parts.filter((part) => part !== "").join("  "), columns() - 1);
  };
  const redraw = (): void => {
    if (note === undefined && noteText() !== "") note = line(noteText);
    bars.update();
  };
  return {
    async progress(progress) {
      progressNow = progress;
      redraw();
    },
    async codes(counts) {
      countsNow = counts;
      redraw();
    },
    stop() {
      countsNow = []; // the summary has them
      bars.stop();
    },
  };
}
