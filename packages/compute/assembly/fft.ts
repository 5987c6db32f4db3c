// Fourier transform of columns in f32, split planes of real and imaginary parts, row-major. Sixteen columns are copied to
// scratch memory, four side by side in a vector, transformed there, and written as rows of the transposed matrix: doing that
// twice transforms both dimensions and brings rows back to rows.

import { hash4 } from './hash';

const TILE: i32 = 16;
/** A cell of scratch: four real parts, then four imaginary ones. */
const CELL: usize = 32;

/**
 * One radix-4 stage of Stockham's self-sorting transform: `length` points that lie `stride` cells apart, `stride` transforms
 * interleaved, from x to y. `table` has cos(2 pi k / n), `table + 4 n` -sin(2 pi k / n).
 */
function stage4(x: usize, y: usize, length: i32, stride: i32, n: i32, table: usize): void {
  const quarter = <usize>(length >> 2);
  const jump = quarter * <usize>stride * CELL, step = <usize>stride * CELL;
  const sines = table + (<usize>n << 2);
  butterflies(x, y, jump, step, false, 0, 0, 0);
  for (let p: usize = 1; p < quarter; p++) {
    butterflies(x + p * step, y + 4 * p * step, jump, step, true, table, sines, (p * <usize>stride) << 2);
  }
}

/** Radix-4 butterflies of `step` bytes of cells; the results but the first are turned by the table's entries at k, 2 k, 3 k. */
// @ts-ignore: decorator
@inline
function butterflies(
  from: usize, to: usize, jump: usize, step: usize, turn: bool, cosines: usize, sines: usize, k: usize,
): void {
  let c1 = f32x4.splat(1), c2 = c1, c3 = c1, s1 = f32x4.splat(0), s2 = s1, s3 = s1;
  if (turn) {
    c1 = v128.load32_splat(cosines + k);
    s1 = v128.load32_splat(sines + k);
    c2 = v128.load32_splat(cosines + 2 * k);
    s2 = v128.load32_splat(sines + 2 * k);
    c3 = v128.load32_splat(cosines + 3 * k);
    s3 = v128.load32_splat(sines + 3 * k);
  }
  const end = from + step;
  while (from < end) {
    const b = from + jump, c = b + jump, d = c + jump;
    const ar = v128.load(from), ai = v128.load(from, 16), cr = v128.load(c), ci = v128.load(c, 16);
    const evenR = f32x4.add(ar, cr), evenI = f32x4.add(ai, ci), oddR = f32x4.sub(ar, cr), oddI = f32x4.sub(ai, ci);
    const br = v128.load(b), bi = v128.load(b, 16), dr = v128.load(d), di = v128.load(d, 16);
    const sumR = f32x4.add(br, dr), sumI = f32x4.add(bi, di), difR = f32x4.sub(br, dr), difI = f32x4.sub(bi, di);
    v128.store(to, f32x4.add(evenR, sumR));
    v128.store(to, f32x4.add(evenI, sumI), 16);
    // odd -+ i dif
    storeTurned(to + step, f32x4.add(oddR, difI), f32x4.sub(oddI, difR), turn, c1, s1);
    storeTurned(to + 2 * step, f32x4.sub(evenR, sumR), f32x4.sub(evenI, sumI), turn, c2, s2);
    storeTurned(to + 3 * step, f32x4.sub(oddR, difI), f32x4.add(oddI, difR), turn, c3, s3);
    from += CELL;
    to += CELL;
  }
}

// @ts-ignore: decorator
@inline
function storeTurned(to: usize, re: v128, im: v128, turn: bool, c: v128, s: v128): void {
  v128.store(to, turn ? f32x4.sub(f32x4.mul(re, c), f32x4.mul(im, s)) : re);
  v128.store(to, turn ? f32x4.add(f32x4.mul(re, s), f32x4.mul(im, c)) : im, 16);
}

/** The last stage where n is no power of 4: points half the cells apart. */
function stage2(x: usize, y: usize, stride: i32): void {
  const half = <usize>stride * CELL;
  for (let at: usize = 0; at < half; at += 16) {
    const a = v128.load(x + at), b = v128.load(x + half + at);
    v128.store(y + at, f32x4.add(a, b));
    v128.store(y + half + at, f32x4.sub(a, b));
  }
}

/** Transforms n cells at x with room at y; returns where the result is. */
function transform(x: usize, y: usize, n: i32, table: usize): usize {
  let length = n, stride = 1;
  while (length >= 4) {
    stage4(x, y, length, stride, n, table);
    const swap = x;
    x = y;
    y = swap;
    length >>= 2;
    stride <<= 2;
  }
  if (length == 2) {
    stage2(x, y, stride);
    return y;
  }
  return x;
}

/** Rows c ... c + 3 of the output get the four columns of a vector: 4 x 4 numbers at a time. */
// @ts-ignore: decorator
@inline
function storeTransposed(cells: usize, part: usize, n: i32, out: usize): void {
  const row = <usize>n << 2;
  for (let i: usize = 0; i < <usize>n; i += 4) {
    const from = cells + i * CELL + part;
    const a = v128.load(from), b = v128.load(from, 32), c = v128.load(from, 64), d = v128.load(from, 96);
    const ab01 = v128.shuffle<i32>(a, b, 0, 4, 1, 5), ab23 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const cd01 = v128.shuffle<i32>(c, d, 0, 4, 1, 5), cd23 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    const to = out + (i << 2);
    v128.store(to, v128.shuffle<i64>(ab01, cd01, 0, 2));
    v128.store(to + row, v128.shuffle<i64>(ab01, cd01, 1, 3));
    v128.store(to + 2 * row, v128.shuffle<i64>(ab23, cd23, 0, 2));
    v128.store(to + 3 * row, v128.shuffle<i64>(ab23, cd23, 1, 3));
  }
}

/** Copies four numbers of a row to a cell, multiplied by i^k with k two random bits of each place's hash if asked. */
// @ts-ignore: decorator
@inline
function copyCell(re: v128, im: v128, place: i32, turn: bool, key0: v128, key1: v128, cell: usize): void {
  if (turn) {
    const bits = hash4(i32x4.add(i32x4.splat(place), i32x4(0, 1, 2, 3)), key0, key1);
    const swap = i32x4.shr_s(i32x4.shl(bits, 1), 31);
    // i (a + i b) = -b + i a, and the sign bit turns by half a circle
    const a = v128.bitselect(f32x4.neg(im), re, swap), b = v128.bitselect(re, im, swap);
    const sign = v128.and(bits, i32x4.splat(0x80000000));
    re = v128.xor(a, sign);
    im = v128.xor(b, sign);
  }
  v128.store(cell, re);
  v128.store(cell, im, 16);
}

/**
 * Transforms 16 columns (a tile) of an n x columns matrix and writes them as rows of a columns x n one. If `turn` is set, entry
 * (row, column) is first multiplied by i^k, k random bits of its number under two keys.
 */
export function fftColumns(
  tile: i32, scratch: usize,
  real: usize, imaginary: usize, outReal: usize, outImaginary: usize, n: i32, columns: i32, table: usize,
  turn: i32, key0: u32, key1: u32,
): void {
  const first = tile * TILE;
  const group = <usize>n * CELL;
  const spare = scratch + 4 * group;
  const k0 = i32x4.splat(key0), k1 = i32x4.splat(key1);
  for (let row: usize = 0; row < <usize>n; row++) {
    const place = row * <usize>columns + <usize>first;
    const re = real + (place << 2), im = imaginary + (place << 2);
    let cell = scratch + row * CELL;
    for (let at: usize = 0; at < 64; at += 16) {
      copyCell(v128.load(re + at), v128.load(im + at), <i32>place + (<i32>at >> 2), turn != 0, k0, k1, cell);
      cell += group;
    }
  }
  const rowBytes = <usize>n << 2;
  for (let quad: usize = 0; quad < 4; quad++) {
    const cells = transform(scratch + quad * group, spare, n, table);
    const row = (<usize>first + 4 * quad) * rowBytes;
    storeTransposed(cells, 0, n, outReal + row);
    storeTransposed(cells, 16, n, outImaginary + row);
  }
}
