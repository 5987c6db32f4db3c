import type { ComputePool } from '@opu/compute';
import { type LinearProjection, OpuError } from '@opu/driver';
import ndarray, { type NdArray } from 'ndarray';
import { RowBuffer } from '../rows/row-buffer.js';
import { allRows, type Rows, rowsOf } from '../rows/rows.js';
import type { Feedback, Threshold } from './feedback.js';
import { type FeedbackSharing, type FeedbackSlices, feedbackSlices } from './slices.js';
import { TernaryError } from './ternary-error.js';

export interface OpticalFeedbackOptions {
  readonly pool: ComputePool;
  readonly projection: LinearProjection;
  /** Of the draws of the threshold 'dithered'. */
  readonly seed: number;
  readonly classes: number;
  /** Width of each hidden block; one projection serves all, each takes its slice. */
  readonly widths: readonly number[];
  readonly threshold: Threshold;
  /**
   * Asked when an error is ready to be projected; what it gives is awaited before the projection, after those before it have
   * ended. Here host time is booked on the device's clock.
   */
  readonly gate?: () => () => Promise<void>;
  /** 'independent' by default: a slice for each block. 'shared': one for all blocks of a width. */
  readonly sharing?: FeedbackSharing;
}

/**
 * Feedback by light: the ternary error is projected by a device once for all blocks. A slice is scaled to the variance
 * of the digital matrices, 1 / (3 width) an entry. An error of zeros alone is not projected: so frames grow fewer as the
 * network learns, and no camera noise trains it where nothing is to be learned.
 */
export class OpticalFeedback implements Feedback {
  readonly #options: OpticalFeedbackOptions;
  readonly #slices: FeedbackSlices;
  readonly #signals: readonly RowBuffer[];
  readonly #ternary: TernaryError;
  /** Projections of a batch's parts follow each other in order, so that the device sees the frames that a whole batch makes. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: OpticalFeedbackOptions) {
    const { pool, projection, classes, widths, threshold, seed, sharing = 'independent' } = options;
    this.#slices = feedbackSlices(widths, sharing);
    const wanted = this.#slices.widths.reduce((sum, width) => sum + width, 0);
    if (projection.inputs !== classes || projection.outputs < wanted) {
      throw new OpuError(
        'INVALID_ARGUMENT',
        `The network needs a projection of ${classes} values onto ${wanted}; ` +
          `this one takes ${projection.inputs} and gives ${projection.outputs}. Use a smaller network or another device.`,
      );
    }
    this.#options = options;
    this.#signals = widths.map((width) => new RowBuffer(pool, width));
    this.#ternary = new TernaryError(pool, threshold, seed, classes);
  }

  async signals(
    error: Float32Array,
    rows: number,
    factor: number,
    step: number,
    part: Rows = allRows(rows),
  ): Promise<readonly Float32Array[]> {
    const { classes, widths, gate } = this.#options;
    const ternary = this.#ternary.of(error, part, step);
    const sent = this.#rowsWithError(ternary, part);
    const signals = widths.map((width, i) => {
      const signal = this.#signals[i]!.rows(rows);
      rowsOf(signal, width, part).fill(0);
      return signal;
    });
    if (sent.length === 0) return signals;
    const vectors = new Int8Array(sent.length * classes);
    for (const [at, row] of sent.entries()) {
      vectors.set(ternary.subarray(row * classes, (row + 1) * classes), at * classes);
    }
    const projected = await this.#inTurn(ndarray(vectors, [sent.length, classes]), gate?.());
    this.#share(projected, sent, signals, factor);
    return signals;
  }

  #inTurn(vectors: NdArray<Int8Array>, opened: (() => Promise<void>) | undefined): Promise<NdArray<Float32Array>> {
    const projected = this.#last.then(async () => {
      await opened?.();
      return this.#options.projection.project(vectors);
    });
    // One that failed has told its caller; the next is tried on its own account.
    this.#last = projected.catch(() => {});
    return projected;
  }

  /** Rows whose error is not all zero: what zero projects to is known, and needs no light. */
  #rowsWithError(ternary: Int8Array, part: Rows): number[] {
    const { classes } = this.#options;
    const found: number[] = [];
    for (let row = part.first; row < part.first + part.count; row++) {
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
    const { widths: blocks } = this.#options;
    const { widths, sliceOfBlock } = this.#slices;
    for (const [i, signal] of signals.entries()) {
      const slice = sliceOfBlock[i]!;
      const copied = sliceOfBlock.indexOf(slice);
      if (copied < i) {
        const copy = signals[copied]!;
        for (const row of rows) signal.set(copy.subarray(row * blocks[i]!, (row + 1) * blocks[i]!), row * blocks[i]!);
        continue;
      }
      const width = widths[slice]!;
      const gain = factor / Math.sqrt(3 * width);
      const first = offset + stride * widths.slice(0, slice).reduce((sum, before) => sum + before, 0);
      for (const [from, row] of rows.entries()) {
        let at = first + from * rowStride;
        const end = (row + 1) * width;
        for (let to = row * width; to < end; to++, at += stride) signal[to] = gain * data[at]!;
      }
    }
  }
}
