/** The equity of a period as a picture: a line, its first value as a base, the fall from the peak. */

export interface EquityPicture {
  readonly title: string;
  readonly quoteAsset: string;
  /** Oldest first. */
  readonly points: readonly { readonly atMs: number; readonly equity: number }[];
  readonly dayText: (atMs: number) => string;
}

const WIDTH = 800;
const HEIGHT = 420;
const PLOT = { left: 84, right: 776, top: 64, bottom: 372 } as const;
const GRID_LINES = 4;
const TIME_MARKS = 4;
// Colours that hold on a light and a dark chat background.
const INK = '#e5e7eb';
const FAINT = '#374151';
const PAPER = '#111827';
const GAIN = '#34d399';
const LOSS = '#f87171';

/** Undefined when there are too few points to draw a line. */
export function equitySvg(picture: EquityPicture): string | undefined {
  const { points, title, quoteAsset, dayText } = picture;
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return undefined;
  const scale = scaleOf(points);
  const colour = last.equity >= first.equity ? GAIN : LOSS;
  const line = points.map(({ atMs, equity }) => `${scale.x(atMs)},${scale.y(equity)}`).join(' ');
  const area = `${PLOT.left},${PLOT.bottom} ${line} ${PLOT.right},${PLOT.bottom}`;
  const baseY = scale.y(first.equity);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="DejaVu Sans">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="${PAPER}"/>`,
    text({ x: 24, y: 38, size: 20, anchor: 'start' }, title),
    text(
      { x: PLOT.right, y: 38, size: 20, anchor: 'end', colour },
      `${valueText(last.equity, scale.span)} ${quoteAsset}`,
    ),
    ...grid(scale),
    ...times(scale, first.atMs, last.atMs, dayText),
    `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${baseY}" y2="${baseY}" stroke="${INK}" stroke-dasharray="4 6" stroke-opacity="0.5"/>`,
    `<polygon points="${area}" fill="${colour}" fill-opacity="0.14"/>`,
    `<polyline points="${line}" fill="none" stroke="${colour}" stroke-width="2.5" stroke-linejoin="round"/>`,
    '</svg>',
  ].join('\n');
}

interface Scale {
  readonly low: number;
  readonly span: number;
  readonly x: (atMs: number) => number;
  readonly y: (equity: number) => number;
}

function scaleOf(points: EquityPicture['points']): Scale {
  const values = points.map(({ equity }) => equity);
  const least = values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
  const most = values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
  // A flat line lies in the middle instead of on an edge.
  const margin = Math.max((most - least) * 0.08, Math.abs(most) * 0.0005, 1e-9);
  const low = least - margin;
  const span = most + margin - low;
  const fromMs = points[0]?.atMs ?? 0;
  const lengthMs = Math.max(1, (points.at(-1)?.atMs ?? 0) - fromMs);
  return {
    low,
    span,
    x: (atMs) => round(PLOT.left + ((atMs - fromMs) / lengthMs) * (PLOT.right - PLOT.left)),
    y: (equity) => round(PLOT.bottom - ((equity - low) / span) * (PLOT.bottom - PLOT.top)),
  };
}

function grid(scale: Scale): string[] {
  return Array.from({ length: GRID_LINES + 1 }, (_, index) => {
    const value = scale.low + (scale.span * index) / GRID_LINES;
    const y = scale.y(value);
    const rule = `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y}" y2="${y}" stroke="${FAINT}"/>`;
    const at = { x: PLOT.left - 8, y: y + 5, size: 13, anchor: 'end' } as const;
    return rule + text(at, valueText(value, scale.span));
  });
}

function times(
  scale: Scale,
  fromMs: number,
  toMs: number,
  dayText: (atMs: number) => string,
): string[] {
  return Array.from({ length: TIME_MARKS + 1 }, (_, index) => {
    const atMs = fromMs + ((toMs - fromMs) * index) / TIME_MARKS;
    const anchor = index === 0 ? 'start' : index === TIME_MARKS ? 'end' : 'middle';
    return text({ x: scale.x(atMs), y: PLOT.bottom + 26, size: 13, anchor }, dayText(atMs));
  });
}

interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly colour?: string;
}

function text({ x, y, size, anchor, colour = INK }: TextPlace, content: string): string {
  return `<text x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}" fill="${colour}">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** As many places as tell neighbouring grid lines apart. */
function valueText(value: number, span: number): string {
  const places = Math.min(8, Math.max(0, Math.ceil(-Math.log10(span / GRID_LINES)) + 1));
  return value.toFixed(places);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
