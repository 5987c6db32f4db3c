import { type ComputePool, gemm, matrixView, scale } from '@opu/compute';
import { seededRandom } from '../random/draws.js';
import { RowBuffer } from '../rows/row-buffer.js';
import { allRows, type Rows, rowsOf } from '../rows/rows.js';
import type { Feedback, Threshold } from './feedback.js';
import { type FeedbackSharing, type FeedbackSlices, feedbackSlices } from './slices.js';
import { TernaryError } from './ternary-error.js';

export interface DigitalFeedbackOptions {
  readonly pool: ComputePool;
  readonly seed: number;
  readonly classes: number;
  /** Width of each hidden block. */
  readonly widths: readonly number[];
  /** Ternarise the error first; without it the error goes back as it is. */
  readonly threshold?: Threshold;
  /** 'independent' by default: a matrix for each block. 'shared': one for all blocks of a width. */
  readonly sharing?: FeedbackSharing;
}

/** Feedback by matrices U(-1, 1) / sqrt(width), multiplied on the host. */
export class DigitalFeedback implements Feedback {
  readonly #options: DigitalFeedbackOptions;
  readonly #slices: FeedbackSlices;
  readonly #matrices: readonly Float32Array[];
  readonly #signals: readonly RowBuffer[];
  readonly #error: RowBuffer;
  readonly #ternary: TernaryError | undefined;

  constructor(options: DigitalFeedbackOptions) {
    const { pool, seed, classes, widths, threshold, sharing = 'independent' } = options;
    this.#options = options;
    this.#slices = feedbackSlices(widths, sharing);
    this.#matrices = this.#slices.widths.map((width, i) => {
      const bound = 1 / Math.sqrt(width);
      return seededRandom(seed, 'feedback', i).fillUniform(pool.float32(classes * width), -bound, bound);
    });
    this.#signals = widths.map((width) => new RowBuffer(pool, width));
    this.#error = new RowBuffer(pool, classes);
    this.#ternary = threshold === undefined ? undefined : new TernaryError(pool, threshold, seed, classes);
  }

  signals(
    error: Float32Array,
    rows: number,
    factor: number,
    step: number,
    part: Rows = allRows(rows),
  ): readonly Float32Array[] {
    const { pool, classes, widths } = this.#options;
    const sent = this.#error.rows(part.count);
    sent.set(rowsOf(this.#ternary?.of(error, part, step) ?? error, classes, part));
    scale(pool, factor, sent);
    const { sliceOfBlock } = this.#slices;
    const signals = widths.map((_, i) => this.#signals[i]!.rows(rows));
    for (const [i, width] of widths.entries()) {
      const slice = sliceOfBlock[i]!;
      const signal = rowsOf(signals[i]!, width, part);
      const first = sliceOfBlock.indexOf(slice);
      if (first < i) {
        signal.set(rowsOf(signals[first]!, width, part));
        continue;
      }
      const matrix = matrixView(this.#matrices[slice]!, classes, width);
      gemm(pool, matrixView(sent, part.count, classes), matrix, matrixView(signal, part.count, width));
    }
    return signals;
  }
}
