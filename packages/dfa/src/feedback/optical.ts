import { type ComputePool, ternarise } from '@opu/compute';
import { type LinearProjection, OpuError } from '@opu/driver';
import ndarray from 'ndarray';
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
 * of the digital matrices, 1 / (3 width) an entry.
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
    const projected = await projection.project(ndarray(this.#ternary, [rows, classes]));
    const { data, offset } = projected;
    const [rowStride, stride] = projected.stride as [number, number];
    let first = offset;
    return widths.map((width, i) => {
      const signal = this.#signals[i]!.rows(rows);
      const gain = factor / Math.sqrt(3 * width);
      for (let row = 0; row < rows; row++) {
        let at = first + row * rowStride;
        const end = (row + 1) * width;
        for (let to = row * width; to < end; to++, at += stride) signal[to] = gain * data[at]!;
      }
      first += width * stride;
      return signal;
    });
  }
}
