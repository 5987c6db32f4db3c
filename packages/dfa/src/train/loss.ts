import { type ComputePool, softmaxCrossEntropy } from '@opu/compute';
import { RowBuffer } from '../network/row-buffer.js';
import type { Batch } from '../task/task.js';

export interface BatchResult {
  /** softmax less the true class, shape [rows, classes]; memory of the `Loss`. */
  readonly error: Float32Array;
  /** Sum over the rows that count. */
  readonly lossSum: number;
  readonly correct: number;
  /** Rows with a label. */
  readonly counted: number;
}

/** Softmax cross-entropy of logits, with the error that goes back and the rows that are right. */
export class Loss {
  readonly #pool: ComputePool;
  readonly #classes: number;
  readonly #error: RowBuffer;
  readonly #loss: RowBuffer;

  constructor(pool: ComputePool, classes: number) {
    this.#pool = pool;
    this.#classes = classes;
    this.#error = new RowBuffer(pool, classes);
    this.#loss = new RowBuffer(pool, 1);
  }

  of(logits: Float32Array, batch: Batch): BatchResult {
    const { labels, rows } = batch;
    const error = this.#error.rows(rows);
    const loss = this.#loss.rows(rows);
    const correct = this.#correct(logits, labels, rows);
    softmaxCrossEntropy(this.#pool, { logits, labels, error, loss, scale: 1 });
    let lossSum = 0;
    let counted = 0;
    for (let row = 0; row < rows; row++) {
      lossSum += loss[row]!;
      if (labels[row]! >= 0) counted++;
    }
    return { error, lossSum, correct, counted };
  }

  #correct(logits: Float32Array, labels: Int32Array, rows: number): number {
    let correct = 0;
    for (let row = 0; row < rows; row++) {
      const start = row * this.#classes;
      let best = 0;
      for (let j = 1; j < this.#classes; j++) if (logits[start + j]! > logits[start + best]!) best = j;
      if (best === labels[row]) correct++;
    }
    return correct;
  }
}
