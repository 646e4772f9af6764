/** A line of a chart. `points`: x and y in the chart's own units, ascending in x. `dashed` tells two of one colour apart. */
export type Line = Readonly<{
  name: string;
  colour: string;
  dashed?: boolean;
  points: readonly (readonly [x: number, y: number])[];
}>;

export type Axis = Readonly<{
  title: string;
  from: number;
  to: number;
  ticks: readonly number[];
  log?: boolean;
  label?: (value: number) => string;
}>;

const WIDTH = 760;
const HEIGHT = 380;
const BOX = { left: 64, right: 20, top: 44, bottom: 84 };

/** Lines over two axes as an SVG that reads on light and dark ground. */
export function lineChart(title: string, x: Axis, y: Axis, lines: readonly Line[]): string {
  const innerWidth = WIDTH - BOX.left - BOX.right;
  const innerHeight = HEIGHT - BOX.top - BOX.bottom;
  const place = (axis: Axis, value: number): number =>
    axis.log
      ? Math.log(value / axis.from) / Math.log(axis.to / axis.from)
      : (value - axis.from) / (axis.to - axis.from);
  const atX = (value: number): string => (BOX.left + place(x, value) * innerWidth).toFixed(1);
  const atY = (value: number): string => (BOX.top + (1 - place(y, value)) * innerHeight).toFixed(1);
  const labelOf = ({ label = String }: Axis, value: number): string => inXml(label(value));
  const bottom = HEIGHT - BOX.bottom;

  const grid = [
    ...y.ticks.map(
      (tick) =>
        `<line class="grid" x1="${BOX.left}" x2="${WIDTH - BOX.right}" y1="${atY(tick)}" y2="${atY(tick)}"/>` +
        `<text x="${BOX.left - 8}" y="${atY(tick)}" dy="0.35em" text-anchor="end">${labelOf(y, tick)}</text>`,
    ),
    ...x.ticks.map(
      (tick) => `<text x="${atX(tick)}" y="${bottom + 18}" text-anchor="middle">${labelOf(x, tick)}</text>`,
    ),
    `<text x="${BOX.left + innerWidth / 2}" y="${bottom + 38}" text-anchor="middle">${inXml(x.title)}</text>`,
    `<text x="${BOX.left}" y="${BOX.top - 8}">${inXml(y.title)}</text>`,
  ];
  const drawn = lines.map(({ points, colour, dashed }) => {
    const path = points.map(([px, py], i) => `${i === 0 ? "M" : "L"}${atX(px)} ${atY(py)}`).join("");
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"${dashed ? ' stroke-dasharray="6 4"' : ""}/>`;
  });
  const step = innerWidth / Math.max(1, lines.length);
  const legend = lines.map(({ name, colour, dashed }, i) => {
    const left = BOX.left + i * step;
    const at = HEIGHT - 18;
    return (
      `<line x1="${left.toFixed(1)}" x2="${(left + 22).toFixed(1)}" y1="${at}" y2="${at}" stroke="${colour}" stroke-width="2"${dashed ? ' stroke-dasharray="6 4"' : ""}/>` +
      `<text x="${(left + 28).toFixed(1)}" y="${at}" dy="0.35em">${inXml(name)}</text>`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${inXml(title)}">`,
    "<style>text{font:12px system-ui,sans-serif;fill:#57606a}.title{font-size:15px;font-weight:600}.grid{stroke:#8c959f;stroke-opacity:.3}@media(prefers-color-scheme:dark){text{fill:#adbac7}}</style>",
    `<text class="title" x="${BOX.left}" y="18">${inXml(title)}</text>`,
    ...grid,
    ...drawn,
    ...legend,
    "</svg>",
    "",
  ].join("\n");
}

const inXml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
