import { SeededRandom } from '@opu/compute';
import { expect } from 'chai';
import { dense, multiply } from './dense.js';
import { symmetricEigen } from './symmetric-eigen.js';

describe('eigenvalues', () => {
  it('fall, and A V = V diag(values) within 1e-4 of the largest', () => {
    const n = 40;
    const root = dense(n, n, new SeededRandom(1, 'eigen').fillNormal(new Float32Array(n * n)));
    const a = multiply(root, root, { b: true });
    const { values, vectors } = symmetricEigen(a);
    const image = multiply(a, vectors);
    for (let k = 0; k < n; k++) {
      if (k > 0) expect(values[k]!).to.be.at.most(values[k - 1]!);
      for (let i = 0; i < n; i++) {
        expect(image.data[i * n + k]!).to.be.closeTo(values[k]! * vectors.data[i * n + k]!, 1e-4 * values[0]!);
      }
    }
  });

  it('of a diagonal matrix are its entries, negative ones last', () => {
    expect(Array.from(symmetricEigen(dense(3, 3, Float32Array.of(-2, 0, 0, 0, 5, 0, 0, 0, 1))).values)).to.deep.equal([
      5, 1, -2,
    ]);
  });
});
