import { OpuError } from '@opu/core';
import type { ComputePool } from '../pool/compute-pool.js';
import { requireLength } from './vectors.js';

const tileRows = 32;

export interface SoftmaxCrossEntropy {
  /** Shape [rows, columns]. */
  readonly logits: Float32Array;
  /** Shape [rows]; a label outside [0, columns), such as -1, leaves its row out: error and loss are 0. */
  readonly labels: Int32Array;
  /** Receives (softmax - onehot) * scale, shape [rows, columns]; may be `logits` itself. */
  readonly error: Float32Array;
  /** Receives -ln softmax[label] of each row, shape [rows]. */
  readonly loss: Float32Array;
  /** For the gradient of the mean loss: 1 / rows. */
  readonly scale: number;
}

export function softmaxCrossEntropy(pool: ComputePool, of: SoftmaxCrossEntropy): void {
  const rows = of.labels.length;
  const columns = rows === 0 ? 0 : of.logits.length / rows;
  if (!Number.isInteger(columns)) {
    throw new OpuError('INVALID_ARGUMENT', `${of.logits.length} logits are not a whole number for ${rows} labels`);
  }
  requireLength('error', of.error, of.logits.length);
  requireLength('loss', of.loss, rows);
  pool.run(
    'softmaxCrossEntropy',
    Math.ceil(rows / tileRows),
    ...[pool.pointer(of.logits), pool.pointer(of.labels), rows, columns, of.scale],
    ...[pool.pointer(of.error), pool.pointer(of.loss), tileRows],
  );
}
