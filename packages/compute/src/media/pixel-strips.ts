import { OpuError } from '@opu/core';
import { requireInteger } from '../checks/require-integer.js';
import type { ComputePool } from '../pool/compute-pool.js';

/** Neighbouring sensor pixels `first` ... `first + count - 1` (row-major numbers on the whole sensor). */
export interface PixelRange {
  readonly first: number;
  readonly count: number;
}

/** Ranges of a region of interest: its lines, joined where they touch. */
export function regionPixels(
  sensorWidth: number,
  region: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): PixelRange[] {
  if (region.width === sensorWidth) return [{ first: region.y * sensorWidth, count: region.width * region.height }];
  return Array.from({ length: region.height }, (_, line) => ({
    first: (region.y + line) * sensorWidth + region.x,
    count: region.width,
  }));
}

/** The strips of neighbouring pixels that cover a list of ranges, and where their pixels go in a line of output. */
export interface PixelStrips {
  readonly pixels: number;
  readonly count: number;
  /** Records of four words: strip number, first wanted pixel in it, how many, place in the output. On the pool. */
  readonly records: Int32Array;
}

const maxPixel = 2 ** 27 - 1;

/** @param width pixels of a strip; strips begin at its multiples */
export function pixelStrips(pool: ComputePool, ranges: readonly PixelRange[], width: number): PixelStrips {
  const words: number[] = [];
  let place = 0;
  for (const { first, count } of ranges) {
    requireInteger('first pixel of a range', first, 0, maxPixel);
    requireInteger('pixels of a range', count, 0, maxPixel + 1 - first);
    for (let pixel = first; pixel < first + count; ) {
      const strip = Math.floor(pixel / width);
      const taken = Math.min((strip + 1) * width, first + count) - pixel;
      words.push(strip, pixel % width, taken, place);
      place += taken;
      pixel += taken;
    }
  }
  if (place === 0) throw new OpuError('INVALID_ARGUMENT', 'no pixels were asked for; give at least one range');
  const records = pool.int32(words.length);
  records.set(words);
  return { pixels: place, count: words.length / 4, records };
}
