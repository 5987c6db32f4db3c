import { RealTimeClock } from '@opu/core';
import { expect } from 'chai';
import { type ConformanceCase, fail } from './case.js';
import { GONE, runCases } from './run-cases.js';

const testCase = (number: string): ConformanceCase<undefined> => ({
  number,
  group: 'g',
  description: 'd',
  expectation: 'e',
  clauses: [],
  run: async () => {},
});

describe('runCases', () => {
  for (const gone of [true, false]) {
    it(`${gone ? 'ends at once' : 'goes on'} when no safe state is reached and what is tested ${gone ? 'is gone' : 'answers'}`, async () => {
      const results = await runCases({
        cases: ['X-01', 'X-02', 'X-03'].map(testCase),
        clock: new RealTimeClock(),
        setUp: async () => ({ bench: undefined, settle: async () => fail('It is stuck.') }),
        isGone: async () => gone,
      });
      expect(results.map(({ verdict }) => verdict)).to.deep.equal(Array(gone ? 1 : 3).fill('fail'));
      expect(results.at(-1)!.reason.endsWith(GONE)).to.equal(gone);
    });
  }
});
