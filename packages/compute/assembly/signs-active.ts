// A single pattern through the signs medium: positive signs of the listed mirrors are counted in bit planes. Plane i holds
// bit i of 128 counts at once, and eight columns enter by a tree of full adders (Harley and Seal's counting).

import { bitsToBytes, signBits, signWords } from './signs-entries';
import { countsToSums, flush16 } from './signs-four-russians';
import { storeStrip } from './strips';

/** Strips that are generated together. */
const STRIPS_A_TILE: i32 = 8;
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

/** Adds 2^shift x bit of a plane to 128 counts of 32 bits. */
// @ts-ignore: decorator
@inline
function expandPlane(plane: v128, shift: i32, counts: usize): void {
  flush16(counts, i8x16.shl(bitsToBytes(plane, 0), shift));
  flush16(counts + 64, i8x16.shl(bitsToBytes(plane, 1), shift));
  flush16(counts + 128, i8x16.shl(bitsToBytes(plane, 2), shift));
  flush16(counts + 192, i8x16.shl(bitsToBytes(plane, 3), shift));
  flush16(counts + 256, i8x16.shl(bitsToBytes(plane, 4), shift));
  flush16(counts + 320, i8x16.shl(bitsToBytes(plane, 5), shift));
  flush16(counts + 384, i8x16.shl(bitsToBytes(plane, 6), shift));
  flush16(counts + 448, i8x16.shl(bitsToBytes(plane, 7), shift));
}

/** Adds at most 248 listed mirrors to a strip's 128 counts. `columns` is 0 where they are generated. */
// @ts-ignore: decorator
@inline
function countListed(columns: usize, words: v128, keys: usize, list: usize, stop: usize, counts: usize): void {
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

/** Sums of listed mirrors, generated, on neighbouring records of strips of 64 pixels: 512 bytes each at `sums`. */
function sumGenerated(records: usize, strips: i32, shift: i32, keys: usize, list: usize, count: i32, sums: usize): void {
  memory.fill(sums, 0, <usize>strips << 9);
  const end = list + (<usize>count << 2);
  for (; list < end; list += COLUMNS_A_FLUSH << 2) {
    const stop = min(list + (COLUMNS_A_FLUSH << 2), end);
    for (let s: usize = 0; s < <usize>strips; s++) {
      countListed(0, signWords(load<i32>(records + (s << 4)) >> shift), keys, list, stop, sums + (s << 9));
    }
  }
  for (let s: usize = 0; s < <usize>strips; s++) countsToSums(sums + (s << 9), count);
}

/** Integer sums of one pattern, given as its list, on one strip in memory (a tile). */
export function signsActive(
  tile: i32, scratch: usize,
  strips: usize, stripCount: i32, mirrors: i32, matrix: usize, together: i32,
  list: usize, count: i32, real: usize, imaginary: usize,
): void {
  const columns = matrix + ((<usize>tile * <usize>mirrors) << 4);
  memory.fill(scratch, 0, 512);
  const end = list + (<usize>count << 2);
  for (let at = list; at < end; at += COLUMNS_A_FLUSH << 2) {
    countListed(columns, i64x2.splat(0), 0, at, min(at + (COLUMNS_A_FLUSH << 2), end), scratch);
  }
  countsToSums(scratch, count);
  storeStrip(strips + (<usize>tile << 4), scratch, 64, real, imaginary);
}

/** The same on eight strips (a tile) that are generated. */
export function generateSignsActive(
  tile: i32, scratch: usize,
  strips: usize, stripCount: i32, keys: usize, list: usize, count: i32, real: usize, imaginary: usize,
): void {
  const first = tile * STRIPS_A_TILE;
  const records = strips + (<usize>first << 4);
  const taken = min(STRIPS_A_TILE, stripCount - first);
  sumGenerated(records, taken, 0, keys, list, count, scratch);
  for (let s: usize = 0; s < <usize>taken; s++) storeStrip(records + (s << 4), scratch + (s << 9), 64, real, imaginary);
}

/**
 * Columns of the effective matrix as of effectiveColumns, whose strips have 32 pixels: half of what a strip of 64 gives is
 * kept.
 */
export function signsEffective(
  tile: i32, scratch: usize,
  strips: usize, stripCount: i32, keys: usize, list: usize, offsets: usize, macros: i32, out: usize,
): void {
  const first = tile * STRIPS_A_TILE;
  const records = strips + (<usize>first << 4);
  const taken = min(STRIPS_A_TILE, stripCount - first);
  for (let macro: usize = 0; macro < <usize>macros; macro++) {
    const from = load<u32>(offsets + (macro << 2)), end = load<u32>(offsets + (macro << 2), 4);
    sumGenerated(records, taken, 1, keys, list + (<usize>from << 2), end - from, scratch);
    for (let s: usize = 0; s < <usize>taken; s++) {
      const half = scratch + (s << 9) + (<usize>(load<i32>(records + (s << 4)) & 1) << 7);
      const target = out + (((<usize>first + s) * <usize>macros + macro) << 8);
      memory.copy(target, half, 128);
      memory.copy(target + 128, half + 256, 128);
    }
  }
}
