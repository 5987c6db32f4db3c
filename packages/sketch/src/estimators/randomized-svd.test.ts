import { expect } from 'chai';
import ndarray from 'ndarray';
import { denseOf } from '../algebra/dense.js';
import { symmetricEigen } from '../algebra/symmetric-eigen.js';
import { DigitalSketch } from '../sketch/digital-sketch.js';
import { failure, farness, farthestFromIdentity, normal, timesTransposed, withLight } from '../testing/light.js';
import { type RandomizedSvd, randomizedSvd } from './randomized-svd.js';

/** 90 x 64, singular values about 1, 1/2, 1/4 ... of 12 terms. */
function decaying() {
  const left = normal(90, 12, 1);
  for (let i = 0; i < left.data.length; i++) left.data[i]! *= 0.5 ** (i % 12);
  return timesTransposed(left, normal(64, 12, 2));
}

const bestError = (a: ReturnType<typeof normal>, rank: number): number => {
  const { values } = symmetricEigen(denseOf(timesTransposed(a, a), 'A A^T'));
  const all = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  return Math.sqrt(values.slice(rank).reduce((sum, value) => sum + Math.max(0, value), 0) / all);
};

function product({ u, singularValues, vt }: RandomizedSvd): Float32Array {
  const scaled = ndarray(u.data.slice(), u.shape);
  for (let i = 0; i < scaled.data.length; i++) scaled.data[i]! *= singularValues[i % singularValues.length]!;
  return timesTransposed(scaled, vt.transpose(1, 0)).data;
}

describe('randomised singular value decomposition', () => {
  const check = (a: ReturnType<typeof normal>, found: RandomizedSvd, rank: number, excess: number): void => {
    expect(found.u.shape).to.deep.equal([a.shape[0], rank]);
    expect(found.vt.shape).to.deep.equal([rank, a.shape[1]]);
    const gramU = timesTransposed(found.u.transpose(1, 0), found.u.transpose(1, 0));
    const gramV = timesTransposed(found.vt, found.vt);
    for (const gram of [gramU, gramV]) {
      expect(farthestFromIdentity(gram.data, rank)).to.be.below(1e-4);
    }
    expect(farness(a.data, product(found))).to.be.closeTo(found.relativeError, 1e-4);
    expect(found.relativeError).to.be.within(0, excess * bestError(a, rank) + 1e-6);
    expect(found.rangeError).to.be.at.most(found.relativeError + 1e-6);
  };

  it('a spectrum that decays, rank 5 of 15 rows: factors orthonormal, error said exactly, within 1 % of the best', async () => {
    const a = decaying();
    const sketch = new DigitalSketch({ inputs: 64, outputs: 15, seed: 1 });
    check(a, await randomizedSvd(a, sketch, { rank: 5, power: 1 }), 5, 1.01);
  });

  it('by light, camera noise on, the same within 1 %', async () => {
    const a = decaying();
    const found = await withLight({ inputs: 64, outputs: 15 }, (sketch) =>
      randomizedSvd(a, sketch, { rank: 5, power: 1 }),
    );
    check(a, found, 5, 1.01);
    expect(found.spent.frames).to.be.above(90);
  });

  it('power iterations bring the error of a flat spectrum closer to the best', async () => {
    const a = normal(80, 60, 3);
    const sketch = new DigitalSketch({ inputs: 60, outputs: 20, seed: 1 });
    const errors: number[] = [];
    for (const power of [0, 1, 3]) errors.push((await randomizedSvd(a, sketch, { power })).relativeError);
    expect(errors[0]!).to.be.above(errors[1]!);
    expect(errors[1]!).to.be.above(errors[2]!);
    expect(errors[2]!).to.be.within(bestError(a, 20), 1.03 * bestError(a, 20));
  });

  it('takes the smallest rank that a tolerance asks for, or says that it is out of reach', async () => {
    const a = decaying();
    const sketch = new DigitalSketch({ inputs: 64, outputs: 15, seed: 1 });
    const found = await randomizedSvd(a, sketch, { tolerance: 0.05, power: 1 });
    const rank = found.singularValues.length;
    expect(found.relativeError).to.be.at.most(0.05 + 1e-4);
    expect(bestError(a, rank - 1)).to.be.above(0.05 - 1e-3);
    expect(found.notes).to.deep.equal([]);
    const far = await randomizedSvd(a, sketch, { tolerance: 0.002, rank: 2 });
    expect(far.notes[0]).to.match(/an error of 0.002 is out of reach of 2 singular values/);
  });

  it('takes more columns than rows, a rank below that of the sketch, and one vector', async () => {
    const wide = normal(10, 30, 4);
    const found = await randomizedSvd(wide, new DigitalSketch({ inputs: 30, outputs: 25, seed: 1 }));
    expect(found.singularValues.length).to.equal(10);
    expect(found.relativeError).to.be.below(1e-3);
    const row = await randomizedSvd(normal(1, 30, 5), new DigitalSketch({ inputs: 30, outputs: 2, seed: 1 }));
    expect(row.singularValues.length).to.equal(1);
    const low = timesTransposed(normal(40, 2, 6), normal(30, 2, 7));
    check(low, await randomizedSvd(low, new DigitalSketch({ inputs: 30, outputs: 8, seed: 1 }), { rank: 2 }), 2, 1);
  });

  it('refuses ranks, powers, tolerances and matrices that make no sense', async () => {
    const sketch = new DigitalSketch({ inputs: 6, outputs: 4, seed: 1 });
    const a = normal(5, 6, 1);
    expect((await failure(randomizedSvd(a, sketch, { rank: 5 }))).message).to.match(/rank is 5; .* gives 1 to 4/);
    expect((await failure(randomizedSvd(a, sketch, { rank: 0 }))).message).to.match(/rank is 0/);
    expect((await failure(randomizedSvd(a, sketch, { power: 0.5 }))).message).to.match(/power is 0.5/);
    expect((await failure(randomizedSvd(a, sketch, { tolerance: 2 }))).message).to.match(/tolerance is 2/);
    const zero = ndarray(new Float32Array(30), [5, 6]);
    expect((await failure(randomizedSvd(zero, sketch))).message).to.match(/matrix is zero/);
  });
});
