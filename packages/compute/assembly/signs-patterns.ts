// Projection of many binary patterns through the signs medium by the method of the Four Russians (see four-russians.ts), in
// halves of bytes: a table's row counts, for each of a strip's 128 parts, the positive signs of those of five mirrors that are
// on. So three rows can be added before the halves overflow, a vector does 32 parts at a time, and the tables of 60 mirrors fit
// the nearest cache.
//
// Vector k of a row (k < 4) has parts 8 j + k and 8 j + k + 4 in the lower and upper half of byte j: that is what shifting a
// mirror's 128 sign bits gives. They are put in order when all mirrors were added.

import { countsToSums, generateSigns } from './signs-entries';
import { storeStrip } from './strips';

const ROW: usize = 64;
const GROUPS: usize = 12;
/** Mirrors of a group, and of a block: a block's tables are built together. */
const BITS: usize = 5;
const BLOCK: i32 = 60;
/** 240 mirrors: as many as narrow sums can take. */
const BLOCKS_A_FLUSH: i32 = 4;
/** 65520 mirrors: as many as 16 bits can count. */
const BLOCKS_A_WIDE_FLUSH: i32 = 273 * BLOCKS_A_FLUSH;

// Places in the scratch memory, for up to 256 patterns.
const NARROW: usize = GROUPS * (ROW << BITS);
const MIDDLE: usize = NARROW + (1 << 15);
const WIDE: usize = MIDDLE + (1 << 16);
const SIGNS: usize = WIDE + (1 << 17);
const ORDERED: usize = SIGNS + (1 << 10);

/** The lowest bit of each half of a byte, and the lower half. */
const MASKS: usize = memory.data<u32>(
  [0x11111111, 0x11111111, 0x11111111, 0x11111111, 0x0f0f0f0f, 0x0f0f0f0f, 0x0f0f0f0f, 0x0f0f0f0f], 16,
);

/** Vector `k` of the row of a single mirror, whose sign bits are at `signs`. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function rowOf(signs: usize, k: i32, lowest: v128): v128 {
  return v128.and(i16x8.shr_u(v128.load(signs), k), lowest);
}

/** Vectors of eight rows: `base`, and with it all sums of three mirrors. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function storeEight(
  row: usize, base: v128, x1: v128, x2: v128, x3: v128, x4: v128, x5: v128, x6: v128, x7: v128,
): void {
  v128.store(row, base);
  v128.store(row, i8x16.add(base, x1), ROW);
  v128.store(row, i8x16.add(base, x2), 2 * ROW);
  v128.store(row, i8x16.add(base, x3), 3 * ROW);
  v128.store(row, i8x16.add(base, x4), 4 * ROW);
  v128.store(row, i8x16.add(base, x5), 5 * ROW);
  v128.store(row, i8x16.add(base, x6), 6 * ROW);
  v128.store(row, i8x16.add(base, x7), 7 * ROW);
}

/** Vector `k` of all rows of a group's table. The first mirror is the most significant bit of a row's number. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function buildVectors(signs: usize, k: i32, lowest: v128, table: usize): void {
  const x1 = rowOf(signs + 64, k, lowest), x2 = rowOf(signs + 48, k, lowest), x4 = rowOf(signs + 32, k, lowest);
  const x3 = i8x16.add(x1, x2), x5 = i8x16.add(x4, x1), x6 = i8x16.add(x4, x2), x7 = i8x16.add(x4, x3);
  const x8 = rowOf(signs + 16, k, lowest), x16 = rowOf(signs, k, lowest);
  storeEight(table, i64x2.splat(0), x1, x2, x3, x4, x5, x6, x7);
  storeEight(table + 8 * ROW, x8, x1, x2, x3, x4, x5, x6, x7);
  storeEight(table + 16 * ROW, x16, x1, x2, x3, x4, x5, x6, x7);
  storeEight(table + 24 * ROW, i8x16.add(x16, x8), x1, x2, x3, x4, x5, x6, x7);
}

// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function buildTables(signs: usize, tables: usize): void {
  const lowest = v128.load(MASKS);
  for (let group: usize = 0; group < GROUPS; group++) {
    buildVectors(signs, 0, lowest, tables);
    buildVectors(signs, 1, lowest, tables + 16);
    buildVectors(signs, 2, lowest, tables + 32);
    buildVectors(signs, 3, lowest, tables + 48);
    signs += BITS << 4;
    tables += ROW << BITS;
  }
}

// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function addThree(a: usize, b: usize, c: usize, place: usize): v128 {
  return i8x16.add(i8x16.add(v128.load(a + place), v128.load(b + place)), v128.load(c + place));
}

/**
 * Adds vector place/16 of the rows to a pattern's narrow sums, of which there are two: lower halves in bytes, and everything in 16
 * bits without the lowest four. Where bytes have lower halves l0, l1 and upper ones u0, u1 the second is u0 + 16 l1 + 256 u1, from
 * which the first takes l1 away in the end: that saves masking the upper halves here.
 *
 * Each vector is stored before the next is begun, since V8 moves loads up as far as the last store and would otherwise run out of
 * registers.
 */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function addVectors(
  sums: usize, low: v128,
  a: usize, b: usize, c: usize, d: usize, e: usize, f: usize, g: usize, h: usize, i: usize, j: usize, k: usize, l: usize,
  place: usize,
): void {
  const x = addThree(a, b, c, place), y = addThree(d, e, f, place);
  const z = addThree(g, h, i, place), w = addThree(j, k, l, place);
  let lower = i8x16.add(v128.load(sums + place), v128.and(x, low));
  lower = i8x16.add(lower, v128.and(y, low));
  lower = i8x16.add(lower, v128.and(z, low));
  v128.store(sums + place, i8x16.add(lower, v128.and(w, low)));
  let rest = i16x8.add(v128.load(sums + place, 64), i16x8.shr_u(x, 4));
  rest = i16x8.add(rest, i16x8.shr_u(y, 4));
  rest = i16x8.add(rest, i16x8.shr_u(z, 4));
  v128.store(sums + place, i16x8.add(rest, i16x8.shr_u(w, 4)), 64);
}

/** Adds a block's rows to every pattern's narrow sums, 128 bytes each. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function addBlock(tables: usize, indices: usize, narrow: usize, patterns: i32): void {
  const low = v128.load(MASKS, 16);
  const end = narrow + (<usize>patterns << 7);
  for (let sums = narrow; sums < end; sums += 128) {
    const a = tables + <usize>load<u16>(indices), b = tables + <usize>load<u16>(indices, 2);
    const c = tables + <usize>load<u16>(indices, 4), d = tables + <usize>load<u16>(indices, 6);
    const e = tables + <usize>load<u16>(indices, 8), f = tables + <usize>load<u16>(indices, 10);
    const g = tables + <usize>load<u16>(indices, 12), h = tables + <usize>load<u16>(indices, 14);
    const i = tables + <usize>load<u16>(indices, 16), j = tables + <usize>load<u16>(indices, 18);
    const k = tables + <usize>load<u16>(indices, 20), l = tables + <usize>load<u16>(indices, 22);
    addVectors(sums, low, a, b, c, d, e, f, g, h, i, j, k, l, 0);
    addVectors(sums, low, a, b, c, d, e, f, g, h, i, j, k, l, 16);
    addVectors(sums, low, a, b, c, d, e, f, g, h, i, j, k, l, 32);
    addVectors(sums, low, a, b, c, d, e, f, g, h, i, j, k, l, 48);
    indices += GROUPS << 1;
  }
}

// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function add8(target: usize, counts: v128): void {
  v128.store(target, i16x8.add(v128.load(target), counts));
}

/** Adds narrow sums to 16-bit ones and clears them: of each vector even bytes' lower and upper halves, and then odd ones'. */
function flushNarrow(narrow: usize, patterns: i32, middle: usize): void {
  const end = narrow + (<usize>patterns << 7);
  for (let sums = narrow; sums < end; sums += 128) {
    for (let at = sums; at < sums + 64; at += 16) {
      const lower = v128.load(at), odd = i16x8.shr_u(lower, 8);
      const upper = i16x8.sub(v128.load(at, 64), i16x8.shl(odd, 4)), upperOdd = i16x8.shr_u(upper, 8);
      v128.store(at, i64x2.splat(0));
      v128.store(at, i64x2.splat(0), 64);
      add8(middle, i16x8.sub(lower, i16x8.shl(odd, 8)));
      add8(middle + 16, i16x8.sub(upper, i16x8.shl(upperOdd, 8)));
      add8(middle + 32, odd);
      add8(middle + 48, upperOdd);
      middle += 64;
    }
  }
}

/** Adds 16-bit sums to 32-bit ones and clears them. */
function flushMiddle(middle: usize, patterns: i32, wide: usize): void {
  const end = middle + (<usize>patterns << 8);
  for (; middle < end; middle += 16) {
    const counts = v128.load(middle);
    v128.store(middle, i64x2.splat(0));
    v128.store(wide, i32x4.add(v128.load(wide), i32x4.extend_low_i16x8_u(counts)));
    v128.store(wide, i32x4.add(v128.load(wide, 16), i32x4.extend_high_i16x8_u(counts)), 16);
    wide += 32;
  }
}

/**
 * The counts of a pattern's 128 parts in order. Vectors k = 0 ... 3 come 128 bytes apart with the counts of parts k, k + 16, ...,
 * then k + 4, k + 20, ..., and so on from k + 8 and k + 12: four vectors are transposed at a time.
 */
function orderCounts(wide: usize, ordered: usize): void {
  for (let from = wide; from < wide + 128; from += 16) {
    const a = v128.load(from), b = v128.load(from, 128), c = v128.load(from, 256), d = v128.load(from, 384);
    const ab = i32x4.shuffle(a, b, 0, 4, 1, 5), cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
    const ab2 = i32x4.shuffle(a, b, 2, 6, 3, 7), cd2 = i32x4.shuffle(c, d, 2, 6, 3, 7);
    const at = from - wide, target = ordered + ((at >> 5) << 4) + ((at & 16) << 4);
    v128.store(target, i64x2.shuffle(ab, cd, 0, 2));
    v128.store(target, i64x2.shuffle(ab, cd, 1, 3), 64);
    v128.store(target, i64x2.shuffle(ab2, cd2, 0, 2), 128);
    v128.store(target, i64x2.shuffle(ab2, cd2, 1, 3), 192);
  }
}

/**
 * As projectPatterns of the dense medium, with its indices for 12 groups of 5 mirrors and rows of 64 bytes; `active` has the
 * number of mirrors that are on in each pattern.
 */
export function signsPatterns(
  tile: i32, scratch: usize,
  strips: usize, keys: usize,
  bits: i32, blocks: i32, indices: usize, patterns: i32, real: usize, imaginary: usize, stride: i32, active: usize,
): void {
  const record = strips + (<usize>tile << 4);
  const strip = load<i32>(record);
  const narrow = scratch + NARROW, middle = scratch + MIDDLE, wide = scratch + WIDE;
  memory.fill(narrow, 0, <usize>patterns << 7);
  memory.fill(middle, 0, <usize>patterns << 8);
  memory.fill(wide, 0, <usize>patterns << 9);
  for (let block = 1; block <= blocks; block++) {
    generateSigns(keys, BLOCK, strip, scratch + SIGNS, 16);
    buildTables(scratch + SIGNS, scratch);
    addBlock(scratch, indices, narrow, patterns);
    if (block % BLOCKS_A_FLUSH == 0 || block == blocks) flushNarrow(narrow, patterns, middle);
    if (block % BLOCKS_A_WIDE_FLUSH == 0 || block == blocks) flushMiddle(middle, patterns, wide);
    keys += <usize>BLOCK << 3;
    indices += <usize>patterns * (GROUPS << 1);
  }
  const line = <usize>stride << 2, sums = scratch + ORDERED;
  for (let pattern: usize = 0; pattern < <usize>patterns; pattern++) {
    orderCounts(wide + (pattern << 9), sums);
    countsToSums(sums, load<i32>(active + (pattern << 2)));
    storeStrip(record, sums, 64, real + pattern * line, imaginary + pattern * line);
  }
}
