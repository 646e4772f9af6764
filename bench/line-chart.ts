/** A line of a chart. `points`: x and y in the chart's own units, ascending in x. `dash` tells those apart who do not see colours. */
export type Line = Readonly<{
  name: string;
  colour: string;
  dash?: string;
  /** Each value holds until the next. */
  stepped?: boolean;
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

export type Chart = Readonly<{
  title: string;
  /** What the lines say, for who does not see them. */
  description: string;
  x: Axis;
  y: Axis;
  /** The last one is drawn over the others. */
  lines: readonly Line[];
  /** A value of y that the lines are held against. */
  mark?: number;
}>;

const WIDTH = 760;
const HEIGHT = 380;
const BOX = { left: 64, right: 20, top: 44, bottom: 84 };
const LIGHT =
  "text{font:12px system-ui,sans-serif;fill:#57606a}.title{font-size:15px;font-weight:600}.ground{fill:#fff}.grid{stroke:#8c959f;stroke-opacity:.3}.mark{stroke:#57606a}";
/** Ground and text change together, so that it reads on any page, also where the browser and the page are of two minds. */
const DARK = "@media(prefers-color-scheme:dark){text{fill:#adbac7}.ground{fill:#161b22}.mark{stroke:#adbac7}}";

/** Lines over two axes, as an SVG with a ground of its own: light or dark as the reader's browser is. */
export function lineChart({ title, description, x, y, lines, mark }: Chart): string {
  const innerWidth = WIDTH - BOX.left - BOX.right;
  const innerHeight = HEIGHT - BOX.top - BOX.bottom;
  const atX = (value: number): string => (BOX.left + place(x, value) * innerWidth).toFixed(1);
  const atY = (value: number): string => (BOX.top + (1 - place(y, value)) * innerHeight).toFixed(1);
  const bottom = HEIGHT - BOX.bottom;
  const across = (kind: string, value: number): string =>
    `<line class="${kind}" x1="${BOX.left}" x2="${WIDTH - BOX.right}" y1="${atY(value)}" y2="${atY(value)}"/>`;

  const grid = [
    ...y.ticks.map(
      (tick) =>
        across("grid", tick) +
        `<text x="${BOX.left - 8}" y="${atY(tick)}" dy="0.35em" text-anchor="end">${labelOf(y, tick)}</text>`,
    ),
    ...x.ticks.map(
      (tick) => `<text x="${atX(tick)}" y="${bottom + 18}" text-anchor="middle">${labelOf(x, tick)}</text>`,
    ),
    `<text x="${BOX.left + innerWidth / 2}" y="${bottom + 38}" text-anchor="middle">${inXml(x.title)}</text>`,
    `<text x="${BOX.left}" y="${BOX.top - 8}">${inXml(y.title)}</text>`,
  ];
  const drawn = lines.map(({ points, stepped, ...line }) => {
    const next = (px: number, py: number) => (stepped ? `H${atX(px)}V${atY(py)}` : `L${atX(px)} ${atY(py)}`);
    const path = points.map(([px, py], i) => (i === 0 ? `M${atX(px)} ${atY(py)}` : next(px, py))).join("");
    return `<path d="${path}" fill="none" ${strokeOf(line)}/>`;
  });
  const step = innerWidth / Math.max(1, lines.length);
  const legend = lines.map(({ name, ...line }, i) => {
    const left = BOX.left + i * step;
    const at = HEIGHT - 18;
    return (
      `<line x1="${left.toFixed(1)}" x2="${(left + 22).toFixed(1)}" y1="${at}" y2="${at}" ${strokeOf(line)}/>` +
      `<text x="${(left + 28).toFixed(1)}" y="${at}" dy="0.35em">${inXml(name)}</text>`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${inXml(title)}</title>`,
    `<desc id="desc">${inXml(description)}</desc>`,
    `<style>${LIGHT}${DARK}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${HEIGHT}" rx="6"/>`,
    `<text class="title" x="${BOX.left}" y="18">${inXml(title)}</text>`,
    ...grid,
    ...drawn,
    ...(mark === undefined ? [] : [across("mark", mark)]),
    ...legend,
    "</svg>",
    "",
  ].join("\n");
}

const place = ({ log, from, to }: Axis, value: number): number =>
  log ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);

const labelOf = ({ label = String }: Axis, value: number): string => inXml(label(value));

const strokeOf = ({ colour, dash }: Pick<Line, "colour" | "dash">): string =>
  `stroke="${colour}" stroke-width="2"${dash ? ` stroke-dasharray="${dash}"` : ""}`;

const inXml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
