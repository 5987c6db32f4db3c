// Entries of the signs medium, one bit a part: src/media/signs-entry.ts is the definition in plain TypeScript.
//
// A strip is 64 neighbouring sensor pixels from a multiple of 64 on: four 32-bit words a mirror, two with the signs of the
// real parts (bit b of the first word is pixel b's; 1 is +1, 0 is -1) and two with the imaginary ones.

import { hash4 } from './hash';

/** Numbers of a strip's words. */
// @ts-ignore: decorator
@inline
export function signWords(strip: i32): v128 {
  return i32x4.add(i32x4.splat(strip * 4), i32x4(0, 1, 2, 3));
}

/** The sign bits of the mirror whose keys are at `keys`. */
// @ts-ignore: decorator
@inline
export function signBits(words: v128, keys: usize): v128 {
  return hash4(words, v128.load32_splat(keys), v128.load32_splat(keys, 4));
}

/** The 16 bytes of each of `count` mirrors whose keys begin at `keys`. */
export function generateSigns(keys: usize, count: i32, strip: i32, out: usize): void {
  const words = signWords(strip);
  const end = keys + (<usize>count << 3);
  while (keys < end) {
    v128.store(out, signBits(words, keys));
    keys += 8;
    out += 16;
  }
}

/** Fills the matrix in memory: strip after strip, mirror after mirror, 16 bytes each. A tile is a strip. */
export function signsFill(
  tile: i32, scratch: usize, strips: usize, keys: usize, mirrors: i32, matrix: usize, together: i32,
): void {
  const strip = load<i32>(strips + (<usize>tile << 4));
  generateSigns(keys, mirrors, strip, matrix + ((<usize>tile * <usize>mirrors) << 4));
}

/** One byte, 1 or 0, for each of the 16 bits of bytes 2 part and 2 part + 1 of a vector. */
// @ts-ignore: decorator
@inline
export function bitsToBytes(bits: v128, part: i32): v128 {
  const low = <i8>(2 * part), high = <i8>(2 * part + 1);
  const places = v128.bitselect(i8x16.splat(low), i8x16.splat(high), i64x2(-1, 0));
  const single = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const chosen = v128.and(i8x16.swizzle(bits, places), single);
  return v128.and(i8x16.eq(chosen, single), i8x16.splat(1));
}
