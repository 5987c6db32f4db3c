import type { ComputePool } from '../pool/compute-pool.js';
import { columnSums, requireLength } from './vectors.js';

const tileRows = 32;

export interface NormRows {
  /** Shape [width]. */
  readonly gain: Float32Array;
  readonly bias: Float32Array;
  /** Receives each row at mean 0 and variance 1, shape [rows, width]. */
  readonly normal: Float32Array;
  /** Receives 1 / sqrt(variance + epsilon) of each row, shape [rows]. */
  readonly inverse: Float32Array;
  readonly epsilon: number;
}

/** output = gain * normal + bias; sums in double precision. Shapes [rows, width]. */
export function normRows(pool: ComputePool, of: NormRows, input: Float32Array, output: Float32Array): void {
  const { gain, bias, normal, inverse, epsilon } = of;
  const [rows, width] = checkedShape(of, input);
  requireLength('output', output, input.length);
  const arrays = [input, gain, bias, normal, output, inverse].map((array) => pool.pointer(array));
  pool.run('normRows', Math.ceil(rows / tileRows), ...arrays, rows, width, epsilon, tileRows);
}

/**
 * Gradients of `normRows`, from what it left in `normal` and `inverse`. `normal` is used up.
 * @param delta gradient at its output
 */
export function normRowsBackward(
  pool: ComputePool,
  of: NormRows,
  delta: Float32Array,
  gradients: { readonly input: Float32Array; readonly gain: Float32Array; readonly bias: Float32Array },
): void {
  const { gain, normal, inverse } = of;
  const [rows, width] = checkedShape(of, delta);
  requireLength('input gradient', gradients.input, delta.length);
  const arrays = [delta, gain, normal, inverse, gradients.input, normal].map((array) => pool.pointer(array));
  pool.run('normRowsBackward', Math.ceil(rows / tileRows), ...arrays, rows, width, tileRows);
  columnSums(pool, normal, gradients.gain);
  columnSums(pool, delta, gradients.bias);
}

function checkedShape({ gain, bias, normal, inverse }: NormRows, input: Float32Array): [number, number] {
  requireLength('bias', bias, gain.length);
  requireLength('normal', normal, input.length);
  requireLength('input', input, inverse.length * gain.length);
  return [inverse.length, gain.length];
}
