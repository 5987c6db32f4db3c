import { hash32 } from '../random/hash.js';
import { streamOf } from '../random/random.js';
import { mirrorKeys } from './mirror-keys.js';

/**
 * The dense medium's entries: complex, each part an 8-bit integer with a nearly normal distribution. An entry depends on
 * (seed, mirror, sensor pixel) alone.
 *
 * A mirror has two 32-bit keys, the first two words of Philox4x32-10 at counter (mirror, epoch, stream 'dense medium', 0)
 * under the seed; the epoch is 0 unless the medium is told otherwise. Word 16 s + w of strip s = floor(pixel / 32) holds the
 * real parts of pixels 32 s + 4 w ... + 3 (w < 8) or the imaginary ones (w - 8). A word's value is a three-multiplication hash
 * of its number under the mirror's keys, and each of its bytes, low one first, becomes an entry: the sum of two tables of
 * 16 by its upper and its lower four bits.
 *
 * The tables were chosen so that the 256 sums fit a byte and have the kurtosis of a normal distribution (2.9997). Mean 0
 * exactly, variance `denseEntryVariance`, magnitude at most 90 = 2.71 standard deviations; the sixth moment is 13.1
 * standard deviations where a normal distribution has 15. Sums over tens of mirrors cannot be told from normal ones.
 */
export const coarseTable = [-65, -38, -29, -22, -17, -11, -7, -2, 2, 7, 11, 17, 22, 29, 38, 65] as const;
export const fineTable = [-25, -18, -14, -10, -8, -5, -3, -1, 1, 3, 5, 8, 10, 14, 18, 25] as const;

/** Variance of the real part of an entry, and of the imaginary part: exact, by the tables. */
export const denseEntryVariance = meanSquare(coarseTable) + meanSquare(fineTable);

/** Stream of the mirrors' keys. */
export const denseStream = streamOf('dense medium');

export const pixelsPerStrip = 32;

/**
 * One entry of the medium, the definition that the kernels are tested against.
 * @returns real and imaginary part, integers in [-90, 90]
 */
export function denseEntry(seed: number, mirror: number, pixel: number, epoch = 0): [real: number, imaginary: number] {
  const [key0, key1] = mirrorKeys(denseStream, seed, mirror, epoch);
  const strip = Math.floor(pixel / pixelsPerStrip);
  const lane = pixel % pixelsPerStrip;
  const word = strip * 16 + (lane >> 2);
  const shift = 8 * (lane & 3);
  return [entryOf(hash32(word, key0, key1) >>> shift), entryOf(hash32(word + 8, key0, key1) >>> shift)];
}

function entryOf(byte: number): number {
  return coarseTable[(byte >>> 4) & 15]! + fineTable[byte & 15]!;
}

function meanSquare(table: readonly number[]): number {
  return table.reduce((sum, x) => sum + x * x, 0) / table.length;
}
