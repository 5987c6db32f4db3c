// Projection of many binary patterns by the method of the Four Russians: for each group of g mirrors a table of all 2^g
// partial sums of their columns, then one table row added per pattern and group. The first mirror of a group is the most
// significant bit of the table's index, as in a bit-packed pattern. Columns are generated: with this many patterns that
// takes no longer than reading them from memory.
//
// A row is 128 bytes: the sums of 32 pixels in 16 bits, real and then imaginary.

import { ENTRIES_A_FLUSH, generateColumns } from './dense-entries';
import { flush8, storeStrip } from './strips';

const ROW: usize = 128;
const GROUPS: i32 = 8;

// Places in the scratch memory, for up to 256 patterns.
const COLUMNS: usize = 1 << 16;
const NARROW: usize = COLUMNS + (1 << 12);
const WIDE: usize = NARROW + (1 << 15);

/** 16 bytes of the row of a single mirror. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function rowOf(columns: usize, mirror: usize): v128 {
  return v128.load8x8_s(columns + (mirror << 6));
}

/** 16 bytes of eight rows: `base`, and with it all sums of three mirrors. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function storeEight(
  row: usize, base: v128, x1: v128, x2: v128, x3: v128, x4: v128, x5: v128, x6: v128, x7: v128,
): void {
  v128.store(row, base);
  v128.store(row, i16x8.add(base, x1), ROW);
  v128.store(row, i16x8.add(base, x2), 2 * ROW);
  v128.store(row, i16x8.add(base, x3), 3 * ROW);
  v128.store(row, i16x8.add(base, x4), 4 * ROW);
  v128.store(row, i16x8.add(base, x5), 5 * ROW);
  v128.store(row, i16x8.add(base, x6), 6 * ROW);
  v128.store(row, i16x8.add(base, x7), 7 * ROW);
}

/** All partial sums of `bits` mirrors, eight rows at a time: each costs one addition. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function buildTable(columns: usize, bits: i32, table: usize): void {
  const last = <usize>bits - 1;
  for (const end = table + ROW; table < end; table += 16) {
    const x1 = rowOf(columns, last), x2 = rowOf(columns, last - 1), x4 = rowOf(columns, last - 2);
    const x3 = i16x8.add(x1, x2), x5 = i16x8.add(x4, x1), x6 = i16x8.add(x4, x2), x7 = i16x8.add(x4, x3);
    const x8 = rowOf(columns, last - 3);
    storeEight(table, i64x2.splat(0), x1, x2, x3, x4, x5, x6, x7);
    storeEight(table + 8 * ROW, x8, x1, x2, x3, x4, x5, x6, x7);
    if (bits >= 5) {
      const x16 = rowOf(columns, last - 4), x24 = i16x8.add(x16, x8);
      storeEight(table + 16 * ROW, x16, x1, x2, x3, x4, x5, x6, x7);
      storeEight(table + 24 * ROW, x24, x1, x2, x3, x4, x5, x6, x7);
      if (bits == 6) {
        const x32 = rowOf(columns, last - 5);
        storeEight(table + 32 * ROW, x32, x1, x2, x3, x4, x5, x6, x7);
        storeEight(table + 40 * ROW, i16x8.add(x32, x8), x1, x2, x3, x4, x5, x6, x7);
        storeEight(table + 48 * ROW, i16x8.add(x32, x16), x1, x2, x3, x4, x5, x6, x7);
        storeEight(table + 56 * ROW, i16x8.add(x32, x24), x1, x2, x3, x4, x5, x6, x7);
      }
    }
    columns += 8;
  }
}

/** Adds 16 bytes of one row of each group to a pattern's sums. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function addAt(
  sums: usize, a: usize, b: usize, c: usize, d: usize, e: usize, f: usize, g: usize, h: usize, place: usize,
): void {
  const ab = i16x8.add(v128.load(a + place), v128.load(b + place));
  const cd = i16x8.add(v128.load(c + place), v128.load(d + place));
  const ef = i16x8.add(v128.load(e + place), v128.load(f + place));
  const gh = i16x8.add(v128.load(g + place), v128.load(h + place));
  const all = i16x8.add(i16x8.add(ab, cd), i16x8.add(ef, gh));
  v128.store(sums + place, i16x8.add(v128.load(sums + place), all));
}

/**
 * Adds one row of each of the eight groups to a pattern's sums. Everything is done on 16 bytes and stored before the next 16
 * bytes, since V8 moves loads up as far as the last store and would otherwise run out of registers.
 */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function addRows(sums: usize, indices: usize, table: usize): void {
  const a = table + <usize>load<u16>(indices), b = table + <usize>load<u16>(indices, 2);
  const c = table + <usize>load<u16>(indices, 4), d = table + <usize>load<u16>(indices, 6);
  const e = table + <usize>load<u16>(indices, 8), f = table + <usize>load<u16>(indices, 10);
  const g = table + <usize>load<u16>(indices, 12), h = table + <usize>load<u16>(indices, 14);
  addAt(sums, a, b, c, d, e, f, g, h, 0);
  addAt(sums, a, b, c, d, e, f, g, h, 16);
  addAt(sums, a, b, c, d, e, f, g, h, 32);
  addAt(sums, a, b, c, d, e, f, g, h, 48);
  addAt(sums, a, b, c, d, e, f, g, h, 64);
  addAt(sums, a, b, c, d, e, f, g, h, 80);
  addAt(sums, a, b, c, d, e, f, g, h, 96);
  addAt(sums, a, b, c, d, e, f, g, h, 112);
}

/** Adds one block of mirrors, whose columns are at `columns`, to the narrow sums of every pattern. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function addBlock(scratch: usize, columns: usize, bits: i32, indices: usize, patterns: i32): void {
  for (let group = 0; group < GROUPS; group++) {
    buildTable(columns + (<usize>(group * bits) << 6), bits, scratch + (<usize>(group << bits) << 7));
  }
  const sums = scratch + NARROW, end = sums + <usize>patterns * ROW;
  for (let at = sums; at < end; at += ROW) {
    addRows(at, indices, scratch);
    indices += <usize>GROUPS << 1;
  }
}

/** Adds 16-bit sums to 32-bit ones and clears them. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function flushSums(from: usize, bytes: usize, wide: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    flush8(wide + (at << 1), v128.load(from + at));
    v128.store(from + at, i64x2.splat(0));
  }
}

// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function denseStrip(scratch: usize, bits: i32, blocks: i32, strip: i32, keys: usize, indices: usize, patterns: i32): void {
  const block = bits * GROUPS, blocksAFlush = ENTRIES_A_FLUSH / block;
  const bytes = <usize>patterns * ROW;
  memory.fill(scratch + NARROW, 0, bytes);
  memory.fill(scratch + WIDE, 0, bytes << 1);
  for (let b = 0; b < blocks; b++) {
    generateColumns(keys + (<usize>(b * block) << 3), block, strip, scratch + COLUMNS, 64);
    addBlock(scratch, scratch + COLUMNS, bits, indices + (<usize>b * <usize>patterns << 4), patterns);
    if ((b + 1) % blocksAFlush == 0 || b == blocks - 1) flushSums(scratch + NARROW, bytes, scratch + WIDE);
  }
}

/**
 * Integer sums of up to 256 patterns on one strip (a tile). Planes are [pattern][stride] 32-bit numbers. `active` is for the signs
 * medium.
 */
export function projectPatterns(
  tile: i32, scratch: usize,
  strips: usize, keys: usize,
  bits: i32, blocks: i32, indices: usize, patterns: i32, real: usize, imaginary: usize, stride: i32, active: usize,
): void {
  const record = strips + (<usize>tile << 4);
  const strip = load<i32>(record);
  if (bits == 4) denseStrip(scratch, 4, blocks, strip, keys, indices, patterns);
  else if (bits == 5) denseStrip(scratch, 5, blocks, strip, keys, indices, patterns);
  else denseStrip(scratch, 6, blocks, strip, keys, indices, patterns);
  const line = <usize>stride << 2;
  for (let pattern: usize = 0; pattern < <usize>patterns; pattern++) {
    storeStrip(record, scratch + WIDE + (pattern << 8), 32, real + pattern * line, imaginary + pattern * line);
  }
}
