import { OpuError } from '@opu/core';
import type { ComputePool } from '../pool/compute-pool.js';
import { gemm } from './gemm.js';
import { type MatrixView, matrixView, transposed } from './matrix.js';

/** Columns that are factorised at a time; what is left of them goes through `gemm`. */
const block = 128;

/**
 * Solves A X = B for a symmetric positive definite A by Cholesky's factorisation A = L L^T, in blocks of columns. Blocks on the
 * diagonal are factorised in f64, the rest in f32.
 * @param a shape [n, n] on the pool, row-major; only its lower triangle is read; overwritten with L in the lower triangle
 * @param b shape [n, k] on the pool, row-major; overwritten with X
 * @throws INVALID_ARGUMENT for arrays that are too short and for an A that is not positive definite
 */
export function choleskySolve(pool: ComputePool, a: Float32Array, b: Float32Array, n: number, k: number): void {
  matrixView(a, n, n);
  matrixView(b, n, k);
  const workspace = pool.float32(2 * n * block + block * block);
  const panel = workspace.subarray(0, n * block);
  const negative = workspace.subarray(n * block, 2 * n * block);
  const inverseData = workspace.subarray(2 * n * block);
  try {
    for (let first = 0; first < n; first += block) {
      const width = Math.min(block, n - first);
      const inverse = factoriseDiagonal(a, n, first, width);
      inverseData.set(inverse.subarray(0, width * width));
      const below = n - first - width;
      if (below === 0) continue;
      const left = part(a, n, first + width, first, below, width);
      const next = matrixView(panel, below, width);
      gemm(pool, left, transposed(matrixView(inverseData, width, width)), next);
      copyPanel(panel, below, width, a, n, first, negative);
      // The trailing triangle, column block by column block.
      for (let column = 0; column < below; column += 8 * block) {
        const columns = Math.min(8 * block, below - column);
        const rows = below - column;
        gemm(
          pool,
          { ...matrixView(negative, below, width), shape: [rows, width], offset: column * width },
          transposed({ ...next, shape: [columns, width], offset: column * width }),
          part(a, n, first + width + column, first + width + column, rows, columns),
          { accumulate: true },
        );
      }
    }
  } finally {
    pool.release(workspace);
  }
  substitute(a, b, n, k);
}

/** The view of a block of a row-major [n, n] matrix. */
function part(a: Float32Array, n: number, row: number, column: number, rows: number, columns: number): MatrixView {
  return { data: a, shape: [rows, columns], stride: [n, 1], offset: row * n + column };
}

/** Factorises a block on the diagonal in place and answers with the inverse of its factor, row-major. */
function factoriseDiagonal(a: Float32Array, n: number, first: number, width: number): Float64Array {
  const l = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[(first + i) * n + first + j]!;
      for (let q = 0; q < j; q++) sum -= l[i * width + q]! * l[j * width + q]!;
      if (i === j && !(sum > 0)) {
        throw new OpuError(
          'INVALID_ARGUMENT',
          `the matrix is not positive definite: pivot ${first + i} is ${sum}; add to its diagonal`,
        );
      }
      l[i * width + j] = i === j ? Math.sqrt(sum) : sum / l[j * width + j]!;
      a[(first + i) * n + first + j] = l[i * width + j]!;
    }
  }
  const inverse = new Float64Array(width * width);
  for (let column = 0; column < width; column++) {
    for (let i = column; i < width; i++) {
      let sum = i === column ? 1 : 0;
      for (let q = column; q < i; q++) sum -= l[i * width + q]! * inverse[q * width + column]!;
      inverse[i * width + column] = sum / l[i * width + i]!;
    }
  }
  return inverse;
}

/** Puts a finished panel of L into the matrix, and its negative where the update of the rest reads it. */
function copyPanel(
  panel: Float32Array,
  below: number,
  width: number,
  a: Float32Array,
  n: number,
  first: number,
  negative: Float32Array,
): void {
  for (let i = 0; i < below; i++) {
    const row = panel.subarray(i * width, (i + 1) * width);
    a.set(row, (first + width + i) * n + first);
    for (let j = 0; j < width; j++) negative[i * width + j] = -row[j]!;
  }
}

/** L Y = B, then L^T X = Y, in place. */
function substitute(l: Float32Array, b: Float32Array, n: number, k: number): void {
  const x = Float64Array.from(b.subarray(0, n * k));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const factor = l[i * n + j]!;
      for (let c = 0; c < k; c++) x[i * k + c]! -= factor * x[j * k + c]!;
    }
    for (let c = 0; c < k; c++) x[i * k + c]! /= l[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let c = 0; c < k; c++) x[i * k + c]! /= l[i * n + i]!;
    for (let j = 0; j < i; j++) {
      const factor = l[i * n + j]!;
      for (let c = 0; c < k; c++) x[j * k + c]! -= factor * x[i * k + c]!;
    }
  }
  b.set(x);
}
