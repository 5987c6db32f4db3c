// Projection of a single pattern: the columns of the mirrors that are on are added. A list of mirrors is u32 numbers.

import { ENTRIES_A_FLUSH, entries16, TABLES, wordsOf } from './dense-entries';
import { FACTORS, hash4By } from './hash';
import { partStart, RUNS, runOf } from './runs';
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

/** Adds eight bytes of each of eight runs to eight 16-bit sums; both places are numbers of bytes past the addresses. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function addEight(
  sums: usize, a: usize, b: usize, c: usize, d: usize, e: usize, f: usize, g: usize, h: usize, place: usize,
): void {
  const ab = i16x8.add(v128.load8x8_s(a + place), v128.load8x8_s(b + place));
  const cd = i16x8.add(v128.load8x8_s(c + place), v128.load8x8_s(d + place));
  const ef = i16x8.add(v128.load8x8_s(e + place), v128.load8x8_s(f + place));
  const gh = i16x8.add(v128.load8x8_s(g + place), v128.load8x8_s(h + place));
  const all = i16x8.add(i16x8.add(ab, cd), i16x8.add(ef, gh));
  v128.store(sums + (place << 1), i16x8.add(v128.load(sums + (place << 1)), all));
}

/** Adds the runs of at most 364 listed mirrors to as many 16-bit sums as a run has bytes, in the nearest cache. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function addRuns(matrix: usize, bytes: usize, list: usize, stop: usize, zeros: usize, sums16: usize): void {
  for (; list < stop; list += 4 * RUNS) {
    let a = runOf(matrix, bytes, list, stop, zeros), b = runOf(matrix, bytes, list + 4, stop, zeros);
    let c = runOf(matrix, bytes, list + 8, stop, zeros), d = runOf(matrix, bytes, list + 12, stop, zeros);
    let e = runOf(matrix, bytes, list + 16, stop, zeros), f = runOf(matrix, bytes, list + 20, stop, zeros);
    let g = runOf(matrix, bytes, list + 24, stop, zeros), h = runOf(matrix, bytes, list + 28, stop, zeros);
    const end = sums16 + 2 * bytes;
    for (let sums = sums16; sums < end; sums += 64) {
      addEight(sums, a, b, c, d, e, f, g, h, 0);
      addEight(sums, a, b, c, d, e, f, g, h, 8);
      addEight(sums, a, b, c, d, e, f, g, h, 16);
      addEight(sums, a, b, c, d, e, f, g, h, 24);
      a += 32; b += 32; c += 32; d += 32; e += 32; f += 32; g += 32; h += 32;
    }
  }
}

/**
 * Sums of a part of the listed mirrors on one run of strips of the matrix in memory, to partial[part][strip][64]. Tile
 * run x parts + part.
 */
export function projectActive(
  tile: i32, scratch: usize,
  mirrors: i32, matrix: usize, together: i32, list: usize, count: i32, parts: i32, partial: usize, partBytes: usize,
): void {
  const run = tile / parts, part = tile % parts;
  const bytes = <usize>together << 6;
  const columns = matrix + <usize>run * <usize>mirrors * bytes;
  const zeros = scratch, sums16 = zeros + bytes;
  const sums32 = partial + <usize>part * partBytes + <usize>run * 4 * bytes;
  memory.fill(zeros, 0, 3 * bytes);
  memory.fill(sums32, 0, 4 * bytes);
  const end = list + (<usize>partStart(count, ENTRIES_A_FLUSH, part + 1, parts) << 2);
  for (let at = list + (<usize>partStart(count, ENTRIES_A_FLUSH, part, parts) << 2); at < end; at += 4 * ENTRIES_A_FLUSH) {
    addRuns(columns, bytes, at, min(at + 4 * ENTRIES_A_FLUSH, end), zeros, sums16);
    for (let place: usize = 0; place < 2 * bytes; place += 16) {
      flush8(sums32 + (place << 1), v128.load(sums16 + place));
      v128.store(sums16 + place, i64x2.splat(0));
    }
  }
}

/** Writes one strip (a tile): the sum of its parts, each of which has `partBytes`. `count` is for the signs medium. */
export function storeActive(
  tile: i32, scratch: usize,
  strips: usize, partial: usize, parts: i32, partBytes: usize, count: i32, real: usize, imaginary: usize,
): void {
  memory.fill(scratch, 0, 256);
  const first = partial + (<usize>tile << 8), end = first + <usize>parts * partBytes;
  for (let part = first; part < end; part += partBytes) {
    for (let at: usize = 0; at < 256; at += 16) {
      v128.store(scratch + at, i32x4.add(v128.load(scratch + at), v128.load(part + at)));
    }
  }
  storeStrip(strips + (<usize>tile << 4), scratch, 32, real, imaginary);
}

/** Strips that are generated together, so that a block of the list and its keys is read from the nearest cache. */
const STRIPS_A_TILE: i32 = 8;

/** Sums of neighbours in the lower eight bytes of two vectors, in 16 bits. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function addLow(x: v128, y: v128): v128 {
  return i16x8.extadd_pairwise_i8x16_s(i8x16.shuffle(x, y, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
}

/** The same of the upper eight. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function addHigh(x: v128, y: v128): v128 {
  return i16x8.extadd_pairwise_i8x16_s(i8x16.shuffle(x, y, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31));
}

/**
 * Adds the columns of at most 364 listed mirrors to a strip's sums: two mirrors at a time, and two quarters of the strip in
 * registers. The last mirror of an odd number has no other.
 */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function addGenerated(strip: i32, keys: usize, list: usize, stop: usize, sums: usize): void {
  const f0 = v128.load(FACTORS), f1 = v128.load(FACTORS, 16), f2 = v128.load(FACTORS, 32);
  const coarse = v128.load(TABLES), fine = v128.load(TABLES, 16), low = v128.load(TABLES, 32);
  for (let half = 0; half < 2; half++) {
    const words0 = wordsOf(strip, half * 2), words1 = wordsOf(strip, half * 2 + 1);
    let a = i16x8.splat(0), b = a, c = a, d = a;
    let at = list;
    for (; at + 8 <= stop; at += 8) {
      const first = keys + (<usize>load<u32>(at) << 3), second = keys + (<usize>load<u32>(at, 4) << 3);
      const key0 = v128.load32_splat(first), key1 = v128.load32_splat(first, 4);
      const other0 = v128.load32_splat(second), other1 = v128.load32_splat(second, 4);
      const x = entries16(hash4By(words0, key0, key1, f0, f1, f2), coarse, fine, low);
      const y = entries16(hash4By(words0, other0, other1, f0, f1, f2), coarse, fine, low);
      a = i16x8.add(a, addLow(x, y));
      b = i16x8.add(b, addHigh(x, y));
      const z = entries16(hash4By(words1, key0, key1, f0, f1, f2), coarse, fine, low);
      const w = entries16(hash4By(words1, other0, other1, f0, f1, f2), coarse, fine, low);
      c = i16x8.add(c, addLow(z, w));
      d = i16x8.add(d, addHigh(z, w));
    }
    if (at < stop) {
      const key = keys + (<usize>load<u32>(at) << 3);
      const key0 = v128.load32_splat(key), key1 = v128.load32_splat(key, 4);
      const x = entries16(hash4By(words0, key0, key1, f0, f1, f2), coarse, fine, low);
      const z = entries16(hash4By(words1, key0, key1, f0, f1, f2), coarse, fine, low);
      a = i16x8.add(a, i16x8.extend_low_i8x16_s(x));
      b = i16x8.add(b, i16x8.extend_high_i8x16_s(x));
      c = i16x8.add(c, i16x8.extend_low_i8x16_s(z));
      d = i16x8.add(d, i16x8.extend_high_i8x16_s(z));
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
  for (; list < end; list += 4 * ENTRIES_A_FLUSH) {
    const stop = min(list + 4 * ENTRIES_A_FLUSH, end);
    for (let s: usize = 0; s < <usize>strips; s++) {
      addGenerated(load<i32>(records + (s << 4)), keys, list, stop, sums + (s << 8));
    }
  }
}

/** Integer sums of one pattern, given as its list, on eight strips (a tile) that are generated. */
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
