import { usePage } from "../context.ts";
import { toCount } from "../format.ts";
import { areaPath, type Frame, linePath, runsOf, type Sample, yOf } from "../gauge.ts";
import { html } from "../html.ts";
import type { QuotaAnswer } from "../quota.ts";
import * as QUOTA from "../text/quota.ts";

/** How far back the gauge goes. */
export const SPAN_MS = 5 * 60_000;
const [WIDTH, HEIGHT] = [600, 160];
const HEADROOM = 1.08;

/** The window over the last minutes: what is used, what is reserved on top of it, and where the limit is. */
export function GaugeChart({ quota, samples }: Readonly<{ quota: QuotaAnswer; samples: readonly Sample[] }>) {
  const { say, lang } = usePage();
  const toMs = samples.at(-1)?.atMs ?? 0;
  const most = Math.max(quota.Quota, ...samples.map(({ used, reserved }) => used + reserved));
  const frame: Frame = { fromMs: toMs - SPAN_MS, toMs, width: WIDTH, height: HEIGHT, max: most * HEADROOM };
  const runs = runsOf(samples);
  const used = (sample: Sample) => sample.used;
  const both = (sample: Sample) => sample.used + sample.reserved;
  const peak = Math.max(0, ...samples.map(used));
  const label = say(
    QUOTA.chart,
    ...[SPAN_MS / 60_000, toCount(quota.Used, lang), toCount(quota.Quota, lang), toCount(peak, lang)],
  );
  const line = (figure: number, name: string) =>
    html`<line class=${name} x1="0" x2=${WIDTH} y1=${yOf(figure, frame)} y2=${yOf(figure, frame)} />`;
  const top = (figure: number) => ({ top: `${(yOf(figure, frame) / HEIGHT) * 100}%` });
  return html`<figure>
    <div class="plot">
      <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label=${label}>
        ${[0.25, 0.5, 0.75].map((part) => line(quota.Quota * part, "grid"))}
        ${runs.map(
          (run) => html`<path class="reserved" d=${areaPath(run, both, used, frame)} />
            <path class="used" d=${areaPath(run, used, () => 0, frame)} />
            <path class="edge" d=${linePath(run, used, frame)} />`,
        )}
        ${quota.Capacity < quota.Quota && line(quota.Capacity, "capacity")}
        ${line(quota.Quota, "limit")}
      </svg>
      <span class="mark" style=${top(quota.Quota)}>${say(QUOTA.limit, toCount(quota.Quota, lang))}</span>
      ${
        quota.Capacity < quota.Quota &&
        html`<span class="mark below" style=${top(quota.Capacity)}>${say(QUOTA.capacity, toCount(quota.Capacity, lang))}</span>`
      }
    </div>
    <div class="axis" aria-hidden="true">
      ${[5, 4, 3, 2, 1].map((minutes) => html`<span>${say(QUOTA.ago, minutes)}</span>`)}<span>${say(QUOTA.nowMark)}</span>
    </div>
    <figcaption class="keys">
      <span><i class="used" aria-hidden="true"></i>${say(QUOTA.used)} ${toCount(quota.Used, lang)}</span>
      <span><i class="reserved" aria-hidden="true"></i>${say(QUOTA.reserved)} ${toCount(quota.ReservedAhead, lang)}</span>
    </figcaption>
  </figure>`;
}

/** The same in the head of every view, as small as can be. */
export function GaugeMini({ quota }: Readonly<{ quota: QuotaAnswer }>) {
  const { lang } = usePage();
  const part = (figure: number) => ({ width: `${Math.min(100, (figure / quota.Quota) * 100)}%` });
  return html`<span class="mini">
    <span class="mini-bar" aria-hidden="true"><i style=${part(quota.Used)}></i></span>
    <span>${toCount(quota.Used, lang)} / ${toCount(quota.Quota, lang)}</span>
  </span>`;
}
