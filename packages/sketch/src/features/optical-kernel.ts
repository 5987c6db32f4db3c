import { OpuError } from '@opu/core';
import type { NdArray } from 'ndarray';
import { type Dense, dense, denseOf, multiply, type NumberArray, toNdarray } from '../algebra/dense.js';

/**
 * What inner products of optical features become with many of them: for intensities |t x|^2 to the power p,
 * `E |t x|^2p |t y|^2p = |x|^2p |y|^2p (p!)^2 sum_k C(p, k)^2 r^2k`, `r` the cosine of the angle between x and y, entries of t
 * complex normal of variance 1. For p = 1 this is `|x|^2 |y|^2 + (x y)^2` (Saade et al. 2015, arXiv 1510.06664); for higher powers
 * it follows from the moments of two correlated complex normal numbers.
 * @param x shape [n, inputs]
 * @param y shape [m, inputs]
 * @param power p, a whole number from 1 to 6
 * @returns shape [n, m]
 */
export function opticalKernel(x: NdArray<NumberArray>, y: NdArray<NumberArray>, power = 1): NdArray<Float32Array> {
  if (!(Number.isInteger(power) && power >= 1 && power <= 6)) {
    throw new OpuError('INVALID_ARGUMENT', `power is ${power}; it must be a whole number from 1 to 6.`);
  }
  const [a, b] = [denseOf(x, 'x'), denseOf(y, 'y')];
  const products = multiply(a, b, { b: true });
  const [lengthsA, lengthsB] = [squaredLengths(a), squaredLengths(b)];
  const factor = factorial(power) ** 2;
  const choose = Array.from({ length: power + 1 }, (_, k) => binomial(power, k) ** 2);
  const out = dense(a.rows, b.rows);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      const lengths = lengthsA[i]! * lengthsB[j]!;
      const cosine2 = lengths === 0 ? 0 : products.data[i * b.rows + j]! ** 2 / lengths;
      let sum = 0;
      for (let k = power; k >= 0; k--) sum = sum * cosine2 + choose[k]!;
      out.data[i * b.rows + j] = factor * lengths ** power * sum;
    }
  }
  return toNdarray(out);
}

/**
 * exp(-gamma |x - y|^2).
 * @param x shape [n, inputs]
 * @param y shape [m, inputs]
 */
export function gaussianKernel(x: NdArray<NumberArray>, y: NdArray<NumberArray>, gamma: number): NdArray<Float32Array> {
  const [a, b] = [denseOf(x, 'x'), denseOf(y, 'y')];
  const out = multiply(a, b, { b: true });
  const [lengthsA, lengthsB] = [squaredLengths(a), squaredLengths(b)];
  for (let i = 0; i < out.data.length; i++) {
    const distance2 = lengthsA[Math.floor(i / b.rows)]! + lengthsB[i % b.rows]! - 2 * out.data[i]!;
    out.data[i] = Math.exp(-gamma * Math.max(0, distance2));
  }
  return toNdarray(out);
}

function squaredLengths({ rows, columns, data }: Dense): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += data[i * columns + j]! ** 2;
    return sum;
  });
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
const binomial = (n: number, k: number): number => factorial(n) / factorial(k) / factorial(n - k);
