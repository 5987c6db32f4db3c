import { OpuError } from '@opu/core';
import type { OperationOptions } from '@opu/driver';
import type { NdArray } from 'ndarray';
import { type Dense, denseOf, frobeniusNorm, multiply, toNdarray, transpose } from '../algebra/dense.js';
import type { Sketch, SketchInput, Spent } from '../sketch/sketch.js';
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
  a: SketchInput,
  b: SketchInput,
  sketch: Sketch,
  options: OperationOptions = {},
): Promise<CompressedProduct> {
  const sketched = async (matrix: SketchInput, name: string): Promise<Dense> => {
    const whole = denseOf(matrix, name);
    if (whole.rows !== sketch.inputs) {
      throw new OpuError(
        'INVALID_ARGUMENT',
        `${name} has shape [${whole.rows}, ${whole.columns}]; it must have the ${sketch.inputs} rows that the sketch takes.`,
      );
    }
    return denseOf(await sketch.apply(toNdarray(transpose(whole)), options), `The sketch of ${name}`);
  };
  const spent = meter(sketch);
  const sa = await sketched(a, 'A');
  const sb = await sketched(b, 'B');
  const product = multiply(sa, sb, { b: true });
  const [normA, normB] = [frobeniusNorm(sa), frobeniusNorm(sb)];
  const share = normA * normB === 0 ? 0 : frobeniusNorm(product) / (normA * normB);
  const size = Math.sqrt((1 + share ** 2) / sketch.outputs);
  const notes = sketch.rows === 'amplitude-weighted' ? [weightedRowsNote] : [];
  return { product: toNdarray(product), relativeError: size, spent: spent(), notes };
}
