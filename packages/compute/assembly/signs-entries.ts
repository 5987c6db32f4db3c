// Entries of the signs medium, one bit a part: src/media/signs-entry.ts is the definition in plain TypeScript.
//
// A strip is 64 neighbouring sensor pixels from a multiple of 64 on: four 32-bit words a mirror, two with the signs of the
// real parts (bit b of the first word is pixel b's; 1 is +1, 0 is -1) and two with the imaginary ones.

import { FACTORS, hash4By } from './hash';
import { columnsInMemory } from './runs';

/** Numbers of a strip's words. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function signWords(strip: i32): v128 {
  return i32x4.add(i32x4.splat(strip * 4), i32x4(0, 1, 2, 3));
}

/** The 16 bytes of each of `count` mirrors whose keys begin at `keys`, `stride` bytes apart. */
export function generateSigns(keys: usize, count: i32, strip: i32, out: usize, stride: usize): void {
  const words = signWords(strip);
  const f0 = v128.load(FACTORS), f1 = v128.load(FACTORS, 16), f2 = v128.load(FACTORS, 32);
  const end = keys + (<usize>count << 3);
  while (keys < end) {
    v128.store(out, hash4By(words, v128.load32_splat(keys), v128.load32_splat(keys, 4), f0, f1, f2));
    keys += 8;
    out += stride;
  }
}

/** Fills the matrix in memory. A tile is a strip. */
export function signsFill(
  tile: i32, scratch: usize, strips: usize, keys: usize, mirrors: i32, matrix: usize, together: i32,
): void {
  const strip = load<i32>(strips + (<usize>tile << 4));
  const columns = columnsInMemory(matrix, tile, mirrors, together, 16);
  generateSigns(keys, mirrors, strip, columns, <usize>together << 4);
}

/** One byte, 1 or 0, for each of the 16 bits of bytes 2 part and 2 part + 1 of a vector. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function bitsToBytes(bits: v128, part: i32): v128 {
  const low = <i8>(2 * part), high = <i8>(2 * part + 1);
  const places = v128.bitselect(i8x16.splat(low), i8x16.splat(high), i64x2(-1, 0));
  const single = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const chosen = v128.and(i8x16.swizzle(bits, places), single);
  return v128.and(i8x16.eq(chosen, single), i8x16.splat(1));
}

/** Sums from 128 counts, in place: `active` mirrors of which c have sign + and the others - sum to 2 c - active. */
export function countsToSums(counts: usize, active: i32): void {
  const all = i32x4.splat(active);
  for (let at: usize = 0; at < 512; at += 16) {
    const c = v128.load(counts + at);
    v128.store(counts + at, i32x4.sub(i32x4.add(c, c), all));
  }
}
