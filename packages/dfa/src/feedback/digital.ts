import { type ComputePool, gemm, matrixView, scale, ternarise } from '@opu/compute';
import { RowBuffer } from '../network/row-buffer.js';
import { type Rows, rowsOf } from '../network/rows.js';
import { seededRandom } from '../random/draws.js';
import type { Feedback, Threshold } from './feedback.js';
import { thresholdOf } from './threshold.js';

export interface DigitalFeedbackOptions {
  readonly pool: ComputePool;
  readonly seed: number;
  readonly classes: number;
  /** Width of each hidden block. */
  readonly widths: readonly number[];
  /** Ternarise the error first; without it the error goes back as it is. */
  readonly threshold?: Threshold;
}

/** Feedback by matrices U(-1, 1) / sqrt(width), multiplied on the host. */
export class DigitalFeedback implements Feedback {
  readonly #options: DigitalFeedbackOptions;
  readonly #matrices: readonly Float32Array[];
  readonly #signals: readonly RowBuffer[];
  readonly #error: RowBuffer;
  #ternary: Int8Array | undefined;

  constructor(options: DigitalFeedbackOptions) {
    const { pool, seed, classes, widths } = options;
    this.#options = options;
    this.#matrices = widths.map((width, i) => {
      const bound = 1 / Math.sqrt(width);
      return seededRandom(seed, 'feedback', i).fillUniform(pool.float32(classes * width), -bound, bound);
    });
    this.#signals = widths.map((width) => new RowBuffer(pool, width));
    this.#error = new RowBuffer(pool, classes);
  }

  signals(
    error: Float32Array,
    rows: number,
    factor: number,
    part: Rows = { first: 0, count: rows },
  ): readonly Float32Array[] {
    const { pool, classes, widths } = this.#options;
    const sent = this.#sent(rowsOf(error, classes, part), part.count);
    scale(pool, factor, sent);
    return widths.map((width, i) => {
      const signal = this.#signals[i]!.rows(rows);
      gemm(
        pool,
        matrixView(sent, part.count, classes),
        matrixView(this.#matrices[i]!, classes, width),
        matrixView(rowsOf(signal, width, part), part.count, width),
      );
      return signal;
    });
  }

  /** The error as it is sent back, in own memory. */
  #sent(error: Float32Array, rows: number): Float32Array {
    const { pool, threshold } = this.#options;
    const sent = this.#error.rows(rows);
    if (threshold === undefined) {
      sent.set(error);
      return sent;
    }
    if (this.#ternary?.length !== error.length) {
      if (this.#ternary !== undefined) pool.release(this.#ternary);
      this.#ternary = pool.int8(error.length);
    }
    ternarise(pool, error, thresholdOf(threshold, error), this.#ternary);
    sent.set(this.#ternary);
    return sent;
  }
}
