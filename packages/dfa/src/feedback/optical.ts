import { type ComputePool, ternarise } from '@opu/compute';
import { type LinearProjection, OpuError } from '@opu/driver';
import ndarray, { type NdArray } from 'ndarray';
import { RowBuffer } from '../network/row-buffer.js';
import type { Feedback, Threshold } from './feedback.js';
import { thresholdOf } from './threshold.js';

export interface OpticalFeedbackOptions {
  readonly pool: ComputePool;
  readonly projection: LinearProjection;
  readonly classes: number;
  /** Width of each hidden block; one projection serves all, each takes its slice. */
  readonly widths: readonly number[];
  readonly threshold: Threshold;
}

/**
 * Feedback by light: the ternary error is projected by a device once for all blocks. A slice is scaled to the variance
 * of the digital matrices, 1 / (3 width) an entry. An error of zeros alone is not projected: so frames grow fewer as the
 * network learns, and no camera noise trains it where nothing is to be learned.
 */
export class OpticalFeedback implements Feedback {
  readonly #options: OpticalFeedbackOptions;
  readonly #signals: readonly RowBuffer[];
  #ternary: Int8Array | undefined;

  constructor(options: OpticalFeedbackOptions) {
    const { pool, projection, classes, widths } = options;
    const wanted = widths.reduce((sum, width) => sum + width, 0);
    if (projection.inputs !== classes || projection.outputs < wanted) {
      throw new OpuError(
        'INVALID_ARGUMENT',
        `The network needs a projection of ${classes} values onto ${wanted}; ` +
          `this one takes ${projection.inputs} and gives ${projection.outputs}. Use a smaller network or another device.`,
      );
    }
    this.#options = options;
    this.#signals = widths.map((width) => new RowBuffer(pool, width));
  }

  async signals(error: Float32Array, rows: number, factor: number): Promise<readonly Float32Array[]> {
    const { pool, projection, classes, widths, threshold } = this.#options;
    if (this.#ternary?.length !== error.length) {
      if (this.#ternary !== undefined) pool.release(this.#ternary);
      this.#ternary = pool.int8(error.length);
    }
    ternarise(pool, error, thresholdOf(threshold, error), this.#ternary);
    const sent = this.#rowsWithError(this.#ternary, rows);
    const signals = widths.map((_, i) => this.#signals[i]!.rows(rows).fill(0));
    if (sent.length === 0) return signals;
    const vectors = new Int8Array(sent.length * classes);
    for (const [at, row] of sent.entries()) {
      vectors.set(this.#ternary.subarray(row * classes, (row + 1) * classes), at * classes);
    }
    const projected = await projection.project(ndarray(vectors, [sent.length, classes]));
    this.#share(projected, sent, signals, factor);
    return signals;
  }

  /** Rows whose error is not all zero: what zero projects to is known, and needs no light. */
  #rowsWithError(ternary: Int8Array, rows: number): number[] {
    const { classes } = this.#options;
    const found: number[] = [];
    for (let row = 0; row < rows; row++) {
      const start = row * classes;
      let i = start;
      while (i < start + classes && ternary[i] === 0) i++;
      if (i < start + classes) found.push(row);
    }
    return found;
  }

  /** Gives each block its slice of the projections, in the rows that they belong to. */
  #share(
    projected: NdArray<Float32Array>,
    rows: readonly number[],
    signals: readonly Float32Array[],
    factor: number,
  ): void {
    const { data, offset } = projected;
    const [rowStride, stride] = projected.stride as [number, number];
    let first = offset;
    for (const [i, width] of this.#options.widths.entries()) {
      const signal = signals[i]!;
      const gain = factor / Math.sqrt(3 * width);
      for (const [from, row] of rows.entries()) {
        let at = first + from * rowStride;
        const end = (row + 1) * width;
        for (let to = row * width; to < end; to++, at += stride) signal[to] = gain * data[at]!;
      }
      first += width * stride;
    }
  }
}
