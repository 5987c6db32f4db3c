import { OpuError } from '@opu/core';
import type { PatternBatch } from '../api/opu-device.js';

/**
 * The bytes of a batch, row after row; borrowed when they lie like that already.
 * @throws OpuError INVALID_ARGUMENT when the shape is not [n, patternBytes]
 */
export function borrowPatternData(batch: PatternBatch, patternBytes: number): Uint8Array {
  const [rows, columns] = batch.shape;
  if (batch.shape.length !== 2 || rows === undefined || columns !== patternBytes) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `Patterns must have the shape [n, ${patternBytes}] (bytes of a pattern in the present layout); got [${batch.shape.join(', ')}].`,
      { details: { shape: batch.shape, patternBytes } },
    );
  }
  const { data, offset, stride } = batch;
  if (!(data instanceof Uint8Array)) {
    throw new OpuError('INVALID_ARGUMENT', 'Patterns must be bit-packed bytes in a Uint8Array.');
  }
  const [rowStride = 0, columnStride = 0] = stride;
  if (columnStride === 1 && (rowStride === columns || rows <= 1)) return data.subarray(offset, offset + rows * columns);
  const copy = new Uint8Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    let from = offset + r * rowStride;
    for (let c = 0; c < columns; c++, from += columnStride) copy[r * columns + c] = data[from]!;
  }
  return copy;
}
