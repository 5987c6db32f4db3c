import { SeededRandom } from '@opu/compute';
import { expect } from 'chai';
import { farthestFromIdentity } from '../testing/light.js';
import { type Dense, dense, frobeniusNorm, multiply, subtract } from './dense.js';
import { orthonormal } from './orthonormal.js';

const random = (rows: number, columns: number, seed: number): Dense =>
  dense(rows, columns, new SeededRandom(seed, 'orthonormal').fillNormal(new Float32Array(rows * columns)));

/** |Y - Q Q^T Y| / |Y|. */
function leftOut(y: Dense, q: Dense): number {
  return frobeniusNorm(subtract(y, multiply(q, multiply(q, y, { a: true })))) / frobeniusNorm(y);
}

describe('orthonormal bases', () => {
  const withSpectrum = (decay: number): Dense => {
    const [left, right] = [random(120, 30, 1), random(30, 30, 2)];
    return multiply(
      dense(
        120,
        30,
        left.data.map((value, i) => value * decay ** (i % 30)),
      ),
      right,
    );
  };
  const cases: [string, Dense][] = [
    ['of normal columns', random(200, 60, 3)],
    ['of a square matrix', random(40, 40, 4)],
    ['of one column', random(9, 1, 5)],
    [
      'of columns of very different length',
      dense(
        50,
        10,
        random(50, 10, 6).data.map((v, i) => v * 10 ** (i % 10)),
      ),
    ],
    ['where the spectrum falls over seven decades', withSpectrum(10 ** -0.25)],
    ['of 30 columns that span 3 dimensions', multiply(random(120, 3, 7), random(3, 30, 8))],
    [
      'with two columns the same',
      dense(
        20,
        2,
        Float32Array.from({ length: 40 }, (_, i) => 1 + (i >> 1)),
      ),
    ],
    ['of columns of zeros', dense(20, 4)],
  ];
  for (const [name, y] of cases) {
    it(`${name}: Q^T Q is I within 1e-5 and Q spans all but 1e-5 of Y`, () => {
      const q = orthonormal(y);
      expect([q.rows, q.columns]).to.deep.equal([y.rows, y.columns]);
      expect(farthestFromIdentity(multiply(q, q, { a: true }).data, q.columns)).to.be.below(1e-5);
      if (frobeniusNorm(y) > 0) expect(leftOut(y, q)).to.be.below(1e-5);
    });
  }

  it('refuses more columns than rows', () => {
    expect(() => orthonormal(dense(3, 4))).to.throw(/4 columns of 3 numbers/);
  });
});
