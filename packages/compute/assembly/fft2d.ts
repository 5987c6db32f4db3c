// Two-dimensional Fourier transforms, one dimension a pass. Between passes a matrix [rows, columns] lies as cells [columns / 4]
// [rows], four neighbouring columns of a row in a cell: what a pass transforms lies side by side, and it leaves the transposed
// matrix in the same form, ready for the other dimension. A tile is sixteen columns unless said. In the first pass of a round every
// entry may be multiplied by i^k, k two random bits of its number under two keys.

import { CELL, transformColumns, workBytes } from './fft';
import { hash4 } from './hash';

const GROUPS: i32 = 4;

/** Stores four numbers as a cell, multiplied by i^k with k two random bits of the hash of each one's place. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function storeCell(cell: usize, re: v128, im: v128, place: i32, key0: v128, key1: v128): void {
  const bits = hash4(i32x4.add(i32x4.splat(place), i32x4(0, 1, 2, 3)), key0, key1);
  const swap = i32x4.shr_s(i32x4.shl(bits, 1), 31);
  // i (a + i b) = -b + i a, and the sign bit turns by half a circle
  const sign = v128.and(bits, i32x4.splat(0x80000000));
  v128.store(cell, v128.xor(v128.bitselect(f32x4.neg(im), re, swap), sign));
  v128.store(cell, v128.xor(v128.bitselect(re, im, swap), sign), 16);
}

/** Transforms the cells of group `group` of `columns` / 4 and writes cells of the transposed matrix. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function toCells(cells: usize, group: i32, n: i32, columns: i32, table: usize, work: usize, out: usize): void {
  const to = out + <usize>group * 4 * CELL;
  transformColumns(cells, n, table, work, to, to + 16, CELL, <usize>columns * CELL);
}

/** First pass from the bits of a pattern, most significant first: 1 where a mirror is on, 0 elsewhere and beyond `mirrors`. */
export function fftFromBits(
  tile: i32, scratch: usize,
  pattern: usize, mirrors: i32, out: usize, n: i32, columns: i32, table: usize, key0: u32, key1: u32,
): void {
  const cells = scratch + workBytes(n);
  const k0 = i32x4.splat(key0), k1 = i32x4.splat(key1);
  const zero = i32x4.splat(0), one = f32x4.splat(1);
  for (let group = tile * GROUPS; group < (tile + 1) * GROUPS; group++) {
    for (let row = 0; row < n; row++) {
      const place = row * columns + 4 * group;
      const cell = cells + <usize>row * CELL;
      if (place >= mirrors) {
        v128.store(cell, zero);
        v128.store(cell, zero, 16);
        continue;
      }
      const four = <i32>load<u8>(pattern + (<usize>place >> 3)) >> (4 - (place & 4));
      const on = i32x4.ne(v128.and(i32x4.splat(four), i32x4(8, 4, 2, 1)), zero);
      const there = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(mirrors - place));
      storeCell(cell, v128.and(v128.and(on, there), one), zero, place, k0, k1);
    }
    toCells(cells, group, n, columns, table, scratch, out);
  }
}

/** First pass from planes of real and imaginary parts, row-major. */
export function fftFromPlanes(
  tile: i32, scratch: usize,
  real: usize, imaginary: usize, out: usize, n: i32, columns: i32, table: usize, turn: i32, key0: u32, key1: u32,
): void {
  const cells = scratch + workBytes(n);
  const k0 = i32x4.splat(key0), k1 = i32x4.splat(key1);
  for (let group = tile * GROUPS; group < (tile + 1) * GROUPS; group++) {
    for (let row = 0; row < n; row++) {
      const place = row * columns + 4 * group;
      const cell = cells + <usize>row * CELL;
      const re = v128.load(real + (<usize>place << 2)), im = v128.load(imaginary + (<usize>place << 2));
      if (turn != 0) storeCell(cell, re, im, place, k0, k1);
      else {
        v128.store(cell, re);
        v128.store(cell, im, 16);
      }
    }
    toCells(cells, group, n, columns, table, scratch, out);
  }
}

/** A pass from cells to cells; a first one if it turns. */
export function fftCells(
  tile: i32, scratch: usize,
  from: usize, out: usize, n: i32, columns: i32, table: usize, turn: i32, key0: u32, key1: u32,
): void {
  const turned = scratch + workBytes(n);
  const k0 = i32x4.splat(key0), k1 = i32x4.splat(key1);
  for (let group = tile * GROUPS; group < (tile + 1) * GROUPS; group++) {
    const cells = from + <usize>group * <usize>n * CELL;
    if (turn == 0) {
      toCells(cells, group, n, columns, table, scratch, out);
      continue;
    }
    for (let row = 0; row < n; row++) {
      const at = <usize>row * CELL;
      storeCell(turned + at, v128.load(cells + at), v128.load(cells + at, 16), row * columns + 4 * group, k0, k1);
    }
    toCells(turned, group, n, columns, table, scratch, out);
  }
}

/** Last pass from cells to planes. */
export function fftToPlanes(
  tile: i32, scratch: usize, from: usize, real: usize, imaginary: usize, n: i32, columns: i32, table: usize,
): void {
  const line = <usize>n << 2;
  for (let group = tile * GROUPS; group < (tile + 1) * GROUPS; group++) {
    const to = <usize>group * 4 * line;
    const cells = from + <usize>group * <usize>n * CELL;
    transformColumns(cells, n, table, scratch, real + to, imaginary + to, line, 16);
  }
}

/**
 * Last pass from cells to integers. A tile is a group of four lines of the result, of which pieces are wanted: a record of
 * `groups` is three words, number of the group, first piece and how many; a piece is three words, first number in the four lines, how
 * many, and where they go in a line of output. Numbers are multiplied by `scale` and rounded.
 */
export function fftToSums(
  tile: i32, scratch: usize,
  from: usize, groups: usize, pieces: usize, real: usize, imaginary: usize, scale: f32, n: i32, columns: i32, table: usize,
): void {
  const record = groups + <usize>tile * 12;
  const group = <usize>load<i32>(record), count = <usize>load<i32>(record, 8);
  const line = <usize>n << 2;
  const lines = scratch + workBytes(n);
  transformColumns(from + group * <usize>n * CELL, n, table, scratch, lines, lines + 4 * line, line, 16);
  let piece = pieces + <usize>load<i32>(record, 4) * 12;
  for (let i: usize = 0; i < count; i++, piece += 12) {
    const first = <usize>load<i32>(piece) << 2, bytes = <usize>load<i32>(piece, 4) << 2, to = <usize>load<i32>(piece, 8) << 2;
    roundTo(lines + first, bytes, scale, real + to);
    roundTo(lines + 4 * line + first, bytes, scale, imaginary + to);
  }
}

// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function roundTo(from: usize, bytes: usize, scale: f32, to: usize): void {
  let at: usize = 0;
  const s = f32x4.splat(scale);
  for (; at + 16 <= bytes; at += 16) {
    v128.store(to + at, i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(from + at), s))));
  }
  for (; at < bytes; at += 4) store<i32>(to + at, <i32>nearest<f32>(load<f32>(from + at) * scale));
}
