import type { CaseResult, SuiteReport } from '../runner/result.js';
import { escapeMarkup } from './escape.js';

const SECONDS_PER_TICK = 1e-8;

function testCase(suite: string, result: CaseResult): string {
  const name = escapeMarkup(`${result.number} ${result.description}`);
  const time = (result.durationTicks * SECONDS_PER_TICK).toFixed(3);
  const open = `    <testcase classname="${suite}.${escapeMarkup(result.group)}" name="${name}" time="${time}"`;
  const message = escapeMarkup(result.reason);
  const clauses = escapeMarkup(result.clauses.join(', '));
  switch (result.verdict) {
    case 'fail':
      return `${open}>\n      <failure message="${message}" type="${clauses}">${escapeMarkup(result.expectation)}</failure>\n    </testcase>`;
    case 'not-supported':
    case 'informational':
      return `${open}>\n      <skipped message="${message}"/>\n    </testcase>`;
    default:
      return message === '' ? `${open}/>` : `${open}>\n      <system-out>${message}</system-out>\n    </testcase>`;
  }
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
