import { OpuError } from '@opu/core';
import type { ComputePool } from '../pool/compute-pool.js';

/** Numbers that a tile of an elementwise kernel has. */
export const vectorTile = 16384;

export function tilesOf(x: { length: number }): number {
  return Math.ceil(x.length / vectorTile);
}

export function requireLength(name: string, array: { length: number }, length: number): void {
  if (array.length === length) return;
  throw new OpuError('INVALID_ARGUMENT', `${name} has ${array.length} numbers; it must have ${length}`);
}

/** y += a x. */
export function axpy(pool: ComputePool, a: number, x: Float32Array, y: Float32Array): void {
  requireLength('y', y, x.length);
  pool.run('axpy', tilesOf(x), a, pool.pointer(x), pool.pointer(y), x.length, vectorTile);
}

/** x *= a. */
export function scale(pool: ComputePool, a: number, x: Float32Array): void {
  pool.run('scale', tilesOf(x), a, pool.pointer(x), x.length, vectorTile);
}

/** out[j] = factor * sum over rows of x[i, j], rows added in order; x has shape [rows, out.length]. */
export function columnSums(pool: ComputePool, x: Float32Array, out: Float32Array, factor = 1): void {
  const columns = out.length;
  const rows = columns === 0 ? 0 : x.length / columns;
  if (!Number.isInteger(rows)) {
    throw new OpuError('INVALID_ARGUMENT', `x has ${x.length} numbers; it must be a multiple of out's ${columns}`);
  }
  pool.run('columnSums', Math.ceil(columns / 64), pool.pointer(x), rows, columns, factor, pool.pointer(out));
}

/** out = 1 where x > threshold, -1 where x < -threshold, else 0. */
export function ternarise(pool: ComputePool, x: Float32Array, threshold: number, out: Int8Array): void {
  requireLength('out', out, x.length);
  pool.run('ternarise', tilesOf(x), pool.pointer(x), threshold, x.length, pool.pointer(out), vectorTile);
}
