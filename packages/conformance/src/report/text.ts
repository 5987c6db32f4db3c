import type { CaseResult, SuiteReport } from '../runner/result.js';

/** One line a case; the reason under it when there is one. */
export function caseLine({ number, verdict, description, reason, clauses }: CaseResult): string {
  const line = `${verdict.padEnd(13)} ${number}  ${description}`;
  if (reason === '') return line;
  return `${line}\n${' '.repeat(14)}${reason}${verdict === 'fail' ? ` [${clauses.join(', ')}]` : ''}`;
}

/** What came out, in one line. */
export function summaryLine({ suite, address, verdict, counts }: SuiteReport): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return `${suite} suite on ${address}: ${verdict}; ${parts.map(([name, count]) => `${count} ${name}`).join(', ') || 'no case'}`;
}

export function textReport(report: SuiteReport): string {
  const who = Object.entries(report.identity).map(([name, value]) => `${name} ${value}`);
  return `${[who.join(', '), ...report.results.map(caseLine), summaryLine(report)].join('\n')}\n`;
}
