import type { CaseResult, SuiteReport } from '../runner/result.js';
import { escapeMarkup as text } from './escape.js';
import { logLines } from './log-line.js';
import { summaryLine } from './text.js';

const STYLE = `:root{color-scheme:light dark;font:15px/1.45 system-ui,sans-serif}body{max-width:70rem;margin:2rem auto;padding:0 1rem}
summary{cursor:pointer;padding:.2rem 0}h2{margin:1.5rem 0 .3rem;font-size:1.05rem}pre{overflow-x:auto;font-size:12px}
.v{display:inline-block;width:8rem;font-weight:600}.pass{color:#18794e}.fail{color:#ce2c31}.non-strict{color:#ab6400}.informational,.not-supported{opacity:.7}`;

function caseHtml(result: CaseResult): string {
  const { verdict, number, description, expectation, clauses, reason, log, startTicks, durationTicks } = result;
  const wire = log.length === 0 ? '' : `<pre>${text(log.flatMap(logLines).join('\n'))}</pre>`;
  const why = reason === '' ? '' : `<p><b>${text(reason)}</b></p>`;
  return `<details${verdict === 'fail' ? ' open' : ''}><summary><span class="v ${verdict}">${verdict}</span> ${text(number)} ${text(description)}</summary>
<p>${text(expectation)}</p>${why}<p>${text(clauses.join(', '))}; began at tick ${startTicks}, took ${durationTicks} ticks</p>${wire}</details>`;
}

/** One page with everything in it: verdicts, reasons, and what went over the wire. It loads nothing. */
export function htmlReport(report: SuiteReport): string {
  const groups = [...new Set(report.results.map(({ group }) => group))];
  const who = Object.entries(report.identity).map(([name, value]) => `${name} ${value}`);
  const body = groups.map((name) => {
    const list = report.results.filter(({ group }) => group === name);
    return `<h2>${text(name)}</h2>\n${list.map(caseHtml).join('\n')}`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(summaryLine(report))}</title><style>${STYLE}</style></head>
<body><h1>Conformance</h1><p class="${report.verdict}"><b>${text(summaryLine(report))}</b></p><p>${text(who.join(', '))}</p>
${body.join('\n')}
</body></html>
`;
}
