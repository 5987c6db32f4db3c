import { expect } from 'chai';
import { gemm } from '../linear/gemm.js';
import { matrixView, transposed } from '../linear/matrix.js';
import { ComputePool } from '../pool/compute-pool.js';
import { denseEntryVariance } from './dense-entry.js';
import { DenseMedium } from './dense-medium.js';
import { fieldSums } from './field-projection.js';
import { SignsMedium } from './signs-medium.js';

const mirrors = 1024;
const pixels = 16_384;

for (const [model, Medium, variance] of [
  ['dense', DenseMedium, denseEntryVariance],
  ['signs', SignsMedium, 1],
] as const) {
  describe(`${model} medium, half a million pairs of mirrors (fixed seeds, 4 standard errors: false alarm 6e-5 a figure)`, () => {
    const pool = new ComputePool({ memoryBytes: 2 ** 31 });
    const bytes = mirrors / 8;
    const patterns = new Uint8Array(mirrors * bytes);
    for (let n = 0; n < mirrors; n++) patterns[n * bytes + (n >> 3)] = 128 >> (n & 7);
    const columns = matrixView(pool.float32(mirrors * pixels), mirrors, pixels);
    const gram = matrixView(pool.float32(mirrors * mirrors), mirrors, mirrors);
    after(() => pool.close());

    for (const seed of [1, 2, 2 ** 32 + 1]) {
      it(`seed ${seed}: squares of the correlations sum as of independent columns, and none is above 6 standard errors`, () => {
        const sums = fieldSums(pool, mirrors, pixels);
        const medium = new Medium(pool, { seed, mirrors });
        const projection = medium.project([{ first: 10_007, count: pixels }]);
        projection.project(patterns, mirrors, sums);
        for (const part of [sums.real, sums.imaginary]) {
          columns.data.set(part);
          gemm(pool, columns, transposed(columns), gram);
          let [sum, largest] = [0, 0];
          for (let i = 0; i < mirrors; i++) {
            for (let j = 0; j < i; j++) {
              const square = (gram.data[i * mirrors + j]! / variance) ** 2 / pixels;
              sum += square;
              largest = Math.max(largest, square);
            }
          }
          const pairs = (mirrors * (mirrors - 1)) / 2;
          expect(Math.abs(sum / pairs - 1)).to.be.below(4 * Math.sqrt(2 / pairs));
          expect(largest).to.be.below(36);
        }
        projection.release();
        medium.release();
        pool.release(sums.real);
        pool.release(sums.imaginary);
      });
    }
  });
}
