import { expect } from 'chai';
import { reportOf, resultOf } from '../testing/reports.js';
import { differingCases } from './repeat.js';

describe('differingCases', () => {
  it('finds nothing where all runs agree, also when reasons and ticks differ', () => {
    const runs = [1, 2].map((n) => reportOf([resultOf({ verdict: 'informational', reason: `${n}`, startTicks: n })]));
    expect(differingCases(runs)).to.deep.equal([]);
  });

  it('names a case whose verdict differs in one run, with the reason, and one that was not run', () => {
    const good = reportOf([resultOf(), resultOf({ number: 'X-02' })]);
    const bad = reportOf([resultOf({ verdict: 'fail', reason: 'It was gone.' })]);
    expect(differingCases([good, good, bad])).to.deep.equal([
      {
        number: 'X-01',
        description: 'A thing',
        verdicts: [
          { verdict: 'pass', runs: 2, reason: '' },
          { verdict: 'fail', runs: 1, reason: 'It was gone.' },
        ],
      },
      {
        number: 'X-02',
        description: 'A thing',
        verdicts: [
          { verdict: 'pass', runs: 2, reason: '' },
          { verdict: 'not run', runs: 1, reason: '' },
        ],
      },
    ]);
  });
});
