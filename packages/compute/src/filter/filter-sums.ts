import { OpuError } from '@opu/core';
import type { ComputePool } from '../pool/compute-pool.js';

export interface FilterShape {
  /** Of the output; the sums have `side - 1` more columns and rows. */
  readonly width: number;
  readonly height: number;
  /** Taps across and down. */
  readonly side: number;
  /** Factor of the output. */
  readonly scale: number;
}

/**
 * Filters a plane of integer field sums: `out[y][x] = scale * sum over dy, dx of taps[dy][dx] * sums[y + dy][x + dx]`, every
 * product and sum rounded to f32, taps in order, bit-equal to `filterSumsReference`.
 * @param sums shape [height + side - 1, width + side - 1], on the pool
 * @param taps shape [side, side], on the pool
 * @param out shape [height, width], on the pool
 * @throws INVALID_ARGUMENT for arrays that are too short
 */
export function filterSums(
  pool: ComputePool,
  sums: Int32Array,
  taps: Float32Array,
  { width, height, side, scale }: FilterShape,
  out: Float32Array,
): void {
  const fullWidth = width + side - 1;
  const wanted = [fullWidth * (height + side - 1), side * side, width * height] as const;
  if (sums.length < wanted[0] || taps.length < wanted[1] || out.length < wanted[2]) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `a filter of ${side} x ${side} taps to ${width} x ${height} numbers needs ${wanted.join(', ')} sums, taps and ` +
        `numbers; there are ${sums.length}, ${taps.length}, ${out.length}`,
    );
  }
  const [from, kernel, to] = [sums, taps, out].map((array) => pool.pointer(array)) as [number, number, number];
  pool.run('filterSums', height, from, fullWidth, kernel, side, scale, width, to);
}
