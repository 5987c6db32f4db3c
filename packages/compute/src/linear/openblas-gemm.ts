import type { ComputePool } from '../pool/compute-pool.js';
import type { MatrixView } from './matrix.js';

/** How BLAS sees a strided matrix, or undefined where it cannot: one of the strides must be 1. */
function stored(matrix: MatrixView): { transposed: 0 | 1; line: number } | undefined {
  const [rows, columns] = matrix.shape as [number, number];
  const [rowStride, columnStride] = matrix.stride as [number, number];
  if (columnStride === 1 && rowStride >= Math.max(1, columns)) return { transposed: 0, line: rowStride };
  if (rowStride === 1 && columnStride >= Math.max(1, rows)) return { transposed: 1, line: columnStride };
  return undefined;
}

/** Tiles depend on the shape alone, so that results do not depend on the number of threads. */
function tileShape(rows: number, columns: number): { rows: number; columns: number } {
  if (columns < 256) return { rows: Math.max(16, Math.ceil(rows / 4)), columns };
  return { rows: Math.min(rows, 512), columns: Math.ceil(columns / 4 / 16) * 16 };
}

/**
 * Multiplies by OpenBLAS if the pool has it and the strides allow it.
 * @returns false where the caller has to multiply by itself
 */
export function openBlasGemm(
  pool: ComputePool,
  a: MatrixView,
  b: MatrixView,
  c: MatrixView,
  accumulate: boolean,
): boolean {
  const [storedA, storedB, storedC] = [stored(a), stored(b), stored(c)];
  if (pool.accelerator === undefined || storedA === undefined || storedB === undefined) return false;
  if (storedC === undefined || storedC.transposed === 1) return false;
  const [m, k] = a.shape as [number, number];
  const n = b.shape[1]!;
  if (m === 0 || n === 0 || k === 0) return false;
  const tile = tileShape(m, n);
  const address = (matrix: MatrixView) => pool.pointer(matrix.data) + 4 * matrix.offset;
  pool.run(
    'openBlasTile',
    Math.ceil(m / tile.rows) * Math.ceil(n / tile.columns),
    ...[address(a), storedA.transposed, storedA.line, address(b), storedB.transposed, storedB.line],
    ...[address(c), storedC.line, m, n, k, accumulate ? 1 : 0, tile.rows, tile.columns],
  );
  return true;
}
