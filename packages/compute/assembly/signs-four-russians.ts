// Projection of many patterns through the signs medium: the Four Russians as in four-russians.ts, on counts of positive
// signs instead of sums. A count of up to 255 mirrors fits a byte, so a table row of 128 bytes holds 64 pixels.

import { bitsToBytes, generateSigns } from './signs-entries';
import { storeStrip } from './strips';

const BITS: i32 = 6;
const GROUPS: i32 = 8;
const MIRRORS_A_BLOCK: i32 = BITS * GROUPS;
const BLOCKS_A_FLUSH: i32 = 255 / MIRRORS_A_BLOCK;
const ROW: usize = 128;
const COUNTS8: usize = 1 << 16;
const COUNTS32: usize = COUNTS8 + (1 << 15);
const COLUMNS: usize = COUNTS32 + (1 << 17);

/** All partial counts of a group's columns of 16 bytes of bits, as rows of 128 bytes. */
// @ts-ignore: decorator
@inline
function buildTable(columns: usize, table: usize): void {
  for (let at: usize = 0; at < ROW; at += 16) v128.store(table + at, i8x16.splat(0));
  for (let bit = 0; bit < BITS; bit++) {
    const column = v128.load(columns + (<usize>(BITS - 1 - bit) << 4));
    const size = ROW << bit;
    addColumn(table, size, bitsToBytes(column, 0), 0);
    addColumn(table, size, bitsToBytes(column, 1), 16);
    addColumn(table, size, bitsToBytes(column, 2), 32);
    addColumn(table, size, bitsToBytes(column, 3), 48);
    addColumn(table, size, bitsToBytes(column, 4), 64);
    addColumn(table, size, bitsToBytes(column, 5), 80);
    addColumn(table, size, bitsToBytes(column, 6), 96);
    addColumn(table, size, bitsToBytes(column, 7), 112);
  }
}

// @ts-ignore: decorator
@inline
function addColumn(table: usize, size: usize, counts: v128, place: usize): void {
  for (let at = place; at < size; at += ROW) v128.store(table + size + at, i8x16.add(v128.load(table + at), counts));
}

/** Adds one row of each group to four vectors of counts. */
// @ts-ignore: decorator
@inline
function addRows(counts: usize, indices: usize, table: usize): void {
  let a = v128.load(counts), b = v128.load(counts, 16), c = v128.load(counts, 32), d = v128.load(counts, 48);
  const end = indices + (<usize>GROUPS << 1);
  do {
    const x = table + <usize>load<u16>(indices), y = table + <usize>load<u16>(indices, 2);
    a = i8x16.add(a, v128.load(x));
    b = i8x16.add(b, v128.load(x, 16));
    c = i8x16.add(c, v128.load(x, 32));
    d = i8x16.add(d, v128.load(x, 48));
    a = i8x16.add(a, v128.load(y));
    b = i8x16.add(b, v128.load(y, 16));
    c = i8x16.add(c, v128.load(y, 32));
    d = i8x16.add(d, v128.load(y, 48));
    indices += 4;
  } while (indices < end);
  v128.store(counts, a);
  v128.store(counts, b, 16);
  v128.store(counts, c, 32);
  v128.store(counts, d, 48);
}

/** Adds 16 counts of a byte to 32-bit ones. */
// @ts-ignore: decorator
@inline
export function flush16(target: usize, counts: v128): void {
  const low = i16x8.extend_low_i8x16_u(counts), high = i16x8.extend_high_i8x16_u(counts);
  v128.store(target, i32x4.add(v128.load(target), i32x4.extend_low_i16x8_u(low)));
  v128.store(target, i32x4.add(v128.load(target, 16), i32x4.extend_high_i16x8_u(low)), 16);
  v128.store(target, i32x4.add(v128.load(target, 32), i32x4.extend_low_i16x8_u(high)), 32);
  v128.store(target, i32x4.add(v128.load(target, 48), i32x4.extend_high_i16x8_u(high)), 48);
}

/** Sums from 128 counts, in place: `active` mirrors of which c have sign + and the others - sum to 2 c - active. */
export function countsToSums(counts: usize, active: i32): void {
  const all = i32x4.splat(active);
  for (let at: usize = 0; at < 512; at += 16) {
    const c = v128.load(counts + at);
    v128.store(counts + at, i32x4.sub(i32x4.add(c, c), all));
  }
}

/** How many of the first `mirrors` bits of each pattern are set. One tile. */
export function countActive(
  tile: i32, scratch: usize, patterns: usize, patternBytes: i32, count: i32, mirrors: i32, out: usize,
): void {
  const whole = mirrors >> 3;
  for (let pattern = 0; pattern < count; pattern++) {
    const from = patterns + <usize>pattern * <usize>patternBytes;
    let sum = 0, byte = 0;
    for (; byte + 8 <= whole; byte += 8) sum += <i32>popcnt(load<u64>(from + <usize>byte));
    for (; byte < whole; byte++) sum += <i32>popcnt(<u32>load<u8>(from + <usize>byte));
    if (mirrors & 7) sum += <i32>popcnt(<u32>load<u8>(from + <usize>whole) & (0xff00 >> (mirrors & 7)) & 0xff);
    store<i32>(out + (<usize>pattern << 2), sum);
  }
}

/** Integer sums of up to 256 patterns on one strip (a tile); arguments as of projectPatterns. */
export function signsPatterns(
  tile: i32, scratch: usize,
  strips: usize, keys: usize, mirrors: i32, matrix: usize, cached: i32, together: i32,
  bits: i32, blocks: i32, indices: usize, patterns: i32, real: usize, imaginary: usize, stride: i32, active: usize,
): void {
  const record = strips + (<usize>tile << 4);
  const strip = load<i32>(record);
  const columns = tile < cached ? matrix + ((<usize>tile * <usize>mirrors) << 4) : 0;
  const counts8 = scratch + COUNTS8, counts32 = scratch + COUNTS32;
  const bytes = <usize>patterns * ROW;
  memory.fill(counts8, 0, bytes);
  memory.fill(counts32, 0, bytes << 2);
  for (let block = 0; block < blocks; block++) {
    let source = columns + ((<usize>block * <usize>MIRRORS_A_BLOCK) << 4);
    if (columns == 0) {
      source = scratch + COLUMNS;
      generateSigns(keys + ((<usize>block * <usize>MIRRORS_A_BLOCK) << 3), MIRRORS_A_BLOCK, strip, source);
    }
    for (let group = 0; group < GROUPS; group++) {
      buildTable(source + (<usize>(group * BITS) << 4), scratch + (<usize>(group << BITS) << 7));
    }
    let index = indices + ((<usize>block * <usize>patterns * <usize>GROUPS) << 1);
    for (let counts = counts8; counts < counts8 + bytes; counts += ROW) {
      addRows(counts, index, scratch);
      addRows(counts + 64, index, scratch + 64);
      index += <usize>GROUPS << 1;
    }
    if (block % BLOCKS_A_FLUSH == BLOCKS_A_FLUSH - 1 || block == blocks - 1) {
      for (let at: usize = 0; at < bytes; at += 16) {
        flush16(counts32 + (at << 2), v128.load(counts8 + at));
        v128.store(counts8 + at, i8x16.splat(0));
      }
    }
  }
  const line = <usize>stride << 2;
  for (let pattern: usize = 0; pattern < <usize>patterns; pattern++) {
    const sums = counts32 + (pattern << 9);
    countsToSums(sums, load<i32>(active + (pattern << 2)));
    storeStrip(record, sums, 64, real + pattern * line, imaginary + pattern * line);
  }
}
