// Projection of a single pattern: the columns of the mirrors that are on are added. A list of mirrors is u32 numbers.

import { entries16, wordsOf } from './dense-entries';
import { flush8, storeStrip } from './strips';

/** Numbers of the set bits of a bit-packed pattern, in order; how many there are is stored at `count`. One tile. */
export function listActive(tile: i32, scratch: usize, pattern: usize, mirrors: i32, list: usize, count: usize): void {
  let at = list;
  for (let first = 0; first < mirrors; first += 8) {
    let byte = <u32>load<u8>(pattern + (<usize>first >> 3)) << 24;
    if (mirrors - first < 8) byte &= ~(<u32>0xffffffff >> (mirrors - first));
    while (byte != 0) {
      const bit = clz(byte);
      store<u32>(at, first + bit);
      at += 4;
      byte &= ~(<u32>0x80000000 >> bit);
    }
  }
  store<i32>(count, <i32>((at - list) >> 2));
}

/** Adds the listed columns to as many 16-bit sums as they have bytes, in the nearest cache, four columns at a time. */
// @ts-ignore: decorator
@inline
function addColumns(columns: usize, bytes: usize, list: usize, stop: usize, sums16: usize): void {
  for (; list + 16 <= stop; list += 16) {
    const x = columns + <usize>load<u32>(list) * bytes, y = columns + <usize>load<u32>(list, 4) * bytes;
    const z = columns + <usize>load<u32>(list, 8) * bytes, w = columns + <usize>load<u32>(list, 12) * bytes;
    for (let at: usize = 0; at < bytes; at += 16) {
      const sums = sums16 + (at << 1);
      const xy = i16x8.add(v128.load8x8_s(x + at), v128.load8x8_s(y + at));
      const zw = i16x8.add(v128.load8x8_s(z + at), v128.load8x8_s(w + at));
      v128.store(sums, i16x8.add(v128.load(sums), i16x8.add(xy, zw)));
      const xy8 = i16x8.add(v128.load8x8_s(x + at, 8), v128.load8x8_s(y + at, 8));
      const zw8 = i16x8.add(v128.load8x8_s(z + at, 8), v128.load8x8_s(w + at, 8));
      v128.store(sums, i16x8.add(v128.load(sums, 16), i16x8.add(xy8, zw8)), 16);
    }
  }
  for (; list < stop; list += 4) {
    const x = columns + <usize>load<u32>(list) * bytes;
    for (let at: usize = 0; at < bytes; at += 8) {
      const sums = sums16 + (at << 1);
      v128.store(sums, i16x8.add(v128.load(sums), v128.load8x8_s(x + at)));
    }
  }
}

/** Strips that are generated together, so that a block of the list and its keys is read from the nearest cache. */
const STRIPS_A_TILE: i32 = 8;
const BLOCK_BYTES: usize = 1024;

/** Adds the columns of at most 256 listed mirrors to a strip's sums: two quarters of the strip in registers at a time. */
// @ts-ignore: decorator
@inline
function addGenerated(strip: i32, keys: usize, list: usize, stop: usize, sums: usize): void {
  for (let half = 0; half < 2; half++) {
    const words0 = wordsOf(strip, half * 2), words1 = wordsOf(strip, half * 2 + 1);
    let a = i16x8.splat(0), b = a, c = a, d = a;
    for (let at = list; at < stop; at += 4) {
      const key = keys + (<usize>load<u32>(at) << 3);
      const key0 = v128.load32_splat(key), key1 = v128.load32_splat(key, 4);
      const x = entries16(words0, key0, key1);
      a = i16x8.add(a, i16x8.extend_low_i8x16_s(x));
      b = i16x8.add(b, i16x8.extend_high_i8x16_s(x));
      const y = entries16(words1, key0, key1);
      c = i16x8.add(c, i16x8.extend_low_i8x16_s(y));
      d = i16x8.add(d, i16x8.extend_high_i8x16_s(y));
    }
    const target = sums + (<usize>half << 7);
    flush8(target, a);
    flush8(target + 32, b);
    flush8(target + 64, c);
    flush8(target + 96, d);
  }
}

/** Sums of listed columns, generated, on neighbouring records of strips: 256 bytes each at `sums`. */
function sumGenerated(records: usize, strips: i32, keys: usize, list: usize, count: i32, sums: usize): void {
  memory.fill(sums, 0, <usize>strips << 8);
  const end = list + (<usize>count << 2);
  for (; list < end; list += BLOCK_BYTES) {
    const stop = min(list + BLOCK_BYTES, end);
    for (let s: usize = 0; s < <usize>strips; s++) {
      addGenerated(load<i32>(records + (s << 4)), keys, list, stop, sums + (s << 8));
    }
  }
}

/** Integer sums of one pattern, given as its list, on the strips of a column in memory (a tile). */
export function projectActive(
  tile: i32, scratch: usize,
  strips: usize, stripCount: i32, mirrors: i32, matrix: usize, together: i32,
  list: usize, count: i32, real: usize, imaginary: usize,
): void {
  const bytes = <usize>together << 6;
  const columns = matrix + <usize>tile * <usize>mirrors * bytes;
  const sums16 = scratch, sums32 = scratch + 2 * bytes;
  memory.fill(sums32, 0, 4 * bytes);
  const end = list + (<usize>count << 2);
  for (; list < end; list += BLOCK_BYTES) {
    memory.fill(sums16, 0, 2 * bytes);
    addColumns(columns, bytes, list, min(list + BLOCK_BYTES, end), sums16);
    for (let at: usize = 0; at < 2 * bytes; at += 16) flush8(sums32 + (at << 1), v128.load(sums16 + at));
  }
  const first = tile * together;
  const taken = min(together, stripCount - first);
  for (let s: usize = 0; s < <usize>taken; s++) {
    storeStrip(strips + ((<usize>first + s) << 4), sums32 + (s << 8), 32, real, imaginary);
  }
}

/** The same on eight strips (a tile) that are generated. */
export function generateActive(
  tile: i32, scratch: usize,
  strips: usize, stripCount: i32, keys: usize, list: usize, count: i32, real: usize, imaginary: usize,
): void {
  const first = tile * STRIPS_A_TILE;
  const records = strips + (<usize>first << 4);
  const taken = min(STRIPS_A_TILE, stripCount - first);
  sumGenerated(records, taken, keys, list, count, scratch);
  for (let s: usize = 0; s < <usize>taken; s++) storeStrip(records + (s << 4), scratch + (s << 8), 32, real, imaginary);
}

/**
 * Columns of the effective matrix on eight strips (a tile): out[strip][macro][64]. The mirrors of macro i are list[offsets[i]]
 * ... list[offsets[i + 1] - 1].
 */
export function effectiveColumns(
  tile: i32, scratch: usize,
  strips: usize, stripCount: i32, keys: usize, list: usize, offsets: usize, macros: i32, out: usize,
): void {
  const first = tile * STRIPS_A_TILE;
  const taken = min(STRIPS_A_TILE, stripCount - first);
  for (let macro: usize = 0; macro < <usize>macros; macro++) {
    const from = load<u32>(offsets + (macro << 2)), end = load<u32>(offsets + (macro << 2), 4);
    sumGenerated(strips + (<usize>first << 4), taken, keys, list + (<usize>from << 2), end - from, scratch);
    for (let s: usize = 0; s < <usize>taken; s++) {
      memory.copy(out + (((<usize>first + s) * <usize>macros + macro) << 8), scratch + (s << 8), 256);
    }
  }
}
