import { escapeText, type LineChartOptions, lineChart, reportStyle } from '@opu/dfa';

/** One self-contained page: what was found, and the figures that people look at. */
export function sketchReport(
  title: string,
  facts: readonly (readonly [name: string, value: string])[],
  charts: readonly LineChartOptions[],
): string {
  const rows = facts.map(([name, value]) => `<tr><td>${escapeText(name)}</td><td>${escapeText(value)}</td></tr>`);
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">' +
    `<title>${escapeText(title)}</title><style>${reportStyle}</style></head><body><main><h1>${escapeText(title)}</h1>` +
    `<div class="narrow"><table><tbody>${rows.join('')}</tbody></table>` +
    `<h2>Figures</h2>${charts.map(lineChart).join('')}</div></main></body></html>\n`
  );
}

/** At most `most` points of a long series, evenly spread, with the last one. */
export function points(
  values: ArrayLike<number>,
  xOf: (i: number) => number = (i) => i + 1,
  most = 400,
): (readonly [number, number])[] {
  const step = Math.max(1, Math.ceil(values.length / most));
  return Array.from(values, (value, i) => [xOf(i), value] as const).filter(
    ([, value], i) => Number.isFinite(value) && (i % step === 0 || i === values.length - 1),
  );
}
