import { OpuError } from '@opu/core';

/**
 * A matrix of f32 on a pool's memory, seen through strides counted in numbers. An ndarray of two dimensions over a pool
 * array is one, its transpose and its slices too; nothing is copied.
 */
export interface MatrixView {
  readonly data: Float32Array;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

/** Row-major view of [rows, columns] over `data`. */
export function matrixView(data: Float32Array, rows: number, columns: number): MatrixView {
  if (data.length < rows * columns) {
    throw new OpuError('INVALID_ARGUMENT', `${rows} x ${columns} numbers do not fit an array of ${data.length}`);
  }
  return { data, shape: [rows, columns], stride: [columns, 1], offset: 0 };
}

export function transposed(matrix: MatrixView): MatrixView {
  const { data, shape, stride, offset } = matrix;
  return { data, shape: [shape[1]!, shape[0]!], stride: [stride[1]!, stride[0]!], offset };
}

/** Rows first ... first + count - 1. */
export function rowsOf(matrix: MatrixView, first: number, count: number): MatrixView {
  const { data, shape, stride, offset } = matrix;
  return { data, shape: [count, shape[1]!], stride, offset: offset + first * stride[0]! };
}

/** @throws INVALID_ARGUMENT unless the view has two dimensions and lies within its array */
export function checkMatrix(name: string, matrix: MatrixView): void {
  const [rows = -1, columns = -1] = matrix.shape;
  const [rowStride = 0, columnStride = 0] = matrix.stride;
  const last = matrix.offset + Math.max(0, rows - 1) * rowStride + Math.max(0, columns - 1) * columnStride;
  const fits = rows >= 0 && columns >= 0 && rowStride >= 0 && columnStride >= 0 && matrix.offset >= 0;
  if (matrix.shape.length === 2 && fits && (rows * columns === 0 || last < matrix.data.length)) return;
  throw new OpuError(
    'INVALID_ARGUMENT',
    `${name} has shape [${matrix.shape}], stride [${matrix.stride}] and offset ${matrix.offset} in an array of ` +
      `${matrix.data.length}; it must have two dimensions, no negative stride, and lie within the array`,
  );
}
