import { OpuError } from '@opu/core';
import type { ComputePool } from '../pool/compute-pool.js';
import { checkMatrix, type MatrixView } from './matrix.js';
import { openBlasGemm } from './openblas-gemm.js';

const maxBlockLines = 2048;
const maxBlockLength = 1024;
const panelsATile = 8;

export interface GemmOptions {
  /** Add to C instead of replacing it. */
  readonly accumulate?: boolean;
}

/**
 * C = A B, or C += A B, in f32: A of shape [m, k], B [k, n], C [m, n] with unit column stride. Any strides of A and B, so
 * a transpose costs nothing.
 *
 * Each product and sum is rounded to f32; sums run along k in blocks of 256, each from zero, added to C in order. That
 * order is the same for every thread count and machine: results are bit-equal to `gemmReference`, unless the pool was told to
 * use an accelerator.
 * @throws INVALID_ARGUMENT for shapes that do not match or arrays that are not on the pool
 */
export function gemm(pool: ComputePool, a: MatrixView, b: MatrixView, c: MatrixView, options: GemmOptions = {}): void {
  const [rows, columns, length] = checkShapes(a, b, c);
  if (openBlasGemm(pool, a, b, c, options.accumulate === true)) return;
  const [addressA, addressB, addressC] = [a, b, c].map((x) => pool.pointer(x.data) + 4 * x.offset) as [
    number,
    number,
    number,
  ];
  if (length === 0 && options.accumulate !== true) clear(c);
  const panels = pool.workspace(8 * Math.min(maxBlockLength, length) * (maxBlockLines + 8));
  const panelsB = panels + 4 * Math.min(maxBlockLength, length) * (maxBlockLines + 8);
  const [strideA, stepA] = a.stride as [number, number];
  const [stepB, strideB] = b.stride as [number, number];
  const strideC = c.stride[0]!;
  for (let column = 0; column < columns; column += maxBlockLines) {
    const blockColumns = Math.min(maxBlockLines, columns - column);
    for (let k = 0; k < length; k += maxBlockLength) {
      const blockLength = Math.min(maxBlockLength, length - k);
      const fromB = addressB + 4 * (k * stepB + column * strideB);
      pack(pool, fromB, strideB, stepB, blockColumns, blockLength, 8, panelsB);
      for (let row = 0; row < rows; row += maxBlockLines) {
        const blockRows = Math.min(maxBlockLines, rows - row);
        pack(pool, addressA + 4 * (row * strideA + k * stepA), strideA, stepA, blockRows, blockLength, 4, panels);
        const tile = tileShape(blockRows, blockColumns);
        pool.run(
          'multiplyTile',
          Math.ceil(blockRows / tile.rows) * Math.ceil(blockColumns / tile.columns),
          ...[panels, panelsB, blockRows, blockColumns, blockLength, addressC + 4 * (row * strideC + column), strideC],
          ...[options.accumulate === true || k > 0 ? 1 : 0, tile.rows, tile.columns],
        );
      }
    }
  }
}

function pack(
  pool: ComputePool,
  source: number,
  across: number,
  along: number,
  lines: number,
  length: number,
  width: 4 | 8,
  out: number,
): void {
  const tiles = Math.ceil(lines / (width * panelsATile));
  pool.run('packPanels', tiles, source, across, along, lines, length, width, out);
}

/** Tiles small enough that a few threads find work and large enough that panels are used again from the cache. */
function tileShape(rows: number, columns: number): { rows: number; columns: number } {
  const tileColumns = columns <= 128 ? Math.ceil(columns / 8) * 8 : 128;
  const wanted = Math.ceil(16 / Math.ceil(columns / tileColumns));
  const tileRows = Math.min(64, Math.max(4, Math.ceil(rows / wanted / 4) * 4));
  return { rows: tileRows, columns: tileColumns };
}

function clear(c: MatrixView): void {
  for (let i = 0; i < c.shape[0]!; i++) {
    const start = c.offset + i * c.stride[0]!;
    c.data.fill(0, start, start + c.shape[1]!);
  }
}

export function checkShapes(a: MatrixView, b: MatrixView, c: MatrixView): [number, number, number] {
  checkMatrix('A', a);
  checkMatrix('B', b);
  checkMatrix('C', c);
  const [m, k] = a.shape as [number, number];
  const [, n] = b.shape as [number, number];
  if (b.shape[0] !== k || c.shape[0] !== m || c.shape[1] !== n) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `cannot multiply A [${a.shape}] by B [${b.shape}] into C [${c.shape}]; they must be [m, k], [k, n] and [m, n]`,
    );
  }
  if (n > 1 && c.stride[1] !== 1) {
    throw new OpuError('INVALID_ARGUMENT', `C has column stride ${c.stride[1]}; it must be row-major (stride 1)`);
  }
  return [m, n, k];
}
