import { expect } from 'chai';
import { ComputePool } from '../pool/compute-pool.js';
import { SeededRandom } from '../random/random.js';
import { gemm } from './gemm.js';
import { gemmReference } from './gemm.reference.js';
import { type MatrixView, matrixView, rowsOf, transposed } from './matrix.js';

describe('gemm', () => {
  const pools = [1, 2, 4].map((threads) => new ComputePool({ threads }));
  after(() => {
    for (const pool of pools) pool.close();
  });

  function random(pool: ComputePool, rows: number, columns: number, stream: number): MatrixView {
    return matrixView(new SeededRandom(9, stream).fillNormal(pool.float32(rows * columns)), rows, columns);
  }

  function compare(
    m: number,
    n: number,
    k: number,
    transposeA: boolean,
    transposeB: boolean,
    accumulate: boolean,
  ): void {
    for (const pool of pools) {
      const a = transposeA ? transposed(random(pool, k, m, 1)) : random(pool, m, k, 1);
      const b = transposeB ? transposed(random(pool, n, k, 2)) : random(pool, k, n, 2);
      const c = random(pool, m, n, 3);
      const expected = { ...c, data: c.data.slice() };
      gemmReference(a, b, expected, { accumulate });
      gemm(pool, a, b, c, { accumulate });
      expect(Buffer.compare(bytes(c.data), bytes(expected.data)), `${m} x ${n} x ${k}`).to.equal(0);
      for (const { data } of [a, b, c]) pool.release(data);
    }
  }

  const bytes = (x: Float32Array) => Buffer.from(x.buffer, x.byteOffset, x.byteLength);

  it('is bit-equal to its reference for odd shapes, transposes and accumulation, with 1, 2 and 4 threads', () => {
    for (const [m, n, k] of [
      [1, 1, 1],
      [4, 8, 16],
      [5, 9, 7],
      [37, 10, 300],
      [3, 131, 5],
      [66, 140, 257],
    ] as const) {
      for (const transposeA of [false, true]) {
        for (const transposeB of [false, true]) {
          compare(m, n, k, transposeA, transposeB, m === 5 || transposeA);
        }
      }
    }
  });

  it('is bit-equal to its reference across its blocks of 2048 lines and 1024 steps', () => {
    compare(2051, 3, 11, false, false, false);
    compare(3, 2060, 9, false, true, true);
    compare(6, 5, 2500, true, false, false);
  });

  it('multiplies into a part of a larger matrix and leaves the rest alone', () => {
    const pool = pools[2]!;
    const a = random(pool, 4, 6, 1);
    const b = random(pool, 6, 5, 2);
    const whole = random(pool, 10, 5, 3);
    const before = whole.data.slice();
    gemm(pool, a, b, rowsOf(whole, 3, 4));
    expect(Array.from(whole.data.subarray(0, 15))).to.deep.equal(Array.from(before.subarray(0, 15)));
    expect(Array.from(whole.data.subarray(35))).to.deep.equal(Array.from(before.subarray(35)));
    expect(whole.data[15]).to.not.equal(before[15]);
  });

  it('differs from exact arithmetic by less than 1e-6 of |A| |B| at k = 1000', () => {
    const pool = pools[0]!;
    const [a, b, c] = [random(pool, 8, 1000, 1), random(pool, 1000, 8, 2), random(pool, 8, 8, 3)];
    gemm(pool, a, b, c);
    for (let i = 0; i < 8; i++) {
      for (let j = 0; j < 8; j++) {
        let [sum, size] = [0, 0];
        for (let q = 0; q < 1000; q++) {
          const product = a.data[i * 1000 + q]! * b.data[q * 8 + j]!;
          sum += product;
          size += Math.abs(product);
        }
        expect(Math.abs(c.data[i * 8 + j]! - sum)).to.be.below(1e-6 * size);
      }
    }
  });

  it('refuses shapes that do not match', () => {
    const pool = pools[0]!;
    const x = random(pool, 2, 3, 1);
    expect(() => gemm(pool, x, x, x)).to.throw(/cannot multiply A \[2,3\] by B \[2,3\]/);
    expect(() => gemm(pool, { ...x, offset: 1 }, transposed(x), random(pool, 2, 2, 1))).to.throw(/lie within/);
  });
});
