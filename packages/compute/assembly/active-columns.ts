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

/** Sums of listed columns of 64 bytes from memory: 64 32-bit numbers at `sums`. */
function sumColumns(columns: usize, list: usize, count: i32, sums: usize): void {
  memory.fill(sums, 0, 256);
  const end = list + (<usize>count << 2);
  while (list < end) {
    const stop = min(list + 1024, end);
    let a = i16x8.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    while (list < stop) {
      const column = columns + (<usize>load<u32>(list) << 6);
      a = i16x8.add(a, v128.load8x8_s(column));
      b = i16x8.add(b, v128.load8x8_s(column, 8));
      c = i16x8.add(c, v128.load8x8_s(column, 16));
      d = i16x8.add(d, v128.load8x8_s(column, 24));
      e = i16x8.add(e, v128.load8x8_s(column, 32));
      f = i16x8.add(f, v128.load8x8_s(column, 40));
      g = i16x8.add(g, v128.load8x8_s(column, 48));
      h = i16x8.add(h, v128.load8x8_s(column, 56));
      list += 4;
    }
    flush8(sums, a);
    flush8(sums + 32, b);
    flush8(sums + 64, c);
    flush8(sums + 96, d);
    flush8(sums + 128, e);
    flush8(sums + 160, f);
    flush8(sums + 192, g);
    flush8(sums + 224, h);
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

/** Integer sums of one pattern, given as its list, on one strip in memory (a tile). */
export function projectActive(
  tile: i32, scratch: usize, strips: usize, mirrors: i32, matrix: usize, list: usize, count: i32, real: usize, imaginary: usize,
): void {
  sumColumns(matrix + ((<usize>tile * <usize>mirrors) << 6), list, count, scratch);
  storeStrip(strips + (<usize>tile << 4), scratch, 32, real, imaginary);
}

/** The same on eight strips (a tile) that are generated. */
export function generateActive(
  tile: i32, scratch: usize, strips: usize, stripCount: i32, keys: usize, list: usize, count: i32, real: usize, imaginary: usize,
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
  tile: i32, scratch: usize, strips: usize, stripCount: i32, keys: usize, list: usize, offsets: usize, macros: i32, out: usize,
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
