import { OpuError } from '@opu/core';
import type { NdArray } from 'ndarray';
import { type Dense, dense, denseOf, multiply, type NumberArray, requireSquare, toNdarray } from '../algebra/dense.js';
import { solve, takeMeans } from './regression.js';

/** Ridge regression by a kernel: what ridge on random features approaches. */
export interface KernelModel {
  /** @param kernel between new samples and those that it was fitted with, shape [count, n] @returns shape [count, targets] */
  predict(kernel: NdArray<NumberArray>): NdArray<Float32Array>;
}

/**
 * Ridge regression with an offset on features whose inner products are given, with the weights of `ridge` on the features themselves.
 * @param kernel shape [n, n]
 * @param targets shape [n, k]
 * @param share the ridge parameter as a share of the mean squared length of a sample's features, their means taken away
 */
export function kernelRidge(kernel: NdArray<NumberArray>, targets: NdArray<NumberArray>, share: number): KernelModel {
  if (!(share > 0)) throw new OpuError('INVALID_ARGUMENT', `share is ${share}; it must be more than 0.`);
  const k = denseOf(kernel, 'The kernel');
  requireSquare(k, 'The kernel');
  const t = denseOf(targets, 'The targets');
  if (t.rows !== k.rows) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `The kernel is of ${k.rows} samples, and there are ${t.rows} rows of targets.`,
    );
  }
  const targetMeans = takeMeans(t);
  const means = takeMeans(k);
  takeMeansOfRows(k);
  let trace = 0;
  for (let i = 0; i < k.rows; i++) trace += k.data[i * k.rows + i]!;
  const alpha = (share * trace) / k.rows;
  for (let i = 0; i < k.rows; i++) k.data[i * k.rows + i]! += alpha;
  const dual = solve(k, t);
  return {
    predict(between) {
      const b = denseOf(between, 'The kernel');
      if (b.columns !== dual.rows) {
        throw new OpuError(
          'INVALID_ARGUMENT',
          `The kernel has ${b.columns} columns; the model is of ${dual.rows} samples.`,
        );
      }
      for (let i = 0; i < b.data.length; i++) b.data[i]! -= means[i % b.columns]!;
      takeMeansOfRows(b);
      const out: Dense = multiply(b, dual);
      for (let i = 0; i < out.data.length; i++) out.data[i]! += targetMeans[i % out.columns]!;
      return toNdarray(dense(out.rows, out.columns, out.data));
    },
  };
}

function takeMeansOfRows({ rows, columns, data }: Dense): void {
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * columns, (i + 1) * columns);
    let mean = 0;
    for (let j = 0; j < columns; j++) mean += row[j]! / columns;
    for (let j = 0; j < columns; j++) row[j]! -= mean;
  }
}
