import { expect } from 'chai';
import { ComputePool } from '../pool/compute-pool.js';
import { SeededRandom } from '../random/random.js';
import { choleskySolve } from './cholesky.js';
import { gemm } from './gemm.js';
import { matrixView, transposed } from './matrix.js';

describe('choleskySolve', () => {
  const pool = new ComputePool({ threads: 2 });
  after(() => pool.close());

  for (const n of [1, 5, 128, 129, 400]) {
    it(`solves A X = B of ${n} unknowns with a residual below 1e-4 of B`, () => {
      const k = 3;
      const random = new SeededRandom(n, 'cholesky');
      const factors = random.fillNormal(pool.float32(2 * n * n));
      const a = pool.float32(n * n);
      const f = matrixView(factors, n, 2 * n);
      gemm(pool, f, transposed(f), matrixView(a, n, n));
      for (let i = 0; i < n; i++) a[i * n + i]! += n;
      const b = random.fillNormal(pool.float32(n * k), 0, 1, 4 * n * n);
      const x = pool.float32(n * k);
      x.set(b);
      const factor = pool.float32(n * n);
      factor.set(a);
      // Only the lower triangle may be read.
      for (let i = 0; i < n; i++) factor.fill(Number.NaN, i * n + i + 1, (i + 1) * n);
      choleskySolve(pool, factor, x, n, k);
      let [residual, size] = [0, 0];
      for (let i = 0; i < n; i++) {
        for (let c = 0; c < k; c++) {
          let sum = -b[i * k + c]!;
          for (let j = 0; j < n; j++) sum += a[i * n + j]! * x[j * k + c]!;
          residual += sum * sum;
          size += b[i * k + c]! ** 2;
        }
      }
      for (const array of [factors, a, b, x, factor]) pool.release(array);
      expect(Math.sqrt(residual / size)).to.be.below(1e-4);
    });
  }

  it('refuses a matrix that is not positive definite', () => {
    const a = pool.float32(4);
    a.set([1, 2, 2, 1]);
    expect(() => choleskySolve(pool, a, pool.float32(2), 2, 1)).to.throw('pivot 1 is -3');
  });
});
