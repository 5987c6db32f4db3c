import { ComputeError } from '../errors.js';
import { portableSinCosTurns } from '../math/portable.js';
import type { ComputePool } from '../pool/compute-pool.js';

const columnsATile = 16;

/** A complex matrix [rows, columns] of f32 in split planes on the pool. */
export interface ComplexGrid {
  readonly real: Float32Array;
  readonly imaginary: Float32Array;
}

/** Multiplies entry number k (row-major) by a random power of i before the transform: two keys choose which. */
export interface RandomTurns {
  readonly key0: number;
  readonly key1: number;
}

/**
 * Two-dimensional Fourier transform, exp(-2 pi i ...), not normalised, in place, of a fixed size: rows and columns are powers of
 * two from 16 to 4096. f32 arithmetic in a fixed order: the same bits with any number of threads and on every machine.
 * Relative error (root mean square) below 1e-6.
 */
export class FourierTransform2d {
  readonly rows: number;
  readonly columns: number;
  readonly #pool: ComputePool;
  readonly #tables: ReadonlyMap<number, Float32Array>;
  readonly #between: ComplexGrid;

  constructor(pool: ComputePool, rows: number, columns: number) {
    for (const size of [rows, columns]) {
      if (size >= 16 && size <= 4096 && Number.isInteger(Math.log2(size))) continue;
      throw new ComputeError(
        'INVALID_ARGUMENT',
        `a side has ${size} points; it must be a power of two from 16 to 4096`,
      );
    }
    this.#pool = pool;
    this.rows = rows;
    this.columns = columns;
    this.#tables = new Map([rows, columns].map((n) => [n, twiddles(pool, n)]));
    this.#between = { real: pool.float32(rows * columns), imaginary: pool.float32(rows * columns) };
  }

  transform(grid: ComplexGrid, turns?: RandomTurns): void {
    this.#pass(grid, this.#between, this.rows, this.columns, turns);
    this.#pass(this.#between, grid, this.columns, this.rows, undefined);
  }

  /** Gives the memory on the pool back. */
  release(): void {
    for (const table of this.#tables.values()) this.#pool.release(table);
    this.#pool.release(this.#between.real);
    this.#pool.release(this.#between.imaginary);
  }

  #pass(from: ComplexGrid, to: ComplexGrid, n: number, columns: number, turns: RandomTurns | undefined): void {
    const addresses = [from.real, from.imaginary, to.real, to.imaginary].map((plane) => this.#pool.pointer(plane));
    const table = this.#pool.pointer(this.#tables.get(n)!);
    const turning = turns === undefined ? [0, 0, 0] : [1, turns.key0, turns.key1];
    this.#pool.run('fftColumns', columns / columnsATile, ...addresses, n, columns, table, ...turning);
  }
}

/** cos(2 pi k / n) for k = 0 ... n - 1, then -sin(2 pi k / n). */
function twiddles(pool: ComputePool, n: number): Float32Array {
  const table = pool.float32(2 * n);
  for (let k = 0; k < n; k++) {
    const { sin, cos } = portableSinCosTurns(k / n);
    table[k] = cos;
    table[n + k] = -sin;
  }
  return table;
}
