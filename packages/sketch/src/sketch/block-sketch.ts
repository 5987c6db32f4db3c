import { OpuError } from '@opu/core';
import type { OperationOptions } from '@opu/driver';
import ndarray, { type NdArray } from 'ndarray';
import type { Isometry, Sketch, SketchInput, SketchRows, Spent } from './sketch.js';

/** Some rows of a sketch. Light makes all rows at once, so it costs what the whole costs. */
export class BlockSketch implements Sketch {
  readonly outputs: number;
  readonly #whole: Sketch;
  readonly #first: number;

  constructor(whole: Sketch, first: number, count: number) {
    requireRows(whole, first, count);
    this.#whole = whole;
    this.#first = first;
    this.outputs = count;
  }

  get inputs(): number {
    return this.#whole.inputs;
  }

  get rows(): SketchRows {
    return this.#whole.rows;
  }

  get isometry(): Isometry {
    return this.#whole.isometry;
  }

  get spent(): Spent {
    return this.#whole.spent;
  }

  async apply(vectors: SketchInput, options?: OperationOptions): Promise<NdArray<Float32Array>> {
    const all = await this.#whole.apply(vectors, options);
    const [count, columns] = all.shape as [number, number];
    const scale = Math.sqrt(this.#whole.outputs / this.outputs);
    const out = new Float32Array(count * this.outputs);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < this.outputs; j++) {
        out[i * this.outputs + j] = scale * all.data[all.offset + i * columns + this.#first + j]!;
      }
    }
    return ndarray(out, [count, this.outputs]);
  }

  block(first: number, count: number): Sketch {
    requireRows(this, first, count);
    return new BlockSketch(this.#whole, this.#first + first, count);
  }
}

function requireRows({ outputs }: Sketch, first: number, count: number): void {
  if (Number.isInteger(first) && Number.isInteger(count) && first >= 0 && count >= 1 && first + count <= outputs)
    return;
  throw new OpuError(
    'INVALID_ARGUMENT',
    `There are no ${count} rows from row ${first} on in a sketch of ${outputs} rows, 0 to ${outputs - 1}.`,
  );
}
