// A single pattern through the signs medium: positive signs of the listed mirrors are counted in bit planes.

import { addPlanes, addWide, carryBit, COLUMNS_A_BLOCK, planesToCounts, sumBit, WIDE_BYTES } from './bit-planes';
import { FACTORS, hash4By } from './hash';
import { partStart, RUNS, runOf } from './runs';
import { countsToSums, signWords } from './signs-entries';
import { storeStrip } from './strips';

/** Strips that are generated together. */
const STRIPS_A_TILE: i32 = 8;

/**
 * Adds 16 bytes of each of eight runs to the eight planes at `planes`. Columns are taken in pairs, so that few vectors live at a
 * time.
 */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function countEight(
  planes: usize, a: usize, b: usize, c: usize, d: usize, e: usize, f: usize, g: usize, h: usize, place: usize,
): void {
  let x = v128.load(a + place), y = v128.load(b + place);
  let ones = v128.load(planes);
  const twosA = carryBit(ones, x, y);
  ones = sumBit(ones, x, y);
  x = v128.load(c + place);
  y = v128.load(d + place);
  const twosB = carryBit(ones, x, y);
  ones = sumBit(ones, x, y);
  let twos = v128.load(planes, 16);
  const foursA = carryBit(twos, twosA, twosB);
  twos = sumBit(twos, twosA, twosB);
  x = v128.load(e + place);
  y = v128.load(f + place);
  const twosC = carryBit(ones, x, y);
  ones = sumBit(ones, x, y);
  x = v128.load(g + place);
  y = v128.load(h + place);
  const twosD = carryBit(ones, x, y);
  v128.store(planes, sumBit(ones, x, y));
  const foursB = carryBit(twos, twosC, twosD);
  v128.store(planes, sumBit(twos, twosC, twosD), 16);
  const fours = v128.load(planes, 32);
  v128.store(planes, sumBit(fours, foursA, foursB), 32);
  const eights = carryBit(fours, foursA, foursB), p3 = v128.load(planes, 48);
  v128.store(planes, v128.xor(p3, eights), 48);
  const sixteens = v128.and(p3, eights), p4 = v128.load(planes, 64);
  v128.store(planes, v128.xor(p4, sixteens), 64);
  const carry5 = v128.and(p4, sixteens), p5 = v128.load(planes, 80);
  v128.store(planes, v128.xor(p5, carry5), 80);
  const carry6 = v128.and(p5, carry5), p6 = v128.load(planes, 96);
  v128.store(planes, v128.xor(p6, carry6), 96);
  v128.store(planes, v128.xor(v128.load(planes, 112), v128.and(p6, carry6)), 112);
}

/** Adds the runs of at most 248 listed mirrors to the planes of every 16 bytes of a run: 128 bytes each. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function countRuns(matrix: usize, bytes: usize, list: usize, stop: usize, zeros: usize, planes: usize): void {
  for (; list < stop; list += 4 * RUNS) {
    const a = runOf(matrix, bytes, list, stop, zeros), b = runOf(matrix, bytes, list + 4, stop, zeros);
    const c = runOf(matrix, bytes, list + 8, stop, zeros), d = runOf(matrix, bytes, list + 12, stop, zeros);
    const e = runOf(matrix, bytes, list + 16, stop, zeros), f = runOf(matrix, bytes, list + 20, stop, zeros);
    const g = runOf(matrix, bytes, list + 24, stop, zeros), h = runOf(matrix, bytes, list + 28, stop, zeros);
    for (let place: usize = 0; place < bytes; place += 16) {
      countEight(planes + (place << 3), a, b, c, d, e, f, g, h, place);
    }
  }
}

/** As projectActive of the dense medium, to partial[part][strip]: 25 planes of counts. */
export function signsActive(
  tile: i32, scratch: usize,
  mirrors: i32, matrix: usize, together: i32, list: usize, count: i32, parts: i32, partial: usize, partBytes: usize,
): void {
  const run = tile / parts, part = tile % parts;
  const bytes = <usize>together << 4, wideBytes = <usize>together * WIDE_BYTES;
  const columns = matrix + <usize>run * <usize>mirrors * bytes;
  const zeros = scratch, planes = zeros + bytes;
  const wide = partial + <usize>part * partBytes + <usize>run * wideBytes;
  memory.fill(zeros, 0, 9 * bytes);
  memory.fill(wide, 0, wideBytes);
  const end = list + (<usize>partStart(count, COLUMNS_A_BLOCK, part + 1, parts) << 2);
  for (let at = list + (<usize>partStart(count, COLUMNS_A_BLOCK, part, parts) << 2); at < end; at += 4 * COLUMNS_A_BLOCK) {
    countRuns(columns, bytes, at, min(at + 4 * COLUMNS_A_BLOCK, end), zeros, planes);
    for (let s: usize = 0; s < <usize>together; s++) addPlanes(planes + (s << 7), wide + s * WIDE_BYTES);
  }
}

/** As storeActive of the dense medium. */
export function storeSignsActive(
  tile: i32, scratch: usize,
  strips: usize, partial: usize, parts: i32, partBytes: usize, count: i32, real: usize, imaginary: usize,
): void {
  const sums = scratch, wide = scratch + 512;
  memory.fill(wide, 0, WIDE_BYTES);
  const first = partial + <usize>tile * WIDE_BYTES, end = first + <usize>parts * partBytes;
  for (let part = first; part < end; part += partBytes) addWide(part, wide);
  planesToCounts(wide, sums);
  countsToSums(sums, count);
  storeStrip(strips + (<usize>tile << 4), sums, 64, real, imaginary);
}

/** Sign bits of the mirror at `listed`. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function generatedBits(words: v128, keys: usize, listed: usize, f0: v128, f1: v128, f2: v128): v128 {
  const key = keys + (<usize>load<u32>(listed) << 3);
  return hash4By(words, v128.load32_splat(key), v128.load32_splat(key, 4), f0, f1, f2);
}

/** Adds at most 248 listed mirrors to a strip's 25 planes; eight are kept in registers, and at `planes` in the end. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function countGenerated(words: v128, keys: usize, list: usize, stop: usize, planes: usize, wide: usize): void {
  const f0 = v128.load(FACTORS), f1 = v128.load(FACTORS, 16), f2 = v128.load(FACTORS, 32);
  const zero = i64x2.splat(0);
  let ones = zero, twos = zero, fours = zero;
  let p3 = zero, p4 = zero, p5 = zero, p6 = zero, p7 = zero;
  for (; list + 32 <= stop; list += 32) {
    let x = generatedBits(words, keys, list, f0, f1, f2), y = generatedBits(words, keys, list + 4, f0, f1, f2);
    const twosA = carryBit(ones, x, y);
    ones = sumBit(ones, x, y);
    x = generatedBits(words, keys, list + 8, f0, f1, f2);
    y = generatedBits(words, keys, list + 12, f0, f1, f2);
    const twosB = carryBit(ones, x, y);
    ones = sumBit(ones, x, y);
    const foursA = carryBit(twos, twosA, twosB);
    twos = sumBit(twos, twosA, twosB);
    x = generatedBits(words, keys, list + 16, f0, f1, f2);
    y = generatedBits(words, keys, list + 20, f0, f1, f2);
    const twosC = carryBit(ones, x, y);
    ones = sumBit(ones, x, y);
    x = generatedBits(words, keys, list + 24, f0, f1, f2);
    y = generatedBits(words, keys, list + 28, f0, f1, f2);
    const twosD = carryBit(ones, x, y);
    ones = sumBit(ones, x, y);
    const foursB = carryBit(twos, twosC, twosD);
    twos = sumBit(twos, twosC, twosD);
    let carry = carryBit(fours, foursA, foursB);
    fours = sumBit(fours, foursA, foursB);
    let next = v128.and(p3, carry);
    p3 = v128.xor(p3, carry);
    carry = v128.and(p4, next);
    p4 = v128.xor(p4, next);
    next = v128.and(p5, carry);
    p5 = v128.xor(p5, carry);
    carry = v128.and(p6, next);
    p6 = v128.xor(p6, next);
    p7 = v128.xor(p7, carry);
  }
  v128.store(planes, ones);
  v128.store(planes, twos, 16);
  v128.store(planes, fours, 32);
  v128.store(planes, p3, 48);
  v128.store(planes, p4, 64);
  v128.store(planes, p5, 80);
  v128.store(planes, p6, 96);
  v128.store(planes, p7, 112);
  addPlanes(planes, wide);
  for (; list < stop; list += 4) {
    v128.store(planes, generatedBits(words, keys, list, f0, f1, f2));
    addPlanes(planes, wide);
  }
}

/** Sums of listed mirrors, generated, on neighbouring records of strips of 64 pixels: 512 bytes each at `sums`. */
function sumGenerated(records: usize, strips: i32, shift: i32, keys: usize, list: usize, count: i32, sums: usize): void {
  const planes = sums + (<usize>strips << 9), wide = planes + 128;
  memory.fill(planes, 0, 128 + <usize>strips * WIDE_BYTES);
  const end = list + (<usize>count << 2);
  for (; list < end; list += 4 * COLUMNS_A_BLOCK) {
    const stop = min(list + 4 * COLUMNS_A_BLOCK, end);
    for (let s: usize = 0; s < <usize>strips; s++) {
      const words = signWords(load<i32>(records + (s << 4)) >> shift);
      countGenerated(words, keys, list, stop, planes, wide + s * WIDE_BYTES);
    }
  }
  for (let s: usize = 0; s < <usize>strips; s++) {
    planesToCounts(wide + s * WIDE_BYTES, sums + (s << 9));
    countsToSums(sums + (s << 9), count);
  }
}

/** Integer sums of one pattern, given as its list, on eight strips (a tile) that are generated. */
export function generateSignsActive(
  tile: i32, scratch: usize,
  strips: usize, stripCount: i32, keys: usize, list: usize, count: i32, real: usize, imaginary: usize,
): void {
  const first = tile * STRIPS_A_TILE;
  const records = strips + (<usize>first << 4);
  const taken = min(STRIPS_A_TILE, stripCount - first);
  sumGenerated(records, taken, 0, keys, list, count, scratch);
  for (let s: usize = 0; s < <usize>taken; s++) storeStrip(records + (s << 4), scratch + (s << 9), 64, real, imaginary);
}

/**
 * Columns of the effective matrix as of effectiveColumns, whose strips have 32 pixels: half of what a strip of 64 gives is
 * kept.
 */
export function signsEffective(
  tile: i32, scratch: usize,
  strips: usize, stripCount: i32, keys: usize, list: usize, offsets: usize, macros: i32, out: usize,
): void {
  const first = tile * STRIPS_A_TILE;
  const records = strips + (<usize>first << 4);
  const taken = min(STRIPS_A_TILE, stripCount - first);
  for (let macro: usize = 0; macro < <usize>macros; macro++) {
    const from = load<u32>(offsets + (macro << 2)), end = load<u32>(offsets + (macro << 2), 4);
    sumGenerated(records, taken, 1, keys, list + (<usize>from << 2), end - from, scratch);
    for (let s: usize = 0; s < <usize>taken; s++) {
      const half = scratch + (s << 9) + (<usize>(load<i32>(records + (s << 4)) & 1) << 7);
      const target = out + (((<usize>first + s) * <usize>macros + macro) << 8);
      memory.copy(target, half, 128);
      memory.copy(target + 128, half + 256, 128);
    }
  }
}
