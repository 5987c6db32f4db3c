import { expect } from 'chai';
import { Renewals } from './renewals.js';

const TAU = 5000;
const MIRRORS = 20_000;

describe('Renewals', () => {
  for (const delay of [0.1, 0.5, 1, 2, 3]) {
    it(`leaves a share of exp(-${delay}) of the mirrors as they were after ${delay} tau, within 4 standard errors`, () => {
      const renewals = new Renewals(3, MIRRORS, TAU);
      renewals.moveTo(7.3 * TAU);
      const before = renewals.epochs.slice();
      renewals.moveTo((7.3 + delay) * TAU);
      const same = renewals.epochs.reduce((sum, epoch, n) => sum + (epoch === before[n] ? 1 : 0), 0) / MIRRORS;
      const share = Math.exp(-delay);
      expect(Math.abs(same - share)).to.be.below(4 * Math.sqrt((share * (1 - share)) / MIRRORS));
    });
  }

  it('is a function of the tick, whatever was asked before', () => {
    const once = new Renewals(3, 500, TAU);
    once.moveTo(12_345);
    const often = new Renewals(3, 500, TAU);
    for (const tick of [0, 99_999, 12_346, 4, 12_344, 12_345]) often.moveTo(tick);
    expect(often.epochs).to.deep.equal(once.epochs);
    expect(often.moveTo(12_345)).to.equal(false);
    expect(often.holdsAt(12_345)).to.equal(true);
    expect(often.holdsAt(12_345 + TAU)).to.equal(false);
  });
});
