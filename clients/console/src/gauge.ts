/** What the quota was at one moment. Figures are messages. */
export type Sample = Readonly<{ atMs: number; used: number; reserved: number }>;

/** The samples of the last `spanMs`, with the new one. */
export function keepSample(samples: readonly Sample[], sample: Sample, spanMs: number): readonly Sample[] {
  return [...samples.filter(({ atMs }) => atMs > sample.atMs - spanMs && atMs < sample.atMs), sample];
}

/** What is drawn. A tall enough scale: the largest figure there is. */
export type Frame = Readonly<{ fromMs: number; toMs: number; width: number; height: number; max: number }>;

/** Nobody asked for so long: what was between is not known, and not drawn. */
const GAP_MS = 10_000;

/** Runs of samples that follow each other closely. */
export function runsOf(samples: readonly Sample[]): readonly (readonly Sample[])[] {
  const runs: Sample[][] = [];
  for (const sample of samples) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && sample.atMs - last.atMs <= GAP_MS) run.push(sample);
    else runs.push([sample]);
  }
  return runs;
}

const x = (atMs: number, { fromMs, toMs, width }: Frame): number => ((atMs - fromMs) / (toMs - fromMs)) * width;

/** The height of a figure in a frame, from the top. */
export const yOf = (figure: number, { height, max }: Frame): number => height - (Math.min(figure, max) / max) * height;

const point = (sample: Sample, figure: number, frame: Frame): string =>
  `${round(x(sample.atMs, frame))},${round(yOf(figure, frame))}`;
const round = (value: number): number => Math.round(value * 10) / 10;

/** A run as the path of a line. */
export const linePath = (run: readonly Sample[], figure: (sample: Sample) => number, frame: Frame): string =>
  run.map((sample, i) => `${i === 0 ? "M" : "L"}${point(sample, figure(sample), frame)}`).join("");

/** A run as the path of the area between a line and another one below it. */
export function areaPath(
  run: readonly Sample[],
  top: (sample: Sample) => number,
  bottom: (sample: Sample) => number,
  frame: Frame,
): string {
  const back = [...run].reverse().map((sample) => `L${point(sample, bottom(sample), frame)}`);
  return run.length < 2 ? "" : `${linePath(run, top, frame)}${back.join("")}Z`;
}
