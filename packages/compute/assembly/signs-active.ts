// A single pattern through the signs medium: positive signs of the listed mirrors are counted in bit planes. Plane i holds
// bit i of 128 counts at once, and eight columns enter by a tree of full adders (Harley and Seal's counting).

import { bitsToBytes, signBits, signWords } from './signs-entries';
import { countsToSums, flush16 } from './signs-four-russians';
import { storeStrip } from './strips';

/** Columns that eight planes can count. */
const COLUMNS_A_FLUSH: usize = 248;

// @ts-ignore: decorator
@inline
function sumBit(a: v128, b: v128, c: v128): v128 {
  return v128.xor(v128.xor(a, b), c);
}

// @ts-ignore: decorator
@inline
function carryBit(a: v128, b: v128, c: v128): v128 {
  return v128.bitselect(c, a, v128.xor(a, b));
}

/** The sign bits of one listed mirror. */
// @ts-ignore: decorator
@inline
function column(columns: usize, words: v128, keys: usize, list: usize, offset: usize): v128 {
  const mirror = <usize>load<u32>(list + offset);
  return columns == 0 ? signBits(words, keys + (mirror << 3)) : v128.load(columns + (mirror << 4));
}

/** Adds weight x bit of a plane to 128 counts of 32 bits. */
// @ts-ignore: decorator
@inline
function expandPlane(plane: v128, weight: i32, counts: usize): void {
  const shift = weight;
  flush16(counts, i8x16.shl(bitsToBytes(plane, 0), shift));
  flush16(counts + 64, i8x16.shl(bitsToBytes(plane, 1), shift));
  flush16(counts + 128, i8x16.shl(bitsToBytes(plane, 2), shift));
  flush16(counts + 192, i8x16.shl(bitsToBytes(plane, 3), shift));
  flush16(counts + 256, i8x16.shl(bitsToBytes(plane, 4), shift));
  flush16(counts + 320, i8x16.shl(bitsToBytes(plane, 5), shift));
  flush16(counts + 384, i8x16.shl(bitsToBytes(plane, 6), shift));
  flush16(counts + 448, i8x16.shl(bitsToBytes(plane, 7), shift));
}

/** Counts of positive signs of listed mirrors on a strip: 128 32-bit numbers. `columns` is 0 where they are generated. */
// @ts-ignore: decorator
@inline
function countListed(columns: usize, words: v128, keys: usize, list: usize, count: i32, counts: usize): void {
  memory.fill(counts, 0, 512);
  const end = list + (<usize>count << 2);
  while (list < end) {
    const stop = min(list + (COLUMNS_A_FLUSH << 2), end);
    const zero = i64x2.splat(0);
    let ones = zero, twos = zero, fours = zero;
    let p3 = zero, p4 = zero, p5 = zero, p6 = zero, p7 = zero;
    for (; list + 32 <= stop; list += 32) {
      const a = column(columns, words, keys, list, 0), b = column(columns, words, keys, list, 4);
      const twosA = carryBit(ones, a, b);
      ones = sumBit(ones, a, b);
      const c = column(columns, words, keys, list, 8), d = column(columns, words, keys, list, 12);
      const twosB = carryBit(ones, c, d);
      ones = sumBit(ones, c, d);
      const foursA = carryBit(twos, twosA, twosB);
      twos = sumBit(twos, twosA, twosB);
      const e = column(columns, words, keys, list, 16), f = column(columns, words, keys, list, 20);
      const twosC = carryBit(ones, e, f);
      ones = sumBit(ones, e, f);
      const g = column(columns, words, keys, list, 24), h = column(columns, words, keys, list, 28);
      const twosD = carryBit(ones, g, h);
      ones = sumBit(ones, g, h);
      const foursB = carryBit(twos, twosC, twosD);
      twos = sumBit(twos, twosC, twosD);
      let carry = carryBit(fours, foursA, foursB);
      fours = sumBit(fours, foursA, foursB);
      let next = v128.and(p3, carry);
      p3 = v128.xor(p3, carry);
      carry = v128.and(p4, next);
      p4 = v128.xor(p4, next);
      next = v128.and(p5, carry);
      p5 = v128.xor(p5, carry);
      carry = v128.and(p6, next);
      p6 = v128.xor(p6, next);
      p7 = v128.xor(p7, carry);
    }
    for (; list < stop; list += 4) expandPlane(column(columns, words, keys, list, 0), 0, counts);
    expandPlane(ones, 0, counts);
    expandPlane(twos, 1, counts);
    expandPlane(fours, 2, counts);
    expandPlane(p3, 3, counts);
    expandPlane(p4, 4, counts);
    expandPlane(p5, 5, counts);
    expandPlane(p6, 6, counts);
    expandPlane(p7, 7, counts);
  }
}

/** Sums of listed mirrors on a strip. */
function sumListed(columns: usize, strip: i32, keys: usize, list: usize, count: i32, sums: usize): void {
  if (columns == 0) countListed(0, signWords(strip), keys, list, count, sums);
  else countListed(columns, i64x2.splat(0), keys, list, count, sums);
  countsToSums(sums, count);
}

/** Integer sums of one pattern, given as its list, on one strip (a tile); arguments as of projectActive. */
export function signsActive(
  tile: i32, scratch: usize,
  strips: usize, keys: usize, mirrors: i32, matrix: usize, cached: i32,
  list: usize, count: i32, real: usize, imaginary: usize,
): void {
  const record = strips + (<usize>tile << 4);
  const columns = tile < cached ? matrix + ((<usize>tile * <usize>mirrors) << 4) : 0;
  sumListed(columns, load<i32>(record), keys, list, count, scratch);
  storeStrip(record, scratch, 64, real, imaginary);
}

/**
 * Columns of the effective matrix as of effectiveColumns, whose strips have 32 pixels: half of what a strip of 64 gives is
 * kept.
 */
export function signsEffective(
  tile: i32, scratch: usize, strips: usize, keys: usize, list: usize, offsets: usize, macros: i32, out: usize,
): void {
  const strip = load<i32>(strips + (<usize>tile << 4));
  let target = out + ((<usize>tile * <usize>macros) << 8);
  const half = scratch + (<usize>(strip & 1) << 7);
  for (let macro: usize = 0; macro < <usize>macros; macro++) {
    const first = load<u32>(offsets + (macro << 2)), end = load<u32>(offsets + (macro << 2), 4);
    sumListed(0, strip >> 1, keys, list + (<usize>first << 2), end - first, scratch);
    memory.copy(target, half, 128);
    memory.copy(target + 128, half + 256, 128);
    target += 256;
  }
}
