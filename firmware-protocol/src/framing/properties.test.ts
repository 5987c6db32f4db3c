import { expect } from 'chai';
import { attack } from '../testing/attacks.js';
import { roundTrips } from '../testing/round-trips.js';

describe('the wire', () => {
  it('brings 20 000 random messages through all carriers unchanged (seed 1)', () => {
    expect(roundTrips(1, 20_000)).to.equal(20_000);
  });

  it('takes nothing that nobody sent from 100 000 mutated byte strings, and never misses what follows (seed 1)', () => {
    const report = attack(1, 100_000);
    expect(report.attacks).to.equal(100_000);
    expect(report.intact).to.be.above(66_000);
    expect(report.refused).to.be.above(50_000);
    expect(report.forged).to.be.above(5_000);
  });
});
