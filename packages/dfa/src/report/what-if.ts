import { lineChart } from './line-chart.js';
import { escapeText, formatNumber } from './markup.js';
import { style } from './style.js';

/** Time of an epoch by width. */
export interface WhatIfCurve {
  readonly name: string;
  readonly points: readonly (readonly [width: number, seconds: number])[];
  /** Width from which on it is no slower than back-propagation. */
  readonly crossover?: number;
}

/** One self-contained page: seconds of an epoch against the width, both axes logarithmic, with the crossovers. */
export function renderWhatIf(lead: string, curves: readonly WhatIfCurve[]): string {
  const series = curves.map(({ name, points }, i) => ({
    name,
    colour: i % 6,
    dashed: i >= 6,
    points: points.map(([width, seconds]) => [Math.log2(width), Math.log10(seconds)] as const),
  }));
  const marks = curves.flatMap(({ name, crossover, points }, i) => {
    if (crossover === undefined || points.length === 0) return [];
    const label = `${name} meets bp at ${formatNumber(crossover, 4)}`;
    return [{ name: label, colour: i % 6, dashed: true, points: vertical(crossover, curves) }];
  });
  const chart = lineChart({
    title: 'Time of an epoch',
    xLabel: 'width of the hidden layers',
    yLabel: 'seconds',
    series: [...series, ...marks],
    xFormat: (x) => formatNumber(2 ** x, 4),
    format: (y) => `${formatNumber(10 ** y)} s`,
    yTickCount: 8,
  });
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">' +
    `<title>What if</title><style>${style}</style></head><body><main><h1>What if the network were wider?</h1>` +
    `<p class="lead">${escapeText(lead)}</p><div class="narrow">${chart}</div></main></body></html>\n`
  );
}

function vertical(width: number, curves: readonly WhatIfCurve[]): (readonly [number, number])[] {
  const all = curves.flatMap(({ points }) => points.map(([, seconds]) => Math.log10(seconds)));
  const x = Math.log2(width);
  return [
    [x, Math.min(...all)],
    [x, Math.max(...all)],
  ];
}
