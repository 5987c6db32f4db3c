// Projection of many binary patterns by the method of the Four Russians: for each group of g mirrors a table of all 2^g
// partial sums of their columns, then one table row added per pattern and group. The first mirror of a group is the most
// significant bit of the table's index, as in a bit-packed pattern. Sums of at most 256 entries fit 16 bits.

import { columnsInMemory, generateColumns } from './dense-entries';
import { flush8, storeStrip } from './strips';

const ROW: usize = 128;
const TABLES: usize = 0;
const SUMS16: usize = 1 << 16;
const SUMS32: usize = SUMS16 + (1 << 15);
const COLUMNS: usize = SUMS32 + (1 << 16);
const INDEX_TILE: i32 = 64;

/** Groups that are looked up together: their indices lie side by side. */
// @ts-ignore: decorator
@inline
function groupsOf(bits: i32): i32 {
  return bits == 4 ? 16 : 8;
}

/**
 * Table offsets (u16) of every pattern in every block of groups: out[block][pattern][group]. `patterns` are bit-packed,
 * most significant bit first, `patternBytes` each. A tile is 64 blocks.
 */
export function groupIndices(
  tile: i32, scratch: usize,
  patterns: usize, patternBytes: i32, count: i32, mirrors: i32, bits: i32, blocks: i32, out: usize,
): void {
  const groups = groupsOf(bits);
  const blockBytes = (bits * groups) >> 3;
  const mask = (<u64>1 << bits) - 1;
  const end = min((tile + 1) * INDEX_TILE, blocks);
  for (let block = tile * INDEX_TILE; block < end; block++) {
    const byte = block * blockBytes;
    let target = out + ((<usize>block * <usize>count * <usize>groups) << 1);
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
      for (let group = 0; group < groups; group++) {
        const index = <u32>((word >> shift) & mask);
        store<u16>(target, <u16>(((<u32>group << bits) | index) << 7));
        target += 2;
        shift -= bits;
      }
    }
  }
}

/** All partial sums of `bits` columns of 64 bytes, as 16-bit rows. */
// @ts-ignore: decorator
@inline
function buildTable(columns: usize, bits: i32, table: usize): void {
  const last = <usize>(bits - 1) << 6;
  for (let part: usize = 0; part < 8; part++) {
    const column = columns + (part << 3);
    const t = table + (part << 4);
    const x1 = v128.load8x8_s(column + last), x2 = v128.load8x8_s(column + last - 64);
    const x4 = v128.load8x8_s(column + last - 128);
    const x3 = i16x8.add(x1, x2), x5 = i16x8.add(x4, x1), x6 = i16x8.add(x4, x2), x7 = i16x8.add(x4, x3);
    let base = i16x8.splat(0);
    const rounds = 1 << (bits - 3);
    let round = 0;
    while (true) {
      const row = t + (<usize>round << 10);
      v128.store(row, base);
      v128.store(row, i16x8.add(base, x1), 128);
      v128.store(row, i16x8.add(base, x2), 256);
      v128.store(row, i16x8.add(base, x3), 384);
      v128.store(row, i16x8.add(base, x4), 512);
      v128.store(row, i16x8.add(base, x5), 640);
      v128.store(row, i16x8.add(base, x6), 768);
      v128.store(row, i16x8.add(base, x7), 896);
      if (++round == rounds) break;
      // the next base: the column of the lowest set bit added to a row that stands already
      const bit = 3 + ctz(round);
      const before = v128.load(t + (<usize>(round & (round - 1)) << 10));
      base = i16x8.add(before, v128.load8x8_s(column + (<usize>(bits - 1 - bit) << 6)));
    }
  }
}

/** Adds one row of each group to four vectors of sums; more accumulators than four would spill. */
// @ts-ignore: decorator
@inline
function addRows(sums: usize, indices: usize, table: usize, groups: i32): void {
  let a = v128.load(sums), b = v128.load(sums, 16), c = v128.load(sums, 32), d = v128.load(sums, 48);
  const end = indices + (<usize>groups << 1);
  do {
    const x = table + <usize>load<u16>(indices), y = table + <usize>load<u16>(indices, 2);
    a = i16x8.add(a, v128.load(x));
    b = i16x8.add(b, v128.load(x, 16));
    c = i16x8.add(c, v128.load(x, 32));
    d = i16x8.add(d, v128.load(x, 48));
    a = i16x8.add(a, v128.load(y));
    b = i16x8.add(b, v128.load(y, 16));
    c = i16x8.add(c, v128.load(y, 32));
    d = i16x8.add(d, v128.load(y, 48));
    indices += 4;
  } while (indices < end);
  v128.store(sums, a);
  v128.store(sums, b, 16);
  v128.store(sums, c, 32);
  v128.store(sums, d, 48);
}

/** Columns of a strip from the matrix in memory, close together. */
// @ts-ignore: decorator
@inline
function copyColumns(from: usize, stride: usize, count: i32, out: usize): void {
  const end = out + (<usize>count << 6);
  while (out < end) {
    v128.store(out, v128.load(from));
    v128.store(out, v128.load(from, 16), 16);
    v128.store(out, v128.load(from, 32), 32);
    v128.store(out, v128.load(from, 48), 48);
    from += stride;
    out += 64;
  }
}

// @ts-ignore: decorator
@inline
function projectStrip(
  scratch: usize, bits: i32, blocks: i32, strip: i32, keys: usize, columns: usize, stride: usize, indices: usize,
  patterns: i32,
): void {
  const groups = groupsOf(bits);
  const blocksAFlush = 256 / (bits * groups);
  const table = scratch + TABLES, sums16 = scratch + SUMS16, sums32 = scratch + SUMS32;
  const bytes16 = <usize>patterns * ROW;
  memory.fill(sums16, 0, bytes16);
  memory.fill(sums32, 0, bytes16 << 1);
  for (let block = 0; block < blocks; block++) {
    const first = <usize>block * <usize>(bits * groups);
    const source = scratch + COLUMNS;
    if (columns == 0) generateColumns(keys + (first << 3), bits * groups, strip, source, 64);
    else copyColumns(columns + first * stride, stride, bits * groups, source);
    for (let group = 0; group < groups; group++) {
      buildTable(source + (<usize>(group * bits) << 6), bits, table + (<usize>(group << bits) << 7));
    }
    let index = indices + ((<usize>block * <usize>patterns * <usize>groups) << 1);
    for (let sums = sums16; sums < sums16 + bytes16; sums += ROW) {
      addRows(sums, index, table, groups);
      addRows(sums + 64, index, table + 64, groups);
      index += <usize>groups << 1;
    }
    if (block % blocksAFlush == blocksAFlush - 1 || block == blocks - 1) {
      for (let at: usize = 0; at < bytes16; at += 16) {
        flush8(sums32 + (at << 1), v128.load(sums16 + at));
        v128.store(sums16 + at, i16x8.splat(0));
      }
    }
  }
}

/**
 * Integer sums of up to 256 patterns on one strip (a tile). The first `cached` strips have their columns in `matrix`, the
 * others are generated from `keys`. Planes are [pattern][stride] 32-bit numbers. `active` is for
 * the signs medium.
 */
export function projectPatterns(
  tile: i32, scratch: usize,
  strips: usize, keys: usize, mirrors: i32, matrix: usize, cached: i32, together: i32,
  bits: i32, blocks: i32, indices: usize, patterns: i32, real: usize, imaginary: usize, stride: i32, active: usize,
): void {
  const record = strips + (<usize>tile << 4);
  const strip = load<i32>(record);
  const columns: usize = tile < cached ? columnsInMemory(matrix, tile, mirrors, together) : 0;
  const columnBytes = <usize>together << 6;
  if (bits == 4) projectStrip(scratch, 4, blocks, strip, keys, columns, columnBytes, indices, patterns);
  else if (bits == 5) projectStrip(scratch, 5, blocks, strip, keys, columns, columnBytes, indices, patterns);
  else projectStrip(scratch, 6, blocks, strip, keys, columns, columnBytes, indices, patterns);
  const line = <usize>stride << 2;
  for (let pattern: usize = 0; pattern < <usize>patterns; pattern++) {
    storeStrip(record, scratch + SUMS32 + (pattern << 8), 32, real + pattern * line, imaginary + pattern * line);
  }
}
