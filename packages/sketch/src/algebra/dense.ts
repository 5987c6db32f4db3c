import { type ComputePool, gemm, type MatrixView, matrixView, sharedComputePool, transposed } from '@opu/compute';
import { OpuError } from '@opu/core';
import ndarray, { type NdArray } from 'ndarray';
import { type CsrMatrix, checkCsr, isCsr, writeRows } from './csr.js';

/** Arrays of numbers that a matrix may come in. */
export type NumberArray = Float32Array | Float64Array | Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array;

/** A matrix as callers have it, dense or sparse. */
export type MatrixInput = NdArray<NumberArray> | CsrMatrix;

/** A dense matrix, row-major: the form in which this package computes. */
export interface Dense {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

export function dense(rows: number, columns: number, data: Float32Array = new Float32Array(rows * columns)): Dense {
  return { rows, columns, data };
}

/**
 * Copies a matrix of any strides, or a sparse one.
 * @param name what it is called in an error
 * @throws INVALID_ARGUMENT unless it has two dimensions and only finite numbers
 */
export function denseOf(matrix: MatrixInput, name: string): Dense {
  if (isCsr(matrix)) {
    checkCsr(matrix, name);
    const out = dense(matrix.rows, matrix.columns);
    writeRows(matrix, 0, matrix.rows, out.data);
    return out;
  }
  const [rows, columns] = matrix.shape as [number, number];
  if (matrix.shape.length !== 2) {
    throw new OpuError('INVALID_ARGUMENT', `${name} has shape [${matrix.shape}]; it must have two dimensions.`);
  }
  const { data, offset } = matrix;
  const [down, across] = matrix.stride as [number, number];
  const out = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const value = data[offset + i * down + j * across]!;
      if (!Number.isFinite(value)) {
        throw new OpuError('INVALID_ARGUMENT', `${name} is ${value} in row ${i}, column ${j}; numbers must be finite.`);
      }
      out[i * columns + j] = value;
    }
  }
  return dense(rows, columns, out);
}

export function toNdarray({ data, rows, columns }: Dense): NdArray<Float32Array> {
  return ndarray(data, [rows, columns]);
}

export function transpose({ data, rows, columns }: Dense): Dense {
  const out = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j]!;
  }
  return dense(columns, rows, out);
}

/** Columns first ... first + count - 1. */
export function columnsOf({ data, rows, columns }: Dense, first: number, count: number): Dense {
  const out = new Float32Array(rows * count);
  for (let i = 0; i < rows; i++) out.set(data.subarray(i * columns + first, i * columns + first + count), i * count);
  return dense(rows, count, out);
}

/** Which of two factors is taken transposed. */
export interface Turned {
  readonly a?: boolean;
  readonly b?: boolean;
}

/** A B on the pool's kernels, in f32. */
export function multiply(a: Dense, b: Dense, turned: Turned = {}, pool: ComputePool = sharedComputePool()): Dense {
  const [onA, onB] = [pool.float32(a.data.length), pool.float32(b.data.length)];
  const view = (data: Float32Array, { rows, columns }: Dense, isTurned = false): MatrixView => {
    const straight = matrixView(data, rows, columns);
    return isTurned ? transposed(straight) : straight;
  };
  const left = view(onA, a, turned.a);
  const right = view(onB, b, turned.b);
  const [rows, columns] = [left.shape[0]!, right.shape[1]!];
  const result = pool.float32(rows * columns);
  try {
    onA.set(a.data);
    onB.set(b.data);
    gemm(pool, left, right, matrixView(result, rows, columns));
    return dense(rows, columns, Float32Array.from(result));
  } finally {
    for (const array of [onA, onB, result]) pool.release(array);
  }
}

/** A - B. */
export function subtract(a: Dense, b: Dense): Dense {
  const out = new Float32Array(a.data.length);
  for (let i = 0; i < out.length; i++) out[i] = a.data[i]! - b.data[i]!;
  return dense(a.rows, a.columns, out);
}

/** Sum of a_ij b_ij, in f64. */
export function innerProduct(a: Dense, b: Dense): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += a.data[i]! * b.data[i]!;
  return sum;
}

export function frobeniusNorm(a: Dense): number {
  return Math.sqrt(innerProduct(a, a));
}

/** @throws INVALID_ARGUMENT unless a square matrix equals its transpose within 1e-5 of its largest entry */
export function requireSymmetric({ rows: n, data }: Dense, name: string): void {
  const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (Math.abs(data[i * n + j]! - data[j * n + i]!) <= 1e-5 * largest) continue;
      throw new OpuError(
        'INVALID_ARGUMENT',
        `${name} differs from its transpose at (${i}, ${j}): ${data[i * n + j]} and ${data[j * n + i]}; it must be symmetric.`,
      );
    }
  }
}

/** @throws INVALID_ARGUMENT unless the matrix is square */
export function requireSquare({ rows, columns }: { rows: number; columns: number }, name: string): void {
  if (rows === columns) return;
  throw new OpuError('INVALID_ARGUMENT', `${name} has ${rows} rows and ${columns} columns; it must be square.`);
}
