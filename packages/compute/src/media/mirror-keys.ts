import { philox4x32 } from '../random/philox.js';

/**
 * The two 32-bit keys of a mirror: the first two words of Philox4x32-10 at counter (mirror, epoch, stream, 0) under the
 * seed.
 */
export function mirrorKeys(stream: number, seed: number, mirror: number, epoch = 0): [number, number] {
  const out = new Uint32Array(4);
  philox4x32(mirror, epoch, stream, 0, seed, Math.floor(seed / 2 ** 32), out);
  return [out[0]!, out[1]!];
}
