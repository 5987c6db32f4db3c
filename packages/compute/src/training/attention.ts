import { OpuError } from '@opu/core';
import type { ComputePool } from '../pool/compute-pool.js';
import { requireLength } from './vectors.js';

export interface AttentionShape {
  /** Positions of a sequence; rows are sequences one after the other. At most 8192. */
  readonly context: number;
  /** Columns of each of Q, K and V; a multiple of `heads`. */
  readonly width: number;
  readonly heads: number;
}

const mostContext = 8192;

/**
 * softmax(Q K^T / sqrt(d)) V by heads, each position over itself and those before, of all heads and sequences in one job.
 * @param input Q, K and V side by side, shape [rows, 3 width]
 * @param weights receives the attention, shape [sequences, heads, context, context]; above the diagonal it is left as it is
 * @param out receives the result, shape [rows, width]
 * @throws INVALID_ARGUMENT for lengths that do not match
 */
export function causalAttention(
  pool: ComputePool,
  shape: AttentionShape,
  input: Float32Array,
  weights: Float32Array,
  out: Float32Array,
): void {
  const tiles = checkedTiles(shape, input, weights, out);
  pool.run('attend', tiles, ...[input, weights, out].map((array) => pool.pointer(array)), ...numbersOf(shape));
}

/**
 * Gradient at Q, K and V of `causalAttention`.
 * @param weights as `causalAttention` left them
 * @param outGradient gradient at its result, shape [rows, width]
 * @param gradient receives the gradient at its input, shape [rows, 3 width]
 */
export function causalAttentionBackward(
  pool: ComputePool,
  shape: AttentionShape,
  input: Float32Array,
  weights: Float32Array,
  outGradient: Float32Array,
  gradient: Float32Array,
): void {
  const tiles = checkedTiles(shape, input, weights, outGradient);
  requireLength('gradient', gradient, input.length);
  const arrays = [input, weights, outGradient, gradient].map((array) => pool.pointer(array));
  pool.run('attendBackward', tiles, ...arrays, ...numbersOf(shape));
}

function numbersOf({ context, width, heads }: AttentionShape): number[] {
  return [context, width, heads, 1 / Math.sqrt(width / heads)];
}

/** @returns heads of all sequences */
function checkedTiles(shape: AttentionShape, input: Float32Array, weights: Float32Array, out: Float32Array): number {
  const { context, width, heads } = shape;
  const sequences = out.length / (context * width);
  if (!Number.isInteger(sequences) || !Number.isInteger(width / heads) || context < 1 || context > mostContext) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `${out.length} numbers are no whole sequences of context ${context} (1 to ${mostContext}) and width ${width} for ${heads} heads`,
    );
  }
  requireLength('input', input, 3 * out.length);
  requireLength('weights', weights, sequences * heads * context * context);
  return sequences * heads;
}
