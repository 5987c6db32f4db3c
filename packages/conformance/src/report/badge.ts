import type { SuiteReport } from '../runner/result.js';
import { escapeMarkup } from './escape.js';

const colours: Readonly<Record<SuiteReport['verdict'], string>> = {
  pass: '#18794e',
  fail: '#ce2c31',
  incomplete: '#6f6e77',
};

/** Of a text in the badge's font, pixels; `textLength` makes the browser keep to it. */
const widthOf = (text: string): number => Math.round(6.6 * text.length) + 12;

function saying({ verdict, counts, results }: SuiteReport): string {
  if (verdict === 'incomplete') return 'incomplete';
  if (verdict === 'fail') return `${counts.fail} of ${results.length} fail`;
  return `${counts.pass + counts['non-strict']} pass`;
}

/** A badge for a README: an SVG that loads nothing. */
export function badge(report: SuiteReport): string {
  const label = `OPU ${report.suite} conformance`;
  const text = saying(report);
  const [left, right] = [widthOf(label), widthOf(text)];
  const words = (content: string, x: number, width: number): string =>
    `<text x="${x + width / 2}" y="14" textLength="${width - 12}">${escapeMarkup(content)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${label}: ${text}">
<title>${label}: ${text}</title>
<clipPath id="r"><rect width="${left + right}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="${left}" height="20" fill="#43484e"/><rect x="${left}" width="${right}" height="20" fill="${colours[report.verdict]}"/></g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${words(label, 0, left)}${words(text, left, right)}</g>
</svg>
`;
}
