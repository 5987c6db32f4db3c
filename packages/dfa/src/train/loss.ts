import { type ComputePool, softmaxCrossEntropy } from '@opu/compute';
import { RowBuffer } from '../rows/row-buffer.js';
import { allRows, type Rows, rowsOf } from '../rows/rows.js';
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

  /** @param logits shape [rows, classes] */
  of(logits: Float32Array, batch: Batch): BatchResult {
    return { error: this.errorOf(logits, batch, allRows(batch.rows)), ...this.sumsOf(logits, batch) };
  }

  /**
   * The error of some rows of a batch: softmax less the true class.
   * @returns shape [batch.rows, classes] with these rows written; memory of the `Loss`
   */
  errorOf(logits: Float32Array, { labels, rows }: Batch, part: Rows): Float32Array {
    const error = this.#error.rows(rows);
    softmaxCrossEntropy(this.#pool, {
      logits: rowsOf(logits, this.#classes, part),
      labels: rowsOf(labels, 1, part),
      error: rowsOf(error, this.#classes, part),
      loss: rowsOf(this.#loss.rows(rows), 1, part),
      scale: 1,
    });
    return error;
  }

  /** What a batch comes to, after `errorOf` of all its rows. */
  sumsOf(logits: Float32Array, { labels, rows }: Batch): Omit<BatchResult, 'error'> {
    const loss = this.#loss.rows(rows);
    let lossSum = 0;
    for (let row = 0; row < rows; row++) lossSum += loss[row]!;
    return { lossSum, correct: this.#correct(logits, labels, rows), counted: countedIn(labels) };
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

/** Rows that have a label. */
export function countedIn(labels: Int32Array): number {
  return labels.reduce((sum, label) => sum + (label >= 0 ? 1 : 0), 0);
}
