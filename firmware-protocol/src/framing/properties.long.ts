import { expect } from 'chai';
import { attack } from '../testing/attacks.js';
import { roundTrips } from '../testing/round-trips.js';

describe('the wire, at length', () => {
  for (const seed of [11, 12, 13, 14]) {
    it(`brings 250 000 random messages through all carriers unchanged (seed ${seed})`, () => {
      expect(roundTrips(seed, 250_000)).to.equal(250_000);
    });
  }

  for (const seed of [21, 22, 23, 24]) {
    it(`takes nothing that nobody sent from 2 500 000 mutated byte strings, in 128 MiB (seed ${seed})`, () => {
      const before = process.memoryUsage().rss;
      const report = attack(seed, 2_500_000);
      expect(report.attacks).to.equal(2_500_000);
      expect(report.forged).to.be.above(100_000);
      expect(process.memoryUsage().rss - before).to.be.below(128 * 2 ** 20);
    });
  }
});
