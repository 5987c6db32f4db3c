import { type ComputePool, type NormRows, normRows, normRowsBackward } from '@opu/compute';
import { RowBuffer } from '../rows/row-buffer.js';
import type { Block, Parameter, Pass } from './block.js';
import { vectorParameter } from './parameters.js';

const EPSILON = 1e-5;

/** Each row to mean 0 and variance 1, then gain and bias by column (Ba, Kiros and Hinton 2016, arXiv 1607.06450). */
export class LayerNorm implements Block {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: readonly Parameter[];
  readonly #pool: ComputePool;
  readonly #gain: Parameter;
  readonly #bias: Parameter;
  readonly #normal: RowBuffer;
  readonly #output: RowBuffer;
  readonly #inputGradient: RowBuffer;
  readonly #inverse: RowBuffer;

  constructor(pool: ComputePool, name: string, width: number) {
    this.#pool = pool;
    this.name = name;
    this.inputs = width;
    this.outputs = width;
    this.#gain = vectorParameter(pool, `${name}.gain`, width, 1);
    this.#bias = vectorParameter(pool, `${name}.bias`, width);
    this.parameters = [this.#gain, this.#bias];
    this.#normal = new RowBuffer(pool, width);
    this.#output = new RowBuffer(pool, width);
    this.#inputGradient = new RowBuffer(pool, width);
    this.#inverse = new RowBuffer(pool, 1);
  }

  forward(input: Float32Array, pass: Pass): Float32Array {
    const output = this.#output.rows(pass.rows);
    normRows(this.#pool, this.#norm(pass.rows), input, output);
    return output;
  }

  /** Uses up what the last `forward` left: called once after each. */
  backward(outputGradient: Float32Array, _wantInput: boolean): Float32Array {
    const rows = outputGradient.length / this.inputs;
    const input = this.#inputGradient.rows(rows);
    const gradients = { input, gain: this.#gain.gradient, bias: this.#bias.gradient };
    normRowsBackward(this.#pool, this.#norm(rows), outputGradient, gradients);
    return input;
  }

  #norm(rows: number): NormRows {
    return {
      gain: this.#gain.value,
      bias: this.#bias.value,
      normal: this.#normal.rows(rows),
      inverse: this.#inverse.rows(rows),
      epsilon: EPSILON,
    };
  }
}
