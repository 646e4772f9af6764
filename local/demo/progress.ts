import cliProgress from "cli-progress";

export type Progress = Readonly<{ update(done: number): void; stop(): void }>;

/** How often a log that is no terminal gets a line. */
const LINE_EVERY_MS = 2_000;

/** A bar with rate and time left on a terminal, plain lines elsewhere, nothing when `quiet`. */
export function makeProgress(total: number, quiet: boolean): Progress {
  if (quiet) return { update: () => undefined, stop: () => undefined };
  const startedMs = Date.now();
  const rateOf = (done: number): number => Math.round(done / Math.max(0.001, (Date.now() - startedMs) / 1000));
  const leftOf = (done: number): string =>
    done === 0 ? "?" : String(Math.ceil((total - done) / Math.max(1, rateOf(done))));

  if (!process.stdout.isTTY) {
    let lastMs = 0;
    return {
      update(done) {
        if (done < total && Date.now() - lastMs < LINE_EVERY_MS) return;
        lastMs = Date.now();
        process.stdout.write(`${done} of ${total}, ${rateOf(done)}/s, ${leftOf(done)} s left\n`);
      },
      stop: () => undefined,
    };
  }
  const bar = new cliProgress.SingleBar({
    format: "{bar} {percentage}% | {value} of {total} | {rate}/s | {left} s left",
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
  });
  bar.start(total, 0, { rate: 0, left: "?" });
  return {
    update: (done) => bar.update(done, { rate: rateOf(done), left: leftOf(done) }),
    stop: () => bar.stop(),
  };
}
