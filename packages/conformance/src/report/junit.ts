import type { CaseResult, SuiteReport } from '../runner/result.js';
import { escapeMarkup } from './escape.js';
import { caseDetails } from './text.js';

const SECONDS_PER_TICK = 1e-8;

function verdictElement({ verdict, reason, clauses, expectation }: CaseResult): string {
  const message = escapeMarkup(reason);
  switch (verdict) {
    case 'fail':
      return `      <failure message="${message}" type="${escapeMarkup(clauses.join(', '))}">${escapeMarkup(expectation)}</failure>\n`;
    case 'not-supported':
    case 'informational':
      return `      <skipped message="${message}"/>\n`;
    default:
      return '';
  }
}

function testCase(suite: string, result: CaseResult): string {
  const name = escapeMarkup(`${result.number} ${result.description}`);
  const time = (result.durationTicks * SECONDS_PER_TICK).toFixed(3);
  const open = `    <testcase classname="${suite}.${escapeMarkup(result.group)}" name="${name}" time="${time}">`;
  const properties = `      <properties><property name="verdict" value="${result.verdict}"/></properties>\n`;
  const lines = [...(result.reason === '' ? [] : [result.reason]), ...caseDetails(result)];
  const output = `      <system-out>${escapeMarkup(lines.join('\n'))}</system-out>\n`;
  return `${open}\n${properties}${verdictElement(result)}${output}    </testcase>`;
}

/** JUnit XML, as continuous integration reads it. An incomplete report has an error of its own. */
export function junitReport(report: SuiteReport): string {
  const { suite, address, counts, results } = report;
  const incomplete = report.verdict === 'incomplete';
  const skipped = counts['not-supported'] + counts.informational;
  const attributes = `tests="${results.length + (incomplete ? 1 : 0)}" failures="${counts.fail}" errors="${incomplete ? 1 : 0}" skipped="${skipped}"`;
  const cases = results.map((result) => testCase(suite, result));
  if (incomplete) {
    cases.push(
      `    <testcase classname="${suite}" name="the whole suite"><error message="The suite was interrupted."/></testcase>`,
    );
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n  <testsuite name="${escapeMarkup(`${suite} suite on ${address}`)}" ${attributes}>\n${cases.join('\n')}\n  </testsuite>\n</testsuites>\n`;
}
