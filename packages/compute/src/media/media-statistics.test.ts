import { expect } from 'chai';
import { gemm } from '../linear/gemm.js';
import { matrixView, transposed } from '../linear/matrix.js';
import { ComputePool } from '../pool/compute-pool.js';
import { denseEntryVariance } from './dense-entry.js';
import { DenseMedium } from './dense-medium.js';
import { fieldSums } from './field-projection.js';
import { SignsMedium } from './signs-medium.js';

const mirrors = 128;
const pixels = 8192;
const count = mirrors * pixels;
/** Two-sided, a normal variable passes 4 in one of 16 000 cases; seeds are fixed, so that chance was taken once. */
const sigmas = 4;

for (const [model, Medium, entryVariance, kurtosis, sixth] of [
  ['dense', DenseMedium, denseEntryVariance, 3, 13.14],
  ['signs', SignsMedium, 1, 1, 1],
] as const) {
  describe(`statistics of the ${model} medium (fixed seeds, 4 standard errors: false alarm 6e-5 a figure)`, () => {
    const pool = new ComputePool();
    const [a, b] = [entries(1000), entries(1001)] as const;
    after(() => pool.close());

    /** Real and imaginary parts of [mirrors, pixels] entries: patterns with one mirror on show the columns. */
    function entries(seed: number): { real: Float32Array; imaginary: Float32Array } {
      const patterns = new Uint8Array((mirrors * mirrors) / 8);
      for (let n = 0; n < mirrors; n++) patterns[n * (mirrors / 8) + (n >> 3)] = 128 >> (n & 7);
      const out = fieldSums(pool, mirrors, pixels);
      new Medium(pool, { seed, mirrors }).project([{ first: 4096, count: pixels }]).project(patterns, mirrors, out);
      const [real, imaginary] = [pool.float32(count), pool.float32(count)];
      real.set(out.real);
      imaginary.set(out.imaginary);
      return { real, imaginary };
    }

    function moment(x: Float32Array, k: number): number {
      let sum = 0;
      for (const value of x) sum += value ** k;
      return sum / x.length;
    }

    function correlation(x: Float32Array, y: Float32Array, lag = 0): number {
      let sum = 0;
      for (let i = lag; i < x.length; i++) sum += x[i]! * y[i - lag]!;
      return sum / ((x.length - lag) * entryVariance);
    }

    for (const part of ['real', 'imaginary'] as const) {
      it(`${part} part: mean 0, variance ${entryVariance}, kurtosis ${kurtosis} within 0.02, sixth moment ${sixth} within 0.2`, () => {
        const x = a[part];
        const variance = moment(x, 2);
        expect(Math.abs(moment(x, 1))).to.be.below(sigmas * Math.sqrt(entryVariance / count));
        expect(Math.abs(variance / entryVariance - 1)).to.be.below(sigmas * Math.sqrt(2 / count));
        expect(Math.abs(moment(x, 4) / variance ** 2 - kurtosis)).to.be.below(0.02);
        expect(Math.abs(moment(x, 6) / variance ** 3 - sixth)).to.be.below(0.2);
      });
    }

    it('real and imaginary part, and two neighbouring seeds, are uncorrelated', () => {
      for (const [x, y] of [
        [a.real, a.imaginary],
        [a.real, b.real],
        [a.imaginary, b.imaginary],
        [a.real, b.imaginary],
      ] as const) {
        expect(Math.abs(correlation(x, y))).to.be.below(sigmas / Math.sqrt(count));
      }
    });

    it('pixels 1, 2, 3, 4, 8, 16, 32 and 64 apart are uncorrelated', () => {
      for (const lag of [1, 2, 3, 4, 8, 16, 32, 64]) {
        expect(Math.abs(correlation(a.real, a.real, lag))).to.be.below(sigmas / Math.sqrt(count));
        expect(Math.abs(correlation(a.real, a.imaginary, lag))).to.be.below(sigmas / Math.sqrt(count));
      }
    });

    if (model === 'dense') {
      it('squares of entries (real against imaginary, neighbours, mirrors) are uncorrelated', () => {
        const squares = (x: Float32Array) => x.map((value) => (value * value) / entryVariance - 1);
        const [re, im] = [squares(a.real), squares(a.imaginary)];
        for (const [x, y, lag] of [
          [re, im, 0],
          [re, re, 1],
          [re, re, 4],
          [re, re, 32],
          [re, re, pixels],
        ] as const) {
          expect(Math.abs(correlation(x, y, lag) * entryVariance)).to.be.below((sigmas * 2) / Math.sqrt(count));
        }
      });
    }

    function sumOfSquaredCorrelations(x: Float32Array, lines: 'mirrors' | 'pixels', used: number): [number, number] {
      const whole = matrixView(x, mirrors, pixels);
      const part = { ...whole, shape: lines === 'mirrors' ? [mirrors, pixels] : [mirrors, used] };
      const rows = lines === 'mirrors' ? part : transposed(part);
      const gram = matrixView(pool.float32(used * used), used, used);
      gemm(pool, rows, transposed(rows), gram);
      let sum = 0;
      for (let i = 0; i < used; i++) {
        for (let j = 0; j < i; j++) sum += (gram.data[i * used + j]! / entryVariance) ** 2;
      }
      return [sum / rows.shape[1]!, (used * (used - 1)) / 2];
    }

    for (const [lines, used] of [
      ['mirrors', mirrors],
      ['pixels', 512],
    ] as const) {
      it(`all pairs of ${used} ${lines}: sum of squared correlations as of independent ones`, () => {
        for (const x of [a.real, a.imaginary, b.real]) {
          const [sum, pairs] = sumOfSquaredCorrelations(x, lines, used);
          // each term is a squared normal variable: mean 1, variance 2; for pixels 128 entries a pair add to the spread
          expect(Math.abs(sum / pairs - 1)).to.be.below(
            sigmas * Math.sqrt(2 / pairs) + (lines === 'pixels' ? 0.01 : 0),
          );
        }
      });
    }
  });
}
