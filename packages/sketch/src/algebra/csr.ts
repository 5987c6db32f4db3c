import { OpuError } from '@opu/core';

/** A sparse matrix in rows, as scipy's `csr_matrix` lies in memory. */
export interface CsrMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Where a row's entries begin; rows + 1 numbers. */
  readonly indptr: Int32Array;
  /** Column of each entry. */
  readonly indices: Int32Array;
  readonly data: Float32Array;
}

export function isCsr(matrix: object): matrix is CsrMatrix {
  return 'indptr' in matrix;
}

/** @throws INVALID_ARGUMENT when the three arrays do not fit each other */
export function checkCsr({ rows, columns, indptr, indices, data }: CsrMatrix, name: string): void {
  const wrong = (what: string): never => {
    throw new OpuError('INVALID_ARGUMENT', `${name} is no matrix in CSR form: ${what}.`);
  };
  for (const size of [rows, columns]) {
    if (!(Number.isInteger(size) && size >= 1)) wrong(`its shape is [${rows}, ${columns}]`);
  }
  if (indptr.length !== rows + 1) wrong(`indptr has ${indptr.length} numbers, it must have ${rows + 1}`);
  if (indices.length !== data.length) wrong(`there are ${indices.length} indices for ${data.length} numbers`);
  if (indptr[0] !== 0 || indptr[rows] !== data.length) wrong(`indptr must run from 0 to ${data.length}`);
  for (let row = 0; row < rows; row++) if (indptr[row]! > indptr[row + 1]!) wrong(`indptr falls behind row ${row}`);
  for (let k = 0; k < indices.length; k++) {
    if (indices[k]! < 0 || indices[k]! >= columns) wrong(`index ${indices[k]} is not one of ${columns} columns`);
    if (!Number.isFinite(data[k]!)) wrong(`entry ${k} is ${data[k]}; numbers must be finite`);
  }
}

/** Writes rows first ... first + count - 1 into `out`, shape [count, columns]; entries of one place add up. */
export function writeRows(matrix: CsrMatrix, first: number, count: number, out: Float32Array): void {
  out.fill(0, 0, count * matrix.columns);
  for (let row = 0; row < count; row++) {
    for (let k = matrix.indptr[first + row]!; k < matrix.indptr[first + row + 1]!; k++) {
      out[row * matrix.columns + matrix.indices[k]!]! += matrix.data[k]!;
    }
  }
}
