import { SeededRandom } from '@opu/compute';
import { expect } from 'chai';
import type { ChangeDetector } from './change-detector.js';
import { MovingAverage } from './moving-average.js';
import { forgettingFactors, Newma } from './newma.js';
import { type Kernel, ScanB } from './scan-b.js';

const D = 4;

/** Normal samples whose mean jumps by 2 in each coordinate at sample 200 of 300. */
function stream(): Float64Array[] {
  const random = new SeededRandom(1, 'stream');
  return Array.from({ length: 300 }, (_, t) =>
    Float64Array.from({ length: D }, (_, i) => random.normal(t * D + i) + (t < 200 ? 0 : 2)),
  );
}

const gaussian: Kernel = (x, y) => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i]! - y[i]!) ** 2;
  return Math.exp(-sum / 8);
};

describe('change detectors', () => {
  const make: [string, () => ChangeDetector][] = [
    ['newma', () => new Newma({ window: 20 })],
    ['moving-average', () => new MovingAverage(20)],
    ['scan-b', () => new ScanB({ kernel: gaussian, window: 20 })],
  ];
  for (const [name, create] of make) {
    it(`${name}: the statistic's largest value within 30 samples of a jump is twice and more what it is before`, () => {
      const detector = create();
      expect(detector.name).to.equal(name);
      const values = stream().map((sample) => detector.next(sample));
      const most = (first: number, end: number) => Math.max(...values.slice(first, end));
      expect(values.every((value) => Number.isFinite(value))).to.equal(true);
      expect(most(200, 230)).to.be.above(2 * most(100, 200));
    });

    it(`${name}: refuses a sample of another width, and one that is not finite, and goes on`, () => {
      const detector = create();
      detector.next([1, 2]);
      expect(() => detector.next([1, 2, 3])).to.throw(/3 features; those before had 2/);
      expect(() => detector.next([1, Number.NaN])).to.throw(/Feature 1 of a sample is NaN/);
      expect(detector.next([1, 2])).to.be.finite;
    });
  }

  it('newma says 0 while both averages are plain means, and is at rest soon: no value before sample 100 is twice the largest after', () => {
    const detector = new Newma({ window: 20 });
    const values = stream()
      .slice(0, 200)
      .map((sample) => detector.next(sample));
    expect(values.slice(0, 5).every((value) => value < 1e-12)).to.equal(true);
    expect(Math.max(...values.slice(0, 100))).to.be.below(2 * Math.max(...values.slice(100)));
  });

  it('moving averages are means of two windows, exactly, and 0 until both are full', () => {
    const detector = new MovingAverage(2);
    expect([1, 2, 5, 9, 9, 9].map((x) => detector.next([x]))).to.deep.equal([0, 0, 0, 5.5, 5.5, 2]);
  });

  it('scan-b is the mean of unbiased discrepancies of blocks by all pairs, within 1e-12', () => {
    const [window, blocks] = [4, 2];
    const detector = new ScanB({ kernel: gaussian, window, blocks });
    const samples = stream();
    for (let t = 0; t < 40; t++) {
      const found = detector.next(samples[t]!);
      const block = (b: number) => samples.slice(t + 1 - (blocks + 1 - b) * window, t + 1 - (blocks - b) * window);
      const y = block(blocks);
      let sum = 0;
      for (let b = 0; t >= 11 && b < blocks; b++) {
        const x = block(b);
        for (let i = 0; i < window; i++) {
          for (let j = 0; j < window; j++) {
            if (i === j) continue;
            sum += gaussian(x[i]!, x[j]!) + gaussian(y[i]!, y[j]!) - gaussian(x[i]!, y[j]!) - gaussian(x[j]!, y[i]!);
          }
        }
      }
      expect(found).to.be.closeTo(sum / (window * (window - 1)) / blocks, 1e-12);
    }
  });

  it('scan-b is 0 on average where nothing changes: mean of 200 values within 0.02', () => {
    const detector = new ScanB({ kernel: gaussian, window: 10, blocks: 2 });
    const values = stream()
      .slice(0, 200)
      .map((sample) => detector.next(sample));
    expect(values.reduce((sum, value) => sum + value, 0) / 200).to.be.closeTo(0, 0.02);
  });

  it('forgetting factors weigh the last window more than what lies before it: weights cross there within 1e-9', () => {
    for (const window of [2, 10, 50, 1000]) {
      const { fast, slow } = forgettingFactors(window);
      const difference = (age: number) => fast * (1 - fast) ** age - slow * (1 - slow) ** age;
      expect(difference(window)).to.be.closeTo(0, 1e-9);
      expect(difference(window - 1)).to.be.above(0);
      expect(difference(window + 1)).to.be.below(0);
      expect(fast).to.be.above(slow);
    }
  });

  it('refuse windows and factors that make no sense', () => {
    expect(() => new Newma({ window: 1 })).to.throw(/window is 1/);
    expect(() => new Newma({ fast: 0.1, slow: 0.2 })).to.throw(/0 < slow < fast < 1/);
    expect(() => new MovingAverage(0)).to.throw(/window is 0/);
    expect(() => new ScanB({ kernel: gaussian, window: 1 })).to.throw(/window is 1/);
    expect(() => new ScanB({ kernel: gaussian, window: 5, blocks: 0 })).to.throw(/blocks is 0/);
  });
});
