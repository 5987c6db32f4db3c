// Projection of binary macro-pixel values through the effective matrix of their layout (for each macro-pixel the sum of the
// columns of its mirrors, 64 32-bit numbers a strip), by the Four Russians in 32 bits.

import { storeStrip } from './strips';

const GROUP_BITS: i32 = 6;
const SUMS: usize = 1 << 16;

/** All partial sums of `bits` columns; the first column is the most significant bit of a row's number. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function buildTable(columns: usize, bits: i32, table: usize): void {
  memory.fill(table, 0, 256);
  for (let bit = 0; bit < bits; bit++) {
    const column = columns + (<usize>(bits - 1 - bit) << 8);
    const size = <usize>1 << (8 + bit);
    for (let at: usize = 0; at < size; at += 16) {
      v128.store(table + size + at, i32x4.add(v128.load(table + at), v128.load(column + (at & 255))));
    }
  }
}

// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function addRow(sums: usize, row: usize): void {
  for (let at: usize = 0; at < 256; at += 64) {
    v128.store(sums + at, i32x4.add(v128.load(sums + at), v128.load(row + at)));
    v128.store(sums + at, i32x4.add(v128.load(sums + at, 16), v128.load(row + at, 16)), 16);
    v128.store(sums + at, i32x4.add(v128.load(sums + at, 32), v128.load(row + at, 32)), 32);
    v128.store(sums + at, i32x4.add(v128.load(sums + at, 48), v128.load(row + at, 48)), 48);
  }
}

/** `bits` bits of a bit-packed pattern from bit `first` on, most significant first. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function bitsAt(pattern: usize, bytes: i32, first: i32, bits: i32): u32 {
  const byte = first >> 3;
  let word = <u32>load<u8>(pattern + <usize>byte) << 8;
  if (byte + 1 < bytes) word |= load<u8>(pattern + <usize>byte, 1);
  return (word >> (16 - bits - (first & 7))) & ((1 << bits) - 1);
}

/** Integer sums of `patterns` (at most 4096) patterns of macro-pixel values on one strip (a tile). */
export function projectEffective(
  tile: i32, scratch: usize,
  strips: usize, matrix: usize, macros: i32, values: usize, valueBytes: i32, patterns: i32,
  real: usize, imaginary: usize, stride: i32,
): void {
  const record = strips + (<usize>tile << 4);
  const columns = matrix + ((<usize>tile * <usize>macros) << 8);
  const sums = scratch + SUMS;
  memory.fill(sums, 0, <usize>patterns << 8);
  for (let macro = 0; macro < macros; macro += GROUP_BITS) {
    const bits = min(GROUP_BITS, macros - macro);
    buildTable(columns + (<usize>macro << 8), bits, scratch);
    for (let pattern: usize = 0; pattern < <usize>patterns; pattern++) {
      const index = bitsAt(values + pattern * <usize>valueBytes, valueBytes, macro, bits);
      addRow(sums + (pattern << 8), scratch + (<usize>index << 8));
    }
  }
  const line = <usize>stride << 2;
  for (let pattern: usize = 0; pattern < <usize>patterns; pattern++) {
    storeStrip(record, sums + (pattern << 8), 32, real + pattern * line, imaginary + pattern * line);
  }
}
