import { type ComputePool, ternarise } from '@opu/compute';
import { seededRandom } from '../random/draws.js';
import { type Rows, rowsOf } from '../rows/rows.js';
import type { Threshold } from './feedback.js';
import { thresholdOf } from './threshold.js';

/** Cuts errors to -1, 0 and +1: what two binary patterns can carry. */
export class TernaryError {
  readonly #pool: ComputePool;
  readonly #threshold: Threshold;
  readonly #seed: number;
  readonly #classes: number;
  #ternary: Int8Array | undefined;

  /** @param seed of the draws of `dithered` */
  constructor(pool: ComputePool, threshold: Threshold, seed: number, classes: number) {
    this.#pool = pool;
    this.#threshold = threshold;
    this.#seed = seed;
    this.#classes = classes;
  }

  /**
   * @param error shape [rows, classes], of which the rows of `part` are cut
   * @returns shape [rows, classes], in memory that stays the same while the shape does; rows beside `part` are left as they were
   */
  of(error: Float32Array, part: Rows, step: number): Int8Array {
    const pool = this.#pool;
    if (this.#ternary?.length !== error.length) {
      if (this.#ternary !== undefined) pool.release(this.#ternary);
      this.#ternary = pool.int8(error.length);
    }
    const threshold = this.#threshold;
    const source = rowsOf(error, this.#classes, part);
    const out = rowsOf(this.#ternary, this.#classes, part);
    if (threshold === 'dithered') dither(source, this.#seed, step, out, part.first * this.#classes);
    else ternarise(pool, source, thresholdOf(threshold, source), out);
    return this.#ternary;
  }
}

/**
 * An error x becomes its sign with the probability |x| and else 0, so that its mean is x itself. A threshold drops the small
 * errors of the many wrong classes, which together weigh as much as the large one of the right class; the mean of what is
 * left does not vanish where the network is right on average, and drives it on. Draws are of 16 bits, fixed by (seed, step,
 * place in the batch).
 *
 * @param first place in the batch of the first of these errors
 */
export function dither(error: Float32Array, seed: number, step: number, out: Int8Array, first = 0): void {
  const random = seededRandom(seed, 'dither', step % 2 ** 21);
  for (let i = 0; i < error.length; i++) {
    const place = first + i;
    const bits = random.bits(place >> 1);
    const draw = (place & 1) === 0 ? bits & 0xffff : bits >>> 16;
    const value = error[i]!;
    out[i] = draw + 0.5 < Math.abs(value) * 65536 ? Math.sign(value) : 0;
  }
}
