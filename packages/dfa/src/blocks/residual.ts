import { axpy, type ComputePool } from '@opu/compute';
import { RowBuffer } from '../rows/row-buffer.js';
import type { Block, Parameter, Pass } from './block.js';

/** x + inner(x). */
export class Residual implements Block {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: readonly Parameter[];
  readonly #pool: ComputePool;
  readonly #inner: Block;
  readonly #output: RowBuffer;
  readonly #gradient: RowBuffer;

  constructor(pool: ComputePool, inner: Block) {
    this.name = inner.name;
    this.inputs = inner.inputs;
    this.outputs = inner.outputs;
    this.parameters = inner.parameters;
    this.#pool = pool;
    this.#inner = inner;
    this.#output = new RowBuffer(pool, inner.outputs);
    this.#gradient = new RowBuffer(pool, inner.outputs);
  }

  forward(input: Float32Array, pass: Pass): Float32Array {
    const output = this.#output.rows(pass.rows);
    output.set(this.#inner.forward(input, pass));
    axpy(this.#pool, 1, input, output);
    return output;
  }

  backward(outputGradient: Float32Array, wantInput: boolean): Float32Array | undefined {
    const gradient = this.#gradient.rows(outputGradient.length / this.outputs);
    gradient.set(outputGradient);
    const through = this.#inner.backward(outputGradient, wantInput);
    if (through === undefined) return undefined;
    axpy(this.#pool, 1, through, gradient);
    return gradient;
  }
}
