import type { CaseResult, SuiteReport } from '../runner/result.js';
import { logLines } from './log-line.js';

const INDENT = ' '.repeat(14);

/** One line a case; the reason under it when there is one. */
export function caseLine({ number, verdict, description, reason, clauses }: CaseResult): string {
  const line = `${verdict.padEnd(13)} ${number}  ${description}`;
  if (reason === '') return line;
  return `${line}\n${INDENT}${reason}${verdict === 'fail' ? ` [${clauses.join(', ')}]` : ''}`;
}

/** What the line of a case leaves out: what was expected, by which clauses, when it ran, and what went over the wire. */
export function caseDetails({ expectation, clauses, startTicks, durationTicks, log }: CaseResult): string[] {
  return [
    `expected: ${expectation}`,
    `proves: ${clauses.join(', ')}`,
    `ticks: began at ${startTicks}, took ${durationTicks}`,
    ...(log.length === 0 ? [] : ['wire:', ...log.flatMap(logLines)]),
  ];
}

/** What came out, in one line. */
export function summaryLine({ suite, address, verdict, counts }: SuiteReport): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return `${suite} suite on ${address}: ${verdict}; ${parts.map(([name, count]) => `${count} ${name}`).join(', ') || 'no case'}`;
}

/** All of it as text: who was tested, one line a case, what came out, and then every case in full. */
export function textReport(report: SuiteReport): string {
  const who = Object.entries(report.identity).map(([name, value]) => `${name} ${value}`);
  const full = report.results.flatMap((result) => [
    '',
    caseLine(result),
    ...caseDetails(result).map((line) => `${INDENT}${line}`),
  ]);
  return `${[who.join(', '), ...report.results.map(caseLine), summaryLine(report), ...full].join('\n')}\n`;
}
