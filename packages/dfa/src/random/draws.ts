import { SeededRandom, streamOf } from '@opu/compute';

/**
 * Random numbers one after the other, from the stream that (seed, name, member) fix: `Draws(7, 'digits/train', 12)` is
 * the same sequence on every machine, whatever else was drawn before.
 */
export class Draws {
  readonly #random: SeededRandom;
  #index = 0;

  constructor(seed: number, name: string, member = 0) {
    this.#random = seededRandom(seed, name, member);
  }

  bits(): number {
    return this.#random.bits(this.#index++);
  }

  /** 0 to 1, neither included. */
  uniform(): number {
    return this.#random.uniform(this.#index++);
  }

  /** -1 to 1. */
  signed(): number {
    return 2 * this.uniform() - 1;
  }

  /** Near a standard normal number, within 3.5: the sum of four bytes. Cheap; exact in no tail. */
  bell(): number {
    const bits = this.bits();
    return ((bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510) / BELL_DEVIATION;
  }

  /** An integer from 0 to `below` - 1. */
  below(below: number): number {
    return this.#random.integer(this.#index++, below);
  }
}

/** Standard deviation of the sum of four independent uniform bytes: sqrt(4 (256^2 - 1) / 12). */
const BELL_DEVIATION = Math.sqrt((256 * 256 - 1) / 3);

/** The generator of (seed, name, member): members of one name are independent streams. `member` < 2^21. */
export function seededRandom(seed: number, name: string, member = 0): SeededRandom {
  return new SeededRandom(seed, streamOf(name) + member * 2 ** 32);
}
