import { SeededRandom } from '@opu/compute';
import { expect } from 'chai';
import { AdaptiveThreshold } from './adaptive-threshold.js';
import { detectionPower } from './detection.js';

describe('detection', () => {
  const changes = [100, 200, 300, 400];

  it('counts changes that rise above the quantile of the quiet stretches, and their delays', () => {
    const statistic = new Float64Array(500).fill(1);
    for (const change of changes.slice(1)) statistic[change + 7] = 2;
    const found = detectionPower(statistic, { changes, horizon: 20, falseAlarms: 0.05 });
    expect(found).to.deep.equal({ power: 0.75, meanDelay: 7, threshold: 1 });
  });

  it('finds nothing in a statistic that is flat, and has as much power as false alarms in noise (within 0.05)', () => {
    const flat = detectionPower(new Float64Array(500), { changes, horizon: 20, falseAlarms: 0.05 });
    expect(flat.power).to.equal(0);
    expect(flat.meanDelay).to.be.NaN;
    const many = Array.from({ length: 500 }, (_, i) => 100 * (i + 1));
    const noise = new SeededRandom(1, 'noise').fillNormal(new Float64Array(51_000));
    const { power } = detectionPower(noise, { changes: many, horizon: 40, falseAlarms: 0.1 });
    expect(power).to.be.closeTo(0.1, 0.05);
  });

  it('refuses windows that overlap, one change alone, and shares that are none', () => {
    const from = (options: object) => () =>
      detectionPower(new Float64Array(500), { changes, horizon: 20, falseAlarms: 0.05, ...options });
    expect(from({ horizon: 60 })).to.throw(/120 samples \(two horizons\)/);
    expect(from({ changes: [100] })).to.throw(/Two changes or more/);
    expect(from({ falseAlarms: 0 })).to.throw(/falseAlarms 0/);
  });
});

describe('the adaptive threshold', () => {
  it('has the false alarms that were asked for within a factor of 2, whatever the scale of the statistic', () => {
    for (const scale of [1e-3, 1, 1e3]) {
      const threshold = new AdaptiveThreshold({ falseAlarms: 0.02 });
      const random = new SeededRandom(2, 'quiet');
      let alarms = 0;
      for (let t = 0; t < 20_000; t++) {
        // The square of the statistic is normal, as it is with many features.
        if (threshold.next(scale * Math.sqrt(10 + random.normal(t))).isAlarm) alarms++;
      }
      expect(alarms / 20_000).to.be.within(0.01, 0.04);
    }
  });

  it('says nothing before it has seen 1 / forgetting samples, and rings at a jump', () => {
    const threshold = new AdaptiveThreshold({ forgetting: 0.1 });
    for (let t = 0; t < 9; t++) expect(threshold.next(t === 5 ? 100 : 1).isAlarm).to.equal(false);
    for (let t = 0; t < 200; t++) threshold.next(1 + 0.01 * (t % 2));
    expect(threshold.next(3).isAlarm).to.equal(true);
  });

  it('rings again at a second jump of half the height 100 samples after the first, and is quiet at a new level in the end', () => {
    const threshold = new AdaptiveThreshold({ falseAlarms: 0.01, forgetting: 0.01 });
    const random = new SeededRandom(3, 'jumps');
    const next = (t: number, level: number) => threshold.next(level + 0.1 * random.normal(t)).isAlarm;
    for (let t = 0; t < 400; t++) next(t, 1);
    for (let t = 400; t < 420; t++) expect(next(t, 3)).to.equal(true);
    for (let t = 420; t < 500; t++) next(t, 1);
    expect(next(500, 2)).to.equal(true);
    for (let t = 501; t < 4000; t++) next(t, 2);
    let alarms = 0;
    for (let t = 4000; t < 5000; t++) if (next(t, 2)) alarms++;
    expect(alarms).to.be.below(50);
  });

  it('refuses shares and factors that are none', () => {
    expect(() => new AdaptiveThreshold({ falseAlarms: 0.6 })).to.throw(/falseAlarms is 0.6/);
    expect(() => new AdaptiveThreshold({ forgetting: 0 })).to.throw(/forgetting is 0/);
  });
});
