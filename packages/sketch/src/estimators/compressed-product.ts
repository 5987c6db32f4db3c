import { OpuError } from '@opu/core';
import type { OperationOptions } from '@opu/driver';
import type { NdArray } from 'ndarray';
import { denseOf, frobeniusNorm, multiply, type NumberArray, toNdarray } from '../algebra/dense.js';
import type { Sketch, Spent } from '../sketch/sketch.js';
import { meter, weightedRowsNote } from './estimate.js';

export interface CompressedProduct {
  /** Shape [columns of A, columns of B]. */
  readonly product: NdArray<Float32Array>;
  /**
   * Standard error of an entry, root mean square: `sqrt((|A|_F^2 |B|_F^2 + |A^T B|_F^2) / m)` over all entries (Gaussian rows), relative
   * to |A|_F |B|_F.
   */
  readonly relativeError: number;
  readonly spent: Spent;
  readonly notes: readonly string[];
}

/**
 * A^T B from sketches of both, (S A)^T (S B) (Drineas, Kannan and Mahoney 2006 for sketches of this kind): its error falls with one
 * over the root of the sketch's rows and does not depend on n.
 * @param a shape [n, p], n = sketch.inputs
 * @param b shape [n, q]
 * @throws INVALID_ARGUMENT when they do not have n rows
 */
export async function compressedProduct(
  a: NdArray<NumberArray>,
  b: NdArray<NumberArray>,
  sketch: Sketch,
  options: OperationOptions = {},
): Promise<CompressedProduct> {
  for (const [name, matrix] of [
    ['A', a],
    ['B', b],
  ] as const) {
    if (matrix.shape.length === 2 && matrix.shape[0] === sketch.inputs) continue;
    throw new OpuError(
      'INVALID_ARGUMENT',
      `${name} has shape [${matrix.shape}]; it must have the ${sketch.inputs} rows that the sketch takes.`,
    );
  }
  const spent = meter(sketch);
  const sa = denseOf(await sketch.apply(a.transpose(1, 0), options), 'The sketch of A');
  const sb = denseOf(await sketch.apply(b.transpose(1, 0), options), 'The sketch of B');
  const product = multiply(sa, sb, { b: true });
  const [normA, normB] = [frobeniusNorm(sa), frobeniusNorm(sb)];
  const size = Math.sqrt((1 + (frobeniusNorm(product) / (normA * normB)) ** 2) / sketch.outputs);
  const notes = sketch.rows === 'amplitude-weighted' ? [weightedRowsNote] : [];
  return { product: toNdarray(product), relativeError: size, spent: spent(), notes };
}
