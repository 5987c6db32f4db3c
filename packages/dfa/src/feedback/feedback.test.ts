import { ComputePool } from '@opu/compute';
import { isOpuError } from '@opu/driver';
import { expect } from 'chai';
import { MatrixProjection } from '../testing/matrix-projection.js';
import { DigitalFeedback } from './digital.js';
import { OpticalFeedback } from './optical.js';
import { feedbackOutputs } from './slices.js';
import { dither } from './ternary-error.js';
import { thresholdOf } from './threshold.js';

function deviation(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
}

describe('feedback', () => {
  const pool = new ComputePool({ threads: 1, memoryBytes: 2 ** 26 });
  after(() => pool.close());
  const error = pool.float32(6);
  beforeEach(() => void error.set([0.6, -0.5, -0.1, 0.05, 0.25, -0.3]));
  const common = { pool, seed: 3, classes: 3, widths: [400, 300] };

  it('is linear in the error and fixed by the seed', () => {
    const one = new DigitalFeedback(common).signals(error, 2, 1, 0).map((s) => s.slice());
    const half = new DigitalFeedback(common).signals(error, 2, 0.5, 0);
    for (const [i, signal] of one.entries()) {
      expect(signal).to.have.length(2 * common.widths[i]!);
      for (let j = 0; j < signal.length; j++) expect(half[i]![j]).to.be.closeTo(signal[j]! / 2, 1e-6);
    }
    const other = new DigitalFeedback({ ...common, seed: 4 }).signals(error, 2, 1, 0);
    expect(other[0]).not.to.deep.equal(one[0]);
  });

  it('leaves the error as it was', () => {
    new DigitalFeedback(common).signals(error, 2, 0.5, 0);
    new DigitalFeedback({ ...common, threshold: 0.1 }).signals(error, 2, 0.5, 0);
    expect([...error.map((x) => Math.fround(x))]).to.deep.equal([0.6, -0.5, -0.1, 0.05, 0.25, -0.3].map(Math.fround));
  });

  it('ternarises: + above the threshold, - below its negative, else 0', () => {
    const ternary = new DigitalFeedback({ ...common, threshold: 0.2 }).signals(error, 2, 1, 0).map((s) => s.slice());
    error.set([1, -1, 0, 0, 1, -1]);
    const plain = new DigitalFeedback(common).signals(error, 2, 1, 0);
    expect(ternary[0]).to.deep.equal(plain[0]);
    expect(ternary[1]).to.deep.equal(plain[1]);
  });

  it('adapts its threshold to half the root mean square of the error', () => {
    expect(thresholdOf('adaptive', Float32Array.of(0.2, -0.2, 0.2))).to.be.closeTo(0.1, 1e-7);
    expect(thresholdOf(0.3, error)).to.equal(0.3);
  });

  it('slices one projection over all layers, in order, with the variance of the digital matrices within 10 %', async () => {
    const projection = new MatrixProjection(3, 700);
    const optical = new OpticalFeedback({ ...common, projection, threshold: 0.2 });
    const [first, second] = await optical.signals(error, 2, 1, 0);
    const gain = 1 / Math.sqrt(3 * 300);
    for (const j of [0, 7, 299]) {
      const expected = gain * (projection.matrix[400 + j]! - projection.matrix[700 + 400 + j]!);
      expect(second![j]).to.be.closeTo(expected, 1e-6);
    }
    const digital = new DigitalFeedback({ ...common, threshold: 0.2 }).signals(error, 2, 1, 0);
    expect(deviation(first!) / deviation(digital[0]!)).to.be.within(0.9, 1.1);
    expect(projection.framesMade).to.equal(5);
  });

  it('projects the parts of a batch one after the other, in order, also after one that failed', async () => {
    const projection = new MatrixProjection(3, 700);
    const optical = new OpticalFeedback({ ...common, projection, threshold: 0.2 });
    const [whole] = (await optical.signals(error, 2, 1, 0)).map((signal) => signal.slice());
    const project = projection.project.bind(projection);
    let underWay = 0;
    let calls = 0;
    projection.project = async (vectors) => {
      expect(underWay++).to.equal(0);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      if (calls++ === 0) throw new Error('no light');
      return project(vectors);
    };
    const parts = [0, 0, 1].map((first) => optical.signals(error, 2, 1, 0, { first, count: 1 }));
    const [failed, , last] = await Promise.allSettled(parts);
    expect(failed!.status).to.equal('rejected');
    expect((last as PromiseFulfilledResult<readonly Float32Array[]>).value[0]).to.deep.equal(whole);
  });

  it('dithers: the mean of what is sent is the error within 4 standard errors, fixed by seed and step', () => {
    const values = pool.float32(2000);
    for (const x of [0, 0.015, -0.3, 0.9, -1]) {
      values.fill(x);
      const out = new Int8Array(values.length);
      let sum = 0;
      for (let step = 0; step < 20; step++) {
        dither(values, 1, step, out);
        sum += out.reduce((a, b) => a + b, 0);
      }
      expect(sum / 40_000).to.be.closeTo(x, 4 * Math.sqrt((Math.abs(x) * (1 - Math.abs(x))) / 40_000));
    }
    values.fill(0.5);
    const drawn = (seed: number, step: number) => {
      const out = new Int8Array(values.length);
      dither(values, seed, step, out);
      return out;
    };
    expect(drawn(1, 7)).to.deep.equal(drawn(1, 7));
    expect(drawn(1, 8)).not.to.deep.equal(drawn(1, 7));
    expect(drawn(2, 7)).not.to.deep.equal(drawn(1, 7));
  });

  it('dithers the parts of a batch as the whole batch, and blocks that share get the same parts', async () => {
    const options = { ...common, widths: [300, 300], sharing: 'shared', threshold: 'dithered' } as const;
    const both = [
      new DigitalFeedback(options),
      new OpticalFeedback({ ...options, projection: new MatrixProjection(3, 300) }),
    ];
    error.set([0.5, -0.5, 0.5, -0.5, 0.5, -0.5]);
    for (const feedback of both) {
      const whole = (await feedback.signals(error, 2, 1, 4)).map((signal) => signal.slice());
      const part = async (first: number) => feedback.signals(error, 2, 1, 4, { first, count: 1 });
      const joined = (await Promise.all([part(0), part(1)]))[1];
      expect(deviation(joined[1]!)).to.be.above(0);
      for (const [i, signal] of joined.entries()) {
        for (const [j, value] of signal.entries()) expect(value).to.be.closeTo(whole[i]![j]!, 1e-6);
      }
    }
  });

  it('shared: blocks of one width get the same signal, in memory of their own, and fewer outputs are projected', async () => {
    const shared = { ...common, widths: [300, 400, 300], sharing: 'shared' } as const;
    expect(feedbackOutputs(shared.widths, 'shared')).to.equal(700);
    expect(feedbackOutputs(shared.widths, 'independent')).to.equal(1000);
    const projection = new MatrixProjection(3, 700);
    const optical = await new OpticalFeedback({ ...shared, projection, threshold: 0.2 }).signals(error, 2, 1, 0);
    const digital = new DigitalFeedback(shared).signals(error, 2, 1, 0);
    for (const signals of [optical, digital]) {
      expect(signals[2]).to.deep.equal(signals[0]);
      expect(signals.map((signal) => signal.length)).to.deep.equal([600, 800, 600]);
      signals[0]!.fill(0);
      expect(deviation(signals[2]!)).to.be.above(0);
    }
    const expected = (projection.matrix[300 + 5]! - projection.matrix[700 + 300 + 5]!) / Math.sqrt(3 * 400);
    expect(optical[1]![5]).to.be.closeTo(expected, 1e-6);
  });

  it('refuses a projection that is too small for the network', () => {
    const act = () => new OpticalFeedback({ ...common, projection: new MatrixProjection(3, 699), threshold: 0.1 });
    expect(act)
      .to.throw('3 values onto 700')
      .that.satisfies((e: unknown) => isOpuError(e, 'INVALID_ARGUMENT'));
  });
});
