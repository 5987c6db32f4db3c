import { OpuError } from '@opu/core';
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

/** Bits on the pool, most significant first, row after row of the matrix; entries beyond `inputs` are 0. */
export interface BitSource {
  readonly address: number;
  readonly inputs: number;
}

/** Integers on the pool, made of a matrix by rounding, and which of its entries are wanted, four lines a group. */
export interface RoundedSink {
  /** Three words a group: its number, its first piece, how many pieces it has. */
  readonly groups: Int32Array;
  /** Three words a piece: first entry in the group's four lines, how many, place of the first in the output. */
  readonly pieces: Int32Array;
  /** Byte addresses of the output's planes. */
  readonly real: number;
  readonly imaginary: number;
  /** Factor before rounding. */
  readonly scale: number;
}

/**
 * Two-dimensional Fourier transform, exp(-2 pi i ...), not normalised, of a fixed size: rows and columns are powers of two from
 * 16 to 4096. f32 arithmetic in a fixed order: the same bits with any number of threads and on every machine. Relative error
 * (root mean square) below 1e-6.
 */
export class FourierTransform2d {
  readonly rows: number;
  readonly columns: number;
  readonly #pool: ComputePool;
  readonly #tables: ReadonlyMap<number, Float32Array>;
  /** The matrix between the two passes of a transform, and between two transforms: assembly/fft2d.ts says how it lies. */
  readonly #inside: Float32Array;
  readonly #between: Float32Array;

  constructor(pool: ComputePool, rows: number, columns: number) {
    for (const size of [rows, columns]) {
      if (size >= 16 && size <= 4096 && Number.isInteger(Math.log2(size))) continue;
      throw new OpuError('INVALID_ARGUMENT', `a side has ${size} points; it must be a power of two from 16 to 4096`);
    }
    this.#pool = pool;
    this.rows = rows;
    this.columns = columns;
    this.#tables = new Map([rows, columns].map((n) => [n, twiddles(pool, n)]));
    this.#inside = pool.float32(2 * rows * columns);
    this.#between = pool.float32(2 * rows * columns);
  }

  /** Transforms a matrix in place. */
  transform(grid: ComplexGrid, turns?: RandomTurns): void {
    const planes = [this.#pool.pointer(grid.real), this.#pool.pointer(grid.imaginary)];
    const inside = this.#pool.pointer(this.#inside);
    const { rows, columns } = this;
    this.#run('fftFromPlanes', columns / columnsATile, ...planes, inside, ...this.#shape(rows), ...turning(turns));
    this.#run('fftToPlanes', rows / columnsATile, inside, ...planes, ...this.#shape(columns));
  }

  /** From a binary pattern to integers through one random diagonal and transform after another. */
  scatter(source: BitSource, turns: readonly RandomTurns[], sink: RoundedSink): void {
    const { rows, columns } = this;
    const [inside, between] = [this.#pool.pointer(this.#inside), this.#pool.pointer(this.#between)];
    const [down, across] = [this.#shape(rows), this.#shape(columns)];
    turns.forEach((turn, round) => {
      const from = round === 0 ? [source.address, source.inputs] : [between];
      const first = round === 0 ? 'fftFromBits' : 'fftCells';
      const keys = round === 0 ? [turn.key0, turn.key1] : turning(turn);
      this.#run(first, columns / columnsATile, ...from, inside, ...down, ...keys);
      if (round < turns.length - 1)
        this.#run('fftCells', rows / columnsATile, inside, between, ...across, ...turning(undefined));
    });
    const records = [this.#pool.pointer(sink.groups), this.#pool.pointer(sink.pieces)];
    const out = [sink.real, sink.imaginary, sink.scale];
    this.#run('fftToSums', sink.groups.length / 3, inside, ...records, ...out, ...across);
  }

  /** Gives the memory on the pool back. */
  release(): void {
    for (const table of this.#tables.values()) this.#pool.release(table);
    this.#pool.release(this.#inside);
    this.#pool.release(this.#between);
  }

  #run(kernel: string, tiles: number, ...args: number[]): void {
    this.#pool.run(kernel, tiles, ...args);
  }

  /** Points of a transform, how many there are, and the table of its turns. */
  #shape(points: number): number[] {
    return [points, (this.rows * this.columns) / points, this.#pool.pointer(this.#tables.get(points)!)];
  }
}

function turning(turns: RandomTurns | undefined): number[] {
  return turns === undefined ? [0, 0, 0] : [1, turns.key0, turns.key1];
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
