import { OpuError } from '@opu/core';
import { expect } from 'chai';
import { ComputePool } from '../pool/compute-pool.js';
import { SeededRandom } from '../random/random.js';
import { type AttentionShape, causalAttention, causalAttentionBackward } from './attention.js';
import { causalAttentionBackwardReference, causalAttentionReference } from './attention.reference.js';
import { normRows, normRowsBackward } from './norm.js';
import { normRowsBackwardReference, normRowsReference } from './norm.reference.js';

describe('kernels of a transformer', () => {
  const pools = [1, 4].map((threads) => new ComputePool({ threads, memoryBytes: 2 ** 26 }));
  after(() => {
    for (const pool of pools) pool.close();
  });
  const bytes = (x: Float32Array) => Buffer.from(x.buffer, x.byteOffset, x.byteLength);

  function normals(pool: ComputePool, length: number, stream: number): Float32Array {
    return new SeededRandom(6, stream).fillNormal(pool.float32(length), 0, 2);
  }

  function expectSameBits(actual: readonly Float32Array[], expected: readonly Float32Array[]): void {
    for (const [i, array] of actual.entries()) {
      expect(array.some((value) => value !== 0)).to.equal(true);
      expect(Buffer.compare(bytes(array), bytes(expected[i]!)), `array ${i}`).to.equal(0);
    }
  }

  for (const shape of [
    { context: 13, width: 24, heads: 2 },
    { context: 5, width: 21, heads: 3 },
    { context: 1, width: 4, heads: 1 },
  ] satisfies AttentionShape[]) {
    const { context, width, heads } = shape;
    it(`attention, context ${context}, width ${width}, ${heads} heads: bit-equal to the reference with 1 and 4 threads`, () => {
      const rows = 3 * context;
      for (const pool of pools) {
        const input = normals(pool, rows * 3 * width, 1);
        const delta = normals(pool, rows * width, 2);
        const made = () => [rows * heads * context, rows * width, rows * 3 * width].map((n) => pool.float32(n));
        const [weights, out, gradient] = made() as [Float32Array, Float32Array, Float32Array];
        causalAttention(pool, shape, input, weights, out);
        causalAttentionBackward(pool, shape, input, weights, delta, gradient);
        const expected = made() as [Float32Array, Float32Array, Float32Array];
        causalAttentionReference(shape, input, expected[0], expected[1]);
        causalAttentionBackwardReference(shape, input, expected[0], delta, expected[2]);
        expectSameBits([weights, out, gradient], expected);
      }
    });
  }

  it('attention weights of a position sum to 1 within 1e-6 and are 0 for positions to come', () => {
    const pool = pools[1]!;
    const weights = pool.float32(2 * 2 * 49);
    const shape = { context: 7, width: 8, heads: 2 };
    causalAttention(pool, shape, normals(pool, 14 * 24, 1), weights, pool.float32(14 * 8));
    for (let line = 0; line < 28; line++) {
      const row = weights.subarray(7 * line, 7 * line + 7);
      expect(row.reduce((a, b) => a + b, 0)).to.be.closeTo(1, 1e-6);
      expect([...row.subarray((line % 7) + 1)].every((value) => value === 0)).to.equal(true);
    }
  });

  it('norm of rows, forward and backward: bit-equal to the reference with 1 and 4 threads', () => {
    const [rows, width] = [77, 37];
    for (const pool of pools) {
      const [input, delta] = [normals(pool, rows * width, 1), normals(pool, rows * width, 2)];
      const run = (norm: typeof normRows, back: typeof normRowsBackward) => {
        const of = {
          gain: normals(pool, width, 3),
          bias: normals(pool, width, 4),
          normal: pool.float32(rows * width),
          inverse: pool.float32(rows),
          epsilon: 1e-5,
        };
        const output = pool.float32(rows * width);
        const [one, two, three] = [rows * width, width, width].map((n) => pool.float32(n));
        norm(pool, of, input, output);
        back(pool, of, delta, { input: one!, gain: two!, bias: three! });
        return [output, of.inverse, one!, two!, three!];
      };
      const expected = run(
        (_, ...rest) => normRowsReference(...rest),
        (_, ...rest) => normRowsBackwardReference(...rest),
      );
      expectSameBits(run(normRows, normRowsBackward), expected);
    }
  });

  it('refuses lengths that do not match', () => {
    const pool = pools[0]!;
    const [input, weights, out] = [24, 4, 8].map((n) => pool.float32(n)) as [Float32Array, Float32Array, Float32Array];
    const act = (shape: AttentionShape) => () => causalAttention(pool, shape, input, weights, out);
    for (const shape of [
      { context: 3, width: 4, heads: 1 },
      { context: 2, width: 4, heads: 3 },
      { context: 2, width: 4, heads: 2 },
    ]) {
      expect(act(shape), JSON.stringify(shape)).to.throw(OpuError);
    }
  });
});
