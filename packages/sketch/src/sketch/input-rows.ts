import { OpuError } from '@opu/core';
import { checkCsr, isCsr, writeRows } from '../algebra/csr.js';
import { type Dense, dense, denseOf } from '../algebra/dense.js';
import type { SketchInput } from './sketch.js';

/** Numbers that a batch of rows, or of what becomes of them, holds at most, so that memory is bounded whatever comes in. */
const BATCH_NUMBERS = 1 << 22;

/** Shape of an input, checked. @throws INVALID_ARGUMENT */
export function shapeOf(input: SketchInput, inputs: number): { readonly rows: number; readonly columns: number } {
  const shape = isCsr(input) ? [input.rows, input.columns] : input.shape;
  if (shape.length !== 2 || shape[1] !== inputs) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `The vectors have shape [${shape}]; this sketch takes rows of ${inputs} numbers: [count, ${inputs}].`,
    );
  }
  if (isCsr(input)) checkCsr(input, 'The input');
  return { rows: shape[0]!, columns: inputs };
}

/** An input's rows as dense batches, in order. @param outputs numbers that become of a row */
export function* rowBatches(
  input: SketchInput,
  inputs: number,
  outputs: number,
): Generator<{ first: number; batch: Dense }> {
  const { rows } = shapeOf(input, inputs);
  const most = Math.max(1, Math.floor(BATCH_NUMBERS / Math.max(inputs, outputs)));
  for (let first = 0; first < rows; first += most) {
    const count = Math.min(most, rows - first);
    if (isCsr(input)) {
      const batch = dense(count, inputs);
      writeRows(input, first, count, batch.data);
      yield { first, batch };
    } else yield { first, batch: denseOf(input.lo(first, 0).hi(count, inputs), 'The input') };
  }
}
