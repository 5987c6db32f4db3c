import type { Ticks } from '@opu/core';
import type { OperationOptions } from '@opu/driver';
import type { NdArray } from 'ndarray';
import type { MatrixInput } from '../algebra/dense.js';

/** Vectors as rows, shape [count, inputs], dense or sparse. */
export type SketchInput = MatrixInput;

/**
 * What the rows of a sketch are.
 * - `gaussian`: independent normal entries, all of the same variance.
 * - `amplitude-weighted`: normal entries times a Rayleigh amplitude a row: what an anchor projection is as it comes. Unbiased
 *   like the other, but sums over rows have the errors of fewer of them: 2 m Gaussian rows weigh as m plain ones or less.
 */
export type SketchRows = 'gaussian' | 'amplitude-weighted';

/** How well lengths are kept: the mean of `|Sx|^2 / |x|^2` that was found, before it was divided out. */
export interface Isometry {
  readonly ratio: number;
  readonly standardError: number;
}

/** What was spent so far; all of it is 0 for a sketch of numbers. */
export interface Spent {
  readonly frames: number;
  readonly deviceTicks: Ticks;
}

/**
 * A fixed random matrix S of shape [outputs, inputs] that can be applied to vectors, scaled so that `E |Sx|^2 = |x|^2`. A device
 * has no transpose: see `TransposableSketch`.
 */
export interface Sketch {
  readonly inputs: number;
  readonly outputs: number;
  readonly rows: SketchRows;
  readonly isometry: Isometry;
  readonly spent: Spent;
  /**
   * S x for every row x.
   * @param vectors shape [count, inputs]
   * @returns shape [count, outputs]
   * @throws INVALID_ARGUMENT for another number of inputs or a number that is not finite
   */
  apply(vectors: SketchInput, options?: OperationOptions): Promise<NdArray<Float32Array>>;
  /**
   * Rows first ... first + count - 1 of this operator as a sketch of their own, with the scale of their own.
   * @throws INVALID_ARGUMENT when they are not there
   */
  block(first: number, count: number): Sketch;
}

/** A sketch of which the host knows the matrix: a digital one. */
export interface TransposableSketch extends Sketch {
  /**
   * S^T y for every row y.
   * @param vectors shape [count, outputs]
   * @returns shape [count, inputs]
   */
  applyTranspose(vectors: SketchInput, options?: OperationOptions): Promise<NdArray<Float32Array>>;
}
