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

/** Clauses of which every case was left out or could not be judged. */
export function unprovenClauses({ results }: Pick<SuiteReport, 'results'>): readonly string[] {
  const judged = new Set(
    results
      .filter(({ verdict }) => verdict !== 'informational' && verdict !== 'not-supported')
      .flatMap(({ clauses }) => clauses),
  );
  return [...new Set(results.flatMap(({ clauses }) => clauses))].filter((clause) => !judged.has(clause)).sort();
}

/** What came out, in one line. */
export function summaryLine(report: SuiteReport): string {
  const { suite, address, verdict, counts } = report;
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  const unproven = verdict === 'pass' ? unprovenClauses(report).length : 0;
  const rest = unproven === 0 ? '' : `, with ${unproven} clauses unproven on this device`;
  return `${suite} suite on ${address}: ${verdict}${rest}; ${parts.map(([name, count]) => `${count} ${name}`).join(', ') || 'no case'}`;
}

/** All of it as text: who was tested, one line a case, what came out, and then every case in full. */
export function textReport(report: SuiteReport): string {
  const who = Object.entries(report.identity).map(([name, value]) => `${name} ${value}`);
  const open = unprovenClauses(report);
  const unproven = open.length === 0 ? [] : [`unproven: ${open.join(', ')}`];
  const full = report.results.flatMap((result) => [
    '',
    caseLine(result),
    ...caseDetails(result).map((line) => `${INDENT}${line}`),
  ]);
  return `${[who.join(', '), ...report.results.map(caseLine), summaryLine(report), ...unproven, ...full].join('\n')}\n`;
}
