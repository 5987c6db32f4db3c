import type { ConformanceCase } from '../../runner/case.js';
import type { DriverBench } from './driver-bench.js';

export type DriverCase = ConformanceCase<DriverBench>;

/** One row of a table of cases: number, what is done, what is expected, ids of promises, how. */
export type CaseRow = readonly [
  number: string,
  description: string,
  expectation: string,
  promises: string,
  run: (bench: DriverBench) => Promise<void>,
];

export function casesOf(group: string, rows: readonly CaseRow[]): DriverCase[] {
  return rows.map(([number, description, expectation, promises, run]) => ({
    number,
    group,
    description,
    expectation,
    clauses: promises.split(' '),
    run,
  }));
}
