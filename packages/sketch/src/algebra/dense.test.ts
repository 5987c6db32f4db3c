import { SeededRandom } from '@opu/compute';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { farness } from '../testing/light.js';
import { dense, denseOf, innerProduct, multiply, requireSymmetric, transpose } from './dense.js';

const random = (rows: number, columns: number, seed: number) =>
  dense(rows, columns, new SeededRandom(seed, 'dense').fillNormal(new Float32Array(rows * columns)));

describe('dense matrices', () => {
  it('multiplies as the sums say, each factor straight or transposed, within 1e-6', () => {
    const [a, b] = [random(7, 5, 1), random(5, 6, 2)];
    const plain = new Float64Array(7 * 6);
    for (let i = 0; i < 7; i++) {
      for (let j = 0; j < 6; j++) {
        for (let k = 0; k < 5; k++) plain[i * 6 + j]! += a.data[i * 5 + k]! * b.data[k * 6 + j]!;
      }
    }
    const ways = [
      multiply(a, b),
      multiply(transpose(a), b, { a: true }),
      multiply(a, transpose(b), { b: true }),
      multiply(transpose(a), transpose(b), { a: true, b: true }),
    ];
    for (const way of ways) {
      expect([way.rows, way.columns]).to.deep.equal([7, 6]);
      expect(farness(plain, way.data)).to.be.below(1e-6);
    }
    expect(innerProduct(a, a)).to.be.closeTo(
      a.data.reduce((sum, v) => sum + v * v, 0),
      1e-4,
    );
  });

  it('copies a matrix of any strides, a column of one number and a sparse one', () => {
    const turned = ndarray(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3]).transpose(1, 0);
    expect(Array.from(denseOf(turned, 'A').data)).to.deep.equal([1, 4, 2, 5, 3, 6]);
    expect(Array.from(denseOf(turned.lo(2, 1), 'A').data)).to.deep.equal([6]);
    const [indptr, indices, data] = [Int32Array.of(0, 1, 1, 3), Int32Array.of(1, 0, 0), Float32Array.of(5, 1, 2)];
    expect(Array.from(denseOf({ rows: 3, columns: 2, indptr, indices, data }, 'A').data)).to.deep.equal([
      0, 5, 0, 0, 3, 0,
    ]);
  });

  it('names the place of a number that is not finite, and refuses other shapes', () => {
    const broken = ndarray(Float32Array.of(1, 2, Number.NaN, 4), [2, 2]);
    expect(() => denseOf(broken, 'The matrix')).to.throw(/The matrix is NaN in row 1, column 0/);
    expect(() => denseOf(ndarray(new Float32Array(4), [4]), 'A')).to.throw(/shape \[4\]; it must have two dimensions/);
    expect(() => requireSymmetric(dense(2, 2, Float32Array.of(1, 2, 3, 1)), 'A')).to.throw(/at \(1, 0\): 3 and 2/);
  });
});
