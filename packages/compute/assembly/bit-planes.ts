// Counting in bit planes: plane i holds bit i of 128 counts at once, 16 bytes. Columns of bits enter eight at a time by a tree of
// full adders (Harley and Seal's counting).

import { bitsToBytes } from './signs-entries';

/** Columns that eight planes can count. */
export const COLUMNS_A_BLOCK: i32 = 248;
/** Planes of a count of up to 2^24 mirrors, and so many bytes. */
const WIDE_PLANES: usize = 25;
export const WIDE_BYTES: usize = WIDE_PLANES << 4;

// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function sumBit(a: v128, b: v128, c: v128): v128 {
  return v128.xor(v128.xor(a, b), c);
}

// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function carryBit(a: v128, b: v128, c: v128): v128 {
  return v128.bitselect(c, a, v128.xor(a, b));
}

/** Adds the count of eight planes to the 25 planes at `wide`, and clears the eight. */
export function addPlanes(from: usize, wide: usize): void {
  let carry = i64x2.splat(0);
  for (let plane: usize = 0; plane < 8; plane++) {
    const a = v128.load(from), b = v128.load(wide);
    v128.store(from, i64x2.splat(0));
    v128.store(wide, sumBit(a, b, carry));
    carry = carryBit(a, b, carry);
    from += 16;
    wide += 16;
  }
  for (let plane: usize = 8; plane < WIDE_PLANES && v128.any_true(carry); plane++) {
    const b = v128.load(wide);
    v128.store(wide, v128.xor(b, carry));
    carry = v128.and(b, carry);
    wide += 16;
  }
}

/** Adds the 25 planes at `from` to those at `wide`. */
export function addWide(from: usize, wide: usize): void {
  let carry = i64x2.splat(0);
  for (let at: usize = 0; at < WIDE_BYTES; at += 16) {
    const a = v128.load(from + at), b = v128.load(wide + at);
    v128.store(wide + at, sumBit(a, b, carry));
    carry = carryBit(a, b, carry);
  }
}

/** Adds 2^shift to those of 16 32-bit counts whose byte is 1. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function addShifted(counts: usize, bytes: v128, shift: i32): void {
  const low = i16x8.extend_low_i8x16_u(bytes), high = i16x8.extend_high_i8x16_u(bytes);
  addFour(counts, i32x4.extend_low_i16x8_u(low), shift);
  addFour(counts + 16, i32x4.extend_high_i16x8_u(low), shift);
  addFour(counts + 32, i32x4.extend_low_i16x8_u(high), shift);
  addFour(counts + 48, i32x4.extend_high_i16x8_u(high), shift);
}

// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function addFour(counts: usize, ones: v128, shift: i32): void {
  v128.store(counts, i32x4.add(v128.load(counts), i32x4.shl(ones, shift)));
}

/** The 128 counts of 25 planes, as 32-bit numbers. */
export function planesToCounts(wide: usize, counts: usize): void {
  memory.fill(counts, 0, 512);
  for (let shift = 0; shift < <i32>WIDE_PLANES; shift++) {
    const plane = v128.load(wide + (<usize>shift << 4));
    if (!v128.any_true(plane)) continue;
    addShifted(counts, bitsToBytes(plane, 0), shift);
    addShifted(counts + 64, bitsToBytes(plane, 1), shift);
    addShifted(counts + 128, bitsToBytes(plane, 2), shift);
    addShifted(counts + 192, bitsToBytes(plane, 3), shift);
    addShifted(counts + 256, bitsToBytes(plane, 4), shift);
    addShifted(counts + 320, bitsToBytes(plane, 5), shift);
    addShifted(counts + 384, bitsToBytes(plane, 6), shift);
    addShifted(counts + 448, bitsToBytes(plane, 7), shift);
  }
}
