import { hash32 } from '../random/hash.js';
import { streamOf } from '../random/random.js';
import { mirrorKeys } from './mirror-keys.js';

/** Stream of the mirrors' keys. */
export const signsStream = streamOf('signs medium');

/**
 * One entry of the signs medium: each part is +1 or -1 with equal chance, one bit of a hash. It depends on (seed, mirror,
 * sensor pixel, epoch) alone.
 *
 * With the mirror's keys (stream 'signs medium'), word 4 s + w of strip s = floor(pixel / 64) has the signs of the real parts of
 * pixels 64 s + 32 w ... + 31 in its bits, low one first (w < 2), or of the imaginary ones (w - 2); a word's value is the
 * same hash of its number as the dense medium's.
 * @returns real and imaginary part, each 1 or -1
 */
export function signsEntry(seed: number, mirror: number, pixel: number, epoch = 0): [real: number, imaginary: number] {
  const [key0, key1] = mirrorKeys(signsStream, seed, mirror, epoch);
  const word = Math.floor(pixel / 64) * 4 + ((pixel >> 5) & 1);
  const sign = (bits: number) => ((bits >>> (pixel & 31)) & 1) * 2 - 1;
  return [sign(hash32(word, key0, key1)), sign(hash32(word + 2, key0, key1))];
}
