// Projection of many binary patterns by the method of the Four Russians: for each group of g mirrors a table of all 2^g
// partial sums of their columns, then one table row added per pattern and group. The first mirror of a group is the most
// significant bit of the table's index, as in a bit-packed pattern. Columns are generated: with this many patterns that
// takes no longer than reading them from memory.
//
// A row is 128 bytes. For the dense medium it has the sums of 32 pixels in 16 bits, real and then imaginary; for the signs
// medium the numbers of positive signs on 64 pixels in 8 bits.

import { ENTRIES_A_FLUSH, generateColumns } from './dense-entries';
import { countsToSums, generateSigns, SIGNS_A_FLUSH, signsToBytes } from './signs-entries';
import { flush8, storeStrip } from './strips';

const ROW: usize = 128;
const GROUPS: i32 = 8;
const INDEX_TILE: i32 = 64;

// Places in the scratch memory, for up to 256 patterns.
const COLUMNS: usize = 1 << 16;
const SIGNS: usize = COLUMNS + (1 << 13);
const NARROW: usize = COLUMNS + (1 << 14);
const MIDDLE: usize = NARROW + (1 << 15);
const WIDE: usize = MIDDLE + (1 << 16);

/**
 * Table offsets (u16) of every pattern in every block of eight groups: out[block][pattern][group]. `patterns` are bit-packed,
 * most significant bit first, `patternBytes` each. A tile is 64 blocks.
 */
export function groupIndices(
  tile: i32, scratch: usize,
  patterns: usize, patternBytes: i32, count: i32, mirrors: i32, bits: i32, blocks: i32, out: usize,
): void {
  const mask = (<u64>1 << bits) - 1;
  const end = min((tile + 1) * INDEX_TILE, blocks);
  for (let block = tile * INDEX_TILE; block < end; block++) {
    const byte = block * bits;
    let target = out + ((<usize>block * <usize>count * <usize>GROUPS) << 1);
    for (let pattern = 0; pattern < count; pattern++) {
      const from = patterns + <usize>pattern * <usize>patternBytes + <usize>byte;
      let word: u64 = 0;
      if (byte + 8 <= patternBytes) {
        word = bswap<u64>(load<u64>(from));
      } else {
        for (let i = 0; i < min(8, patternBytes - byte); i++) word |= <u64>load<u8>(from + <usize>i) << (56 - 8 * i);
      }
      const valid = mirrors - byte * 8;
      if (valid < 64) word &= ~(<u64>-1 >> valid);
      let shift = 64 - bits;
      for (let group = 0; group < GROUPS; group++) {
        const index = <u32>((word >> shift) & mask);
        store<u16>(target, <u16>(((<u32>group << bits) | index) << 7));
        target += 2;
        shift -= bits;
      }
    }
  }
}

/** 16 bytes of the row of a single mirror, `place` bytes into it. */
// @ts-ignore: decorator
@inline
function rowOf<T>(columns: usize, mirror: usize, place: usize): v128 {
  if (sizeof<T>() == 1) return v128.load(columns + (mirror << 7) + place);
  return v128.load8x8_s(columns + (mirror << 6) + (place >> 1));
}

/** All partial sums of `bits` mirrors, eight rows at a time: each costs one addition. */
// @ts-ignore: decorator
@inline
function buildTable<T>(columns: usize, bits: i32, table: usize): void {
  const last = <usize>bits - 1;
  const rounds = 1 << (bits - 3);
  for (let place: usize = 0; place < ROW; place += 16) {
    const x1 = rowOf<T>(columns, last, place), x2 = rowOf<T>(columns, last - 1, place);
    const x4 = rowOf<T>(columns, last - 2, place);
    const x3 = v128.add<T>(x1, x2), x5 = v128.add<T>(x4, x1), x6 = v128.add<T>(x4, x2), x7 = v128.add<T>(x4, x3);
    let base = i64x2.splat(0);
    let round = 0;
    while (true) {
      const row = table + place + (<usize>round << 10);
      v128.store(row, base);
      v128.store(row, v128.add<T>(base, x1), 128);
      v128.store(row, v128.add<T>(base, x2), 256);
      v128.store(row, v128.add<T>(base, x3), 384);
      v128.store(row, v128.add<T>(base, x4), 512);
      v128.store(row, v128.add<T>(base, x5), 640);
      v128.store(row, v128.add<T>(base, x6), 768);
      v128.store(row, v128.add<T>(base, x7), 896);
      if (++round == rounds) break;
      const known = table + place + (<usize>(round & (round - 1)) << 10);
      base = v128.add<T>(rowOf<T>(columns, last - 3 - <usize>ctz(round), place), v128.load(known));
    }
  }
}

/** Adds 16 bytes of one row of each group to a pattern's sums. */
// @ts-ignore: decorator
@inline
function addAt<T>(
  sums: usize, a: usize, b: usize, c: usize, d: usize, e: usize, f: usize, g: usize, h: usize, place: usize,
): void {
  const ab = v128.add<T>(v128.load(a + place), v128.load(b + place));
  const cd = v128.add<T>(v128.load(c + place), v128.load(d + place));
  const ef = v128.add<T>(v128.load(e + place), v128.load(f + place));
  const gh = v128.add<T>(v128.load(g + place), v128.load(h + place));
  const all = v128.add<T>(v128.add<T>(ab, cd), v128.add<T>(ef, gh));
  v128.store(sums + place, v128.add<T>(v128.load(sums + place), all));
}

/**
 * Adds one row of each of the eight groups to a pattern's sums. Everything is done on 16 bytes and stored before the next 16
 * bytes, since V8 moves loads up as far as the last store and would otherwise run out of registers.
 */
// @ts-ignore: decorator
@inline
function addRows<T>(sums: usize, indices: usize, table: usize): void {
  const a = table + <usize>load<u16>(indices), b = table + <usize>load<u16>(indices, 2);
  const c = table + <usize>load<u16>(indices, 4), d = table + <usize>load<u16>(indices, 6);
  const e = table + <usize>load<u16>(indices, 8), f = table + <usize>load<u16>(indices, 10);
  const g = table + <usize>load<u16>(indices, 12), h = table + <usize>load<u16>(indices, 14);
  addAt<T>(sums, a, b, c, d, e, f, g, h, 0);
  addAt<T>(sums, a, b, c, d, e, f, g, h, 16);
  addAt<T>(sums, a, b, c, d, e, f, g, h, 32);
  addAt<T>(sums, a, b, c, d, e, f, g, h, 48);
  addAt<T>(sums, a, b, c, d, e, f, g, h, 64);
  addAt<T>(sums, a, b, c, d, e, f, g, h, 80);
  addAt<T>(sums, a, b, c, d, e, f, g, h, 96);
  addAt<T>(sums, a, b, c, d, e, f, g, h, 112);
}

/** Adds one block of mirrors, whose columns are at `columns`, to the narrow sums of every pattern. */
// @ts-ignore: decorator
@inline
function addBlock<T>(scratch: usize, columns: usize, bits: i32, indices: usize, patterns: i32): void {
  const columnBytes: usize = sizeof<T>() == 1 ? 128 : 64;
  for (let group = 0; group < GROUPS; group++) {
    buildTable<T>(columns + <usize>(group * bits) * columnBytes, bits, scratch + (<usize>(group << bits) << 7));
  }
  const sums = scratch + NARROW, end = sums + <usize>patterns * ROW;
  for (let at = sums; at < end; at += ROW) {
    addRows<T>(at, indices, scratch);
    indices += <usize>GROUPS << 1;
  }
}

/** Adds 16-bit sums to 32-bit ones and clears them. */
// @ts-ignore: decorator
@inline
function flushSums(from: usize, bytes: usize, wide: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    flush8(wide + (at << 1), v128.load(from + at));
    v128.store(from + at, i64x2.splat(0));
  }
}

// @ts-ignore: decorator
@inline
function denseStrip(scratch: usize, bits: i32, blocks: i32, strip: i32, keys: usize, indices: usize, patterns: i32): void {
  const block = bits * GROUPS, blocksAFlush = ENTRIES_A_FLUSH / block;
  const bytes = <usize>patterns * ROW;
  memory.fill(scratch + NARROW, 0, bytes);
  memory.fill(scratch + WIDE, 0, bytes << 1);
  for (let b = 0; b < blocks; b++) {
    generateColumns(keys + (<usize>(b * block) << 3), block, strip, scratch + COLUMNS, 64);
    addBlock<i16>(scratch, scratch + COLUMNS, bits, indices + (<usize>b * <usize>patterns << 4), patterns);
    if ((b + 1) % blocksAFlush == 0 || b == blocks - 1) flushSums(scratch + NARROW, bytes, scratch + WIDE);
  }
}

/** Adds counts of a byte to 16-bit ones and clears them. */
// @ts-ignore: decorator
@inline
function flushCounts(from: usize, bytes: usize, middle: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    const counts = v128.load(from + at), target = middle + (at << 1);
    v128.store(target, i16x8.add(v128.load(target), i16x8.extend_low_i8x16_u(counts)));
    v128.store(target, i16x8.add(v128.load(target, 16), i16x8.extend_high_i8x16_u(counts)), 16);
    v128.store(from + at, i64x2.splat(0));
  }
}

// @ts-ignore: decorator
@inline
function signsStrip(scratch: usize, bits: i32, blocks: i32, strip: i32, keys: usize, indices: usize, patterns: i32): void {
  const block = bits * GROUPS, blocksAFlush = SIGNS_A_FLUSH / block;
  // sums in 16 bits are signed
  const blocksAWideFlush = blocksAFlush * (32767 / (blocksAFlush * block));
  const bytes = <usize>patterns * ROW;
  memory.fill(scratch + NARROW, 0, bytes);
  memory.fill(scratch + MIDDLE, 0, bytes << 1);
  memory.fill(scratch + WIDE, 0, bytes << 2);
  for (let b = 0; b < blocks; b++) {
    generateSigns(keys + (<usize>(b * block) << 3), block, strip, scratch + SIGNS, 16);
    signsToBytes(scratch + SIGNS, block, scratch + COLUMNS);
    addBlock<i8>(scratch, scratch + COLUMNS, bits, indices + (<usize>b * <usize>patterns << 4), patterns);
    const end = b == blocks - 1;
    if ((b + 1) % blocksAFlush == 0 || end) flushCounts(scratch + NARROW, bytes, scratch + MIDDLE);
    if ((b + 1) % blocksAWideFlush == 0 || end) flushSums(scratch + MIDDLE, bytes << 1, scratch + WIDE);
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

/** The same for the signs medium; `active` has the number of mirrors that are on in each pattern. */
export function signsPatterns(
  tile: i32, scratch: usize,
  strips: usize, keys: usize,
  bits: i32, blocks: i32, indices: usize, patterns: i32, real: usize, imaginary: usize, stride: i32, active: usize,
): void {
  const record = strips + (<usize>tile << 4);
  const strip = load<i32>(record);
  if (bits == 5) signsStrip(scratch, 5, blocks, strip, keys, indices, patterns);
  else signsStrip(scratch, 6, blocks, strip, keys, indices, patterns);
  const line = <usize>stride << 2;
  for (let pattern: usize = 0; pattern < <usize>patterns; pattern++) {
    const sums = scratch + WIDE + (pattern << 9);
    countsToSums(sums, load<i32>(active + (pattern << 2)));
    storeStrip(record, sums, 64, real + pattern * line, imaginary + pattern * line);
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
