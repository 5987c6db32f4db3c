import { setImmediate as letOthersWork } from 'node:timers/promises';
import { SeededRandom } from '@opu/compute';
import { OpuError } from '@opu/core';
import type { OperationOptions } from '@opu/driver';
import ndarray, { type NdArray } from 'ndarray';
import { type Dense, dense, multiply } from '../algebra/dense.js';
import { BlockSketch } from './block-sketch.js';
import { rowBatches, shapeOf } from './input-rows.js';
import type { Isometry, Sketch, SketchInput, Spent, TransposableSketch } from './sketch.js';

export interface DigitalSketchOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly seed?: number;
}

/** The exact control of an optical sketch: a Gaussian matrix in memory, entries of variance 1 / outputs. */
export class DigitalSketch implements TransposableSketch {
  readonly inputs: number;
  readonly outputs: number;
  readonly rows = 'gaussian';
  readonly isometry: Isometry = { ratio: 1, standardError: 0 };
  readonly spent: Spent = { frames: 0, deviceTicks: 0 };
  readonly #matrix: Dense;

  constructor({ inputs, outputs, seed = 0 }: DigitalSketchOptions) {
    for (const [name, value] of Object.entries({ inputs, outputs })) {
      if (Number.isInteger(value) && value >= 1) continue;
      throw new OpuError('INVALID_ARGUMENT', `${name} is ${value}; it must be a whole number of 1 or more.`);
    }
    this.inputs = inputs;
    this.outputs = outputs;
    this.#matrix = dense(outputs, inputs);
    new SeededRandom(seed, 'sketch').fillNormal(this.#matrix.data, 0, 1 / Math.sqrt(outputs));
  }

  apply(vectors: SketchInput, options: OperationOptions = {}): Promise<NdArray<Float32Array>> {
    return this.#multiplied(vectors, this.inputs, this.outputs, true, options);
  }

  applyTranspose(vectors: SketchInput, options: OperationOptions = {}): Promise<NdArray<Float32Array>> {
    return this.#multiplied(vectors, this.outputs, this.inputs, false, options);
  }

  block(first: number, count: number): Sketch {
    return new BlockSketch(this, first, count);
  }

  async #multiplied(
    vectors: SketchInput,
    from: number,
    to: number,
    isTurned: boolean,
    { signal }: OperationOptions,
  ): Promise<NdArray<Float32Array>> {
    const { rows } = shapeOf(vectors, from);
    const out = new Float32Array(rows * to);
    for (const { first, batch } of rowBatches(vectors, from, to)) {
      await letOthersWork();
      if (signal?.aborted)
        throw new OpuError('ABORTED', 'The sketch was aborted by its caller.', { cause: signal.reason });
      out.set(multiply(batch, this.#matrix, { b: isTurned }).data, first * to);
    }
    return ndarray(out, [rows, to]);
  }
}
