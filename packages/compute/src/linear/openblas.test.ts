import { expect } from 'chai';
import { ComputePool } from '../pool/compute-pool.js';
import { loadOpenBlas } from '../pool/openblas.js';
import { SeededRandom } from '../random/random.js';
import { gemm } from './gemm.js';
import { type MatrixView, matrixView, transposed } from './matrix.js';

const skipped = 'OpenBLAS is not here: install libopenblas0-pthread (Debian)';

describe('OpenBLAS as accelerator', () => {
  function random(pool: ComputePool, rows: number, columns: number, stream: number): MatrixView {
    return matrixView(new SeededRandom(9, stream).fillNormal(pool.float32(rows * columns)), rows, columns);
  }

  function multiply(pool: ComputePool, m: number, n: number, k: number, turned: boolean, accumulate: boolean) {
    const a = turned ? transposed(random(pool, k, m, 1)) : random(pool, m, k, 1);
    const b = turned ? transposed(random(pool, n, k, 2)) : random(pool, k, n, 2);
    const c = random(pool, m, n, 3);
    gemm(pool, a, b, c, { accumulate });
    return c.data.slice();
  }

  it('is not used unless it is asked for', () => {
    expect(new ComputePool({ threads: 1 }).accelerator).to.equal(undefined);
  });

  it('gives products within 1e-5 of our own at k = 300, the same bits with 1 and 4 threads', function () {
    if (loadOpenBlas() === undefined) {
      if (process.env.OPU_REQUIRE_ALL_TOOLS === '1') throw new Error(skipped);
      this.test!.title += ` (${skipped})`;
      this.skip();
    }
    const own = new ComputePool({ threads: 1 });
    const pools = [1, 4].map((threads) => new ComputePool({ threads, accelerator: 'openblas' }));
    expect(pools[0]!.accelerator).to.match(/OpenBLAS/);
    for (const [m, n, k] of [
      [5, 9, 7],
      [130, 10, 300],
      [70, 600, 300],
    ] as const) {
      for (const turned of [false, true]) {
        const expected = multiply(own, m, n, k, turned, turned);
        const [one, four] = pools.map((pool) => multiply(pool, m, n, k, turned, turned)) as [
          Float32Array,
          Float32Array,
        ];
        expect(four).to.deep.equal(one);
        expected.forEach((x, i) => {
          expect(Math.abs(one[i]! - x)).to.be.below(1e-5 * Math.sqrt(k));
        });
      }
    }
    for (const pool of [own, ...pools]) pool.close();
  });

  it('multiplies by our own kernels where strides are not for BLAS', () => {
    const [plain, fast] = [new ComputePool({ threads: 1 }), new ComputePool({ threads: 1, accelerator: 'auto' })];
    const results = [plain, fast].map((pool) => {
      const wide = random(pool, 8, 16, 1);
      const everySecond = { ...wide, shape: [8, 8], stride: [16, 2] };
      const c = matrixView(pool.float32(64), 8, 8);
      gemm(pool, everySecond, everySecond, c);
      return Array.from(c.data);
    });
    expect(results[1]).to.deep.equal(results[0]);
  });

  it('refuses an accelerator that there is not', () => {
    expect(() => new ComputePool({ accelerator: 'magic' as 'auto' })).to.throw(/accelerator is magic.*auto/);
  });
});
