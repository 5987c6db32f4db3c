// Entries of the dense medium: src/media/dense-entry.ts is the definition in plain TypeScript.
//
// A strip is 32 neighbouring sensor pixels from a multiple of 32 on: 64 bytes a mirror, 32 real parts and then 32
// imaginary ones. Every 32-bit word of them is a hash of its number under the mirror's two keys, and every byte of the
// hash becomes an entry by two tables of 16.

import { FACTORS, hash4By } from './hash';
import { columnsInMemory } from './runs';

/** So many entries can be added in 16 bits: none is above 90. */
export const ENTRIES_A_FLUSH: i32 = 364;

/** The two tables of 16, and the mask of a byte's lower half. */
export const TABLES: usize = memory.data<i8>(
  [
    -65, -38, -29, -22, -17, -11, -7, -2, 2, 7, 11, 17, 22, 29, 38, 65, -25, -18, -14, -10, -8, -5, -3, -1, 1, 3, 5, 8, 10, 14,
    18, 25, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,
  ],
  16,
);

/** Sixteen entries from the words of a hash. Processors shift no bytes: the mask keeps out what comes from the neighbour. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function entries16(hash: v128, coarse: v128, fine: v128, low: v128): v128 {
  return i8x16.add(
    i8x16.swizzle(coarse, v128.and(i16x8.shr_u(hash, 4), low)),
    i8x16.swizzle(fine, v128.and(hash, low)),
  );
}

/** Word numbers of quarter 0 ... 3 of a strip. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function wordsOf(strip: i32, quarter: i32): v128 {
  return i32x4.add(i32x4.splat(strip * 16 + quarter * 4), i32x4(0, 1, 2, 3));
}

/** The 64 bytes of each of `count` mirrors whose keys begin at `keys`, `stride` bytes apart. */
export function generateColumns(keys: usize, count: i32, strip: i32, out: usize, stride: usize): void {
  const words0 = wordsOf(strip, 0), words1 = wordsOf(strip, 1), words2 = wordsOf(strip, 2), words3 = wordsOf(strip, 3);
  const f0 = v128.load(FACTORS), f1 = v128.load(FACTORS, 16), f2 = v128.load(FACTORS, 32);
  const coarse = v128.load(TABLES), fine = v128.load(TABLES, 16), low = v128.load(TABLES, 32);
  const end = keys + (<usize>count << 3);
  while (keys < end) {
    const key0 = v128.load32_splat(keys), key1 = v128.load32_splat(keys, 4);
    v128.store(out, entries16(hash4By(words0, key0, key1, f0, f1, f2), coarse, fine, low));
    v128.store(out, entries16(hash4By(words1, key0, key1, f0, f1, f2), coarse, fine, low), 16);
    v128.store(out, entries16(hash4By(words2, key0, key1, f0, f1, f2), coarse, fine, low), 32);
    v128.store(out, entries16(hash4By(words3, key0, key1, f0, f1, f2), coarse, fine, low), 48);
    keys += 8;
    out += stride;
  }
}

/** Fills the matrix in memory. A tile is a strip. */
export function denseFill(
  tile: i32, scratch: usize, strips: usize, keys: usize, mirrors: i32, matrix: usize, together: i32,
): void {
  const strip = load<i32>(strips + (<usize>tile << 4));
  const columns = columnsInMemory(matrix, tile, mirrors, together, 64);
  generateColumns(keys, mirrors, strip, columns, <usize>together << 6);
}
