import { niceTicks } from './axis.js';
import { escapeText, formatNumber } from './markup.js';

export interface Series {
  readonly name: string;
  /** Index of its colour in the page's palette. */
  readonly colour: number;
  readonly dashed?: boolean;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LineChartOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  /** Dots on the points. */
  readonly dots?: boolean;
  /** Bounds of the y axis; from the data where left out. */
  readonly yMinimum?: number;
  readonly yMaximum?: number;
  /** About how many lines the y axis has; 5 by default. */
  readonly yTickCount?: number;
  /** Text of an x value. */
  readonly xFormat?: (x: number) => string;
  /** Text of a y value. */
  readonly format?: (y: number) => string;
}

const WIDTH = 560;
const HEIGHT = 300;
/** Of a series; more would hide the line. */
const MOST_DOTS = 40;
const MARGIN = { top: 12, right: 16, bottom: 42, left: 70 };

/** A line chart as one figure of inline SVG with its legend. */
export function lineChart(options: LineChartOptions): string {
  const { title, series, format = formatNumber, xFormat = formatNumber } = options;
  const points = series.flatMap((s) => s.points);
  if (points.length === 0) return '';
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [x0, x1] = [least(xs), greatest(xs)];
  const yTicks = niceTicks(options.yMinimum ?? least(ys), options.yMaximum ?? greatest(ys), options.yTickCount);
  const xTicks = niceTicks(x0, x1, 6).filter((x) => x >= x0 && x <= x1);
  const [y0, y1] = [yTicks[0]!, yTicks.at(-1)!];
  const px = (x: number) => round(MARGIN.left + ((x - x0) / (x1 - x0 || 1)) * (WIDTH - MARGIN.left - MARGIN.right));
  const py = (y: number) =>
    round(HEIGHT - MARGIN.bottom - ((y - y0) / (y1 - y0 || 1)) * (HEIGHT - MARGIN.top - MARGIN.bottom));
  const grid = yTicks.map(
    (y) =>
      `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${py(y)}" y2="${py(y)}"/>` +
      `<text class="tick" x="${MARGIN.left - 8}" y="${py(y)}" dy="0.32em" text-anchor="end">${escapeText(format(y))}</text>`,
  );
  const bottom = HEIGHT - MARGIN.bottom;
  const columns = xTicks.map(
    (x) => `<text class="tick" x="${px(x)}" y="${bottom + 17}" text-anchor="middle">${escapeText(xFormat(x))}</text>`,
  );
  const lines = series.map((s) => {
    const path = s.points.map(([x, y]) => `${px(x)},${py(y)}`).join(' ');
    const dash = s.dashed ? ' stroke-dasharray="5 4"' : '';
    const dots =
      options.dots && s.points.length <= MOST_DOTS
        ? s.points.map(
            ([x, y]) =>
              `<circle class="fill${s.colour}" cx="${px(x)}" cy="${py(y)}" r="3.2"><title>${escapeText(`${s.name}, ${options.xLabel} ${x}: ${format(y)}`)}</title></circle>`,
          )
        : [];
    return `<polyline class="line stroke${s.colour}" points="${path}"${dash}/>${dots.join('')}`;
  });
  const axisTitles =
    `<text class="axis" x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${escapeText(options.xLabel)}</text>` +
    `<text class="axis" transform="translate(13 ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeText(options.yLabel)}</text>`;
  const legend = series.map(
    (s) => `<li><i class="key back${s.colour}${s.dashed ? ' dashed' : ''}"></i>${escapeText(s.name)}</li>`,
  );
  return (
    `<figure><figcaption>${escapeText(title)}</figcaption>` +
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeText(title)}">` +
    `${grid.join('')}${columns.join('')}${axisTitles}${lines.join('')}</svg><ul class="legend">${legend.join('')}</ul></figure>`
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function greatest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}
