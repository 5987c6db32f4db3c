import { requireInteger } from '../checks/require-integer.js';
import { normalQuantile } from '../math/normal.js';
import { philox4x32 } from './philox.js';

/** 2^32: the numbers that one draw can have. */
const range = 2 ** 32;

/**
 * Seeded random numbers without a state: a draw is a function of (seed, stream, index), so any part of a sequence can be
 * had in any order and on any machine with the same bits. `seed`, `stream` and `index` are integers in [0, 2^53).
 * Draw i is word i % 4 of Philox4x32-10 at counter (i >> 2, stream) under the key `seed`. Different streams of a seed
 * are independent.
 */
export class SeededRandom {
  readonly seed: number;
  readonly stream: number;
  readonly #block = new Uint32Array(4);
  #blockIndex = -1;

  constructor(seed: number, stream: number | string = 0) {
    const streamNumber = typeof stream === 'string' ? streamOf(stream) : stream;
    requireInteger('seed', seed, 0, Number.MAX_SAFE_INTEGER);
    requireInteger('stream', streamNumber, 0, Number.MAX_SAFE_INTEGER);
    this.seed = seed;
    this.stream = streamNumber;
  }

  /** Draw `index` as an unsigned 32-bit integer. */
  bits(index: number): number {
    const block = Math.floor(index / 4);
    if (block !== this.#blockIndex) {
      const { seed, stream } = this;
      philox4x32(
        block,
        Math.floor(block / range),
        stream,
        Math.floor(stream / range),
        seed,
        Math.floor(seed / range),
        this.#block,
      );
      this.#blockIndex = block;
    }
    return this.#block[index % 4]!;
  }

  /** Draw `index` uniform in the open interval (0, 1), in steps of 2^-32. */
  uniform(index: number): number {
    return (this.bits(index) + 0.5) / range;
  }

  /** Draw `index` as a standard normal number (inverse of the distribution function; reaches 6.3 in 2^32 draws). */
  normal(index: number): number {
    return normalQuantile(this.uniform(index));
  }

  /** Draw `index` as an integer in [0, below); `below` <= 2^32. The bias is below `below` / 2^32. */
  integer(index: number, below: number): number {
    return Math.floor((this.bits(index) * below) / range);
  }

  /** Fills `out` with uniform draws of [low, high) from `first` on. */
  fillUniform<T extends Float32Array | Float64Array>(out: T, low = 0, high = 1, first = 0): T {
    const span = high - low;
    for (let i = 0; i < out.length; i++) out[i] = low + span * this.uniform(first + i);
    return out;
  }

  /** Fills `out` with normal draws from `first` on. */
  fillNormal<T extends Float32Array | Float64Array>(out: T, mean = 0, deviation = 1, first = 0): T {
    for (let i = 0; i < out.length; i++) out[i] = mean + deviation * this.normal(first + i);
    return out;
  }

  /** Shuffles in place by Fisher and Yates with draws from `first` on; every order is equally likely. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T, first = 0): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(first + i, i + 1);
      const held = items[i];
      items[i] = items[j];
      items[j] = held;
    }
    return items;
  }

  /** The numbers 0 ... count - 1 in random order. */
  permutation(count: number, first = 0): Uint32Array {
    return this.shuffle(
      Uint32Array.from({ length: count }, (_, i) => i),
      first,
    );
  }
}

/** Draw `index` of a stream as an unsigned 32-bit integer. For more than one draw make a `SeededRandom`. */
export function randomAt(seed: number, stream: number | string, index: number): number {
  return new SeededRandom(seed, stream).bits(index);
}

/** Number of a named stream: the 32-bit FNV-1a hash of the name's UTF-8 bytes. */
export function streamOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
