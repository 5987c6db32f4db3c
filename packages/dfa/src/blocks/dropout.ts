import type { ComputePool } from '@opu/compute';
import type { SparseMatrix } from '../data/graph/sparse-matrix.js';
import { seededRandom } from '../random/draws.js';
import { RowBuffer } from '../rows/row-buffer.js';
import { allRows } from '../rows/rows.js';
import type { Pass } from './block.js';

/**
 * Leaves out a share of a block's outputs in training and scales the rest up, so that means stay. What a step leaves out is
 * fixed by (seed, name, step). The share is kept in steps of 1/256.
 */
export class Dropout {
  readonly #seed: number;
  readonly #name: string;
  readonly #columns: number;
  /** A byte of a draw below this number leaves a value out. */
  readonly #limit: number;
  readonly #output: RowBuffer;
  readonly #kept: RowBuffer;
  #mask: Float32Array | undefined;

  constructor(pool: ComputePool, seed: number, name: string, columns: number, share: number) {
    this.#seed = seed;
    this.#name = `dropout/${name}`;
    this.#columns = columns;
    this.#limit = Math.round(256 * share);
    this.#output = new RowBuffer(pool, columns);
    this.#kept = new RowBuffer(pool, columns);
  }

  /** @returns the values with some left out, in own memory; the values themselves where nothing is */
  forward(values: Float32Array, pass: Pass): Float32Array {
    this.#mask = undefined;
    if (!pass.training) return values;
    const mask = this.#kept.rows(pass.rows);
    const output = this.#output.rows(pass.rows);
    const random = seededRandom(this.#seed, this.#name, pass.step);
    const gain = this.#gain;
    const { part = allRows(pass.rows) } = pass;
    const last = (part.first + part.count) * this.#columns;
    for (let i = part.first * this.#columns; i < last; ) {
      // One draw serves four values that begin at a multiple of four, wherever the part begins.
      const end = Math.min((i & ~3) + 4, last);
      let bits = random.bits(i >> 2) >>> (8 * (i & 3));
      for (; i < end; i++) {
        mask[i] = (bits & 255) < this.#limit ? 0 : gain;
        output[i] = values[i]! * mask[i]!;
        bits >>>= 8;
      }
    }
    this.#mask = mask;
    return output;
  }

  /** As `forward` of the same matrix written out: what is zero anyway costs no draw. For inputs, which need no gradient. */
  forwardSparse(matrix: SparseMatrix, pass: Pass): SparseMatrix {
    if (!pass.training) return matrix;
    const random = seededRandom(this.#seed, this.#name, pass.step);
    const values = new Float32Array(matrix.values.length);
    for (let row = 0; row < matrix.rows; row++) {
      for (let k = matrix.starts[row]!; k < matrix.starts[row + 1]!; k++) {
        const at = row * matrix.columns + matrix.indices[k]!;
        const drawn = (random.bits(Math.floor(at / 4)) >>> (8 * (at % 4))) & 255;
        values[k] = drawn < this.#limit ? 0 : matrix.values[k]! * this.#gain;
      }
    }
    return { ...matrix, values };
  }

  get #gain(): number {
    return Math.fround(256 / (256 - this.#limit));
  }

  /** In place: the gradient at the values from the gradient at what `forward` returned. */
  backward(gradient: Float32Array): void {
    const mask = this.#mask;
    if (mask === undefined) return;
    for (let i = 0; i < gradient.length; i++) gradient[i] = gradient[i]! * mask[i]!;
  }
}
