import { expect } from 'chai';
import { LatenessStatistics } from './lateness.js';

describe('LatenessStatistics', () => {
  it('has quantiles that are exact below 64 ticks and at most 1/32 too large above', () => {
    for (const scale of [1, 10, 1000, 123_457, 2 ** 30]) {
      const statistics = new LatenessStatistics();
      const values: number[] = [];
      for (let i = 0; i < 2000; i++) {
        const value = ((i * 7919) % 2003) * scale;
        values.push(value);
        statistics.add(value);
      }
      values.sort((a, b) => a - b);
      for (const share of [0.001, 0.01, 0.5, 0.9, 0.999, 1]) {
        const exact = values[Math.ceil(share * values.length) - 1]!;
        const got = statistics.quantile(share);
        if (exact < 64) expect(got, `${share} of ${scale}`).to.equal(exact);
        else expect(got, `${share} of ${scale}`).to.be.within(exact, exact * (1 + 1 / 32));
      }
      expect(statistics.summary.maximumTicks).to.equal(values.at(-1));
      expect(statistics.summary.meanTicks).to.be.closeTo(values.reduce((a, b) => a + b) / values.length, 1e-6 * scale);
    }
  });

  it('is all zeros without alarms and after a reset', () => {
    const statistics = new LatenessStatistics();
    const nothing = { alarms: 0, meanTicks: 0, medianTicks: 0, p999Ticks: 0, maximumTicks: 0 };
    expect(statistics.summary).to.deep.equal(nothing);
    statistics.add(500);
    statistics.reset();
    expect(statistics.summary).to.deep.equal(nothing);
  });
});
