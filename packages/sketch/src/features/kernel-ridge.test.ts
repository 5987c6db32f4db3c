import { expect } from 'chai';
import { farness, normal, timesTransposed } from '../testing/light.js';
import { kernelRidge } from './kernel-ridge.js';
import { meanSquaredLength, ridge } from './regression.js';

describe('kernel ridge regression', () => {
  it('by inner products predicts what ridge on the features does within 1e-3, offsets and all', () => {
    const [f, fresh, t] = [normal(40, 12, 1), normal(15, 12, 2), normal(40, 3, 3)];
    for (let i = 0; i < f.data.length; i++) f.data[i]! += 2;
    for (let i = 0; i < t.data.length; i++) t.data[i]! -= 5;
    for (const share of [0.01, 1]) {
      const model = kernelRidge(timesTransposed(f, f), t, share);
      const plain = ridge(f, t, share * meanSquaredLength(f)).predict(fresh);
      expect(farness(plain.data, model.predict(timesTransposed(fresh, f)).data)).to.be.below(1e-3);
    }
  });

  it('refuses kernels and targets that do not fit', () => {
    expect(() => kernelRidge(normal(3, 4, 1), normal(3, 1, 1), 1)).to.throw(/must be square/);
    expect(() => kernelRidge(normal(3, 3, 1), normal(2, 1, 1), 1)).to.throw(/of 3 samples, and there are 2 rows/);
    expect(() => kernelRidge(normal(3, 3, 1), normal(3, 1, 1), 0)).to.throw(/share is 0/);
    const model = kernelRidge(timesTransposed(normal(3, 3, 1), normal(3, 3, 1)), normal(3, 1, 1), 1);
    expect(() => model.predict(normal(2, 4, 1))).to.throw(/4 columns; the model is of 3 samples/);
  });
});
