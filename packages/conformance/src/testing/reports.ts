import { type CaseResult, countVerdicts, type SuiteReport } from '../runner/result.js';

/** A result with everything in it, for tests of what is made of results. */
export function resultOf(change: Partial<CaseResult> = {}): CaseResult {
  return {
    number: 'X-01',
    group: 'things',
    description: 'A thing',
    expectation: 'It is there.',
    clauses: ['OPU-X-1'],
    verdict: 'pass',
    reason: '',
    startTicks: 10,
    durationTicks: 20,
    log: [],
    ...change,
  };
}

export function reportOf(results: readonly CaseResult[], change: Partial<SuiteReport> = {}): SuiteReport {
  const counts = countVerdicts(results);
  const verdict = counts.fail > 0 ? 'fail' : 'pass';
  return { suite: 'device', address: 'x:', identity: {}, verdict, counts, results, ...change };
}
