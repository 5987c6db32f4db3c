import {
  type Activation,
  activationBackward,
  biasActivation,
  type ComputePool,
  columnSums,
  gemm,
  matrixView,
  transposed,
} from '@opu/compute';
import { RowBuffer } from '../rows/row-buffer.js';
import { allRows, rowsOf } from '../rows/rows.js';
import type { Block, Parameter, Pass } from './block.js';
import { Dropout } from './dropout.js';
import { vectorParameter, weightParameter } from './parameters.js';

export interface DenseOptions {
  readonly pool: ComputePool;
  readonly seed: number;
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Activation;
  /** Share of the outputs that a training step leaves out; 0 by default. */
  readonly dropout?: number;
}

/** h = f(x W + b), with drop-out on h. */
export class Dense implements Block {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: readonly Parameter[];
  readonly activation: Activation;
  readonly rowsTogether = 1;
  readonly #pool: ComputePool;
  readonly #weight: Parameter;
  readonly #bias: Parameter;
  readonly #output: RowBuffer;
  readonly #dropout: Dropout | undefined;
  readonly #inputGradient: RowBuffer;
  #lastInput: Float32Array | undefined;
  #lastOutput: Float32Array | undefined;

  constructor(options: DenseOptions) {
    const { pool, seed, name, inputs, outputs } = options;
    this.#pool = pool;
    this.name = name;
    this.inputs = inputs;
    this.outputs = outputs;
    this.activation = options.activation;
    this.#weight = weightParameter(pool, seed, `${name}.weight`, inputs, outputs);
    this.#bias = vectorParameter(pool, `${name}.bias`, outputs);
    this.parameters = [this.#weight, this.#bias];
    this.#output = new RowBuffer(pool, outputs);
    this.#inputGradient = new RowBuffer(pool, inputs);
    const { dropout = 0 } = options;
    this.#dropout = dropout > 0 ? new Dropout(pool, seed, name, outputs, dropout) : undefined;
  }

  forward(input: Float32Array, pass: Pass): Float32Array {
    const output = this.#output.rows(pass.rows);
    const { part = allRows(pass.rows) } = pass;
    const written = rowsOf(output, this.outputs, part);
    gemm(
      this.#pool,
      matrixView(rowsOf(input, this.inputs, part), part.count, this.inputs),
      matrixView(this.#weight.value, this.inputs, this.outputs),
      matrixView(written, part.count, this.outputs),
    );
    biasActivation(this.#pool, written, this.#bias.value, this.activation);
    this.#lastInput = input;
    this.#lastOutput = output;
    return this.#dropout?.forward(output, pass) ?? output;
  }

  backward(outputGradient: Float32Array, wantInput: boolean): Float32Array | undefined {
    const rows = outputGradient.length / this.outputs;
    this.#dropout?.backward(outputGradient);
    activationBackward(this.#pool, outputGradient, this.#lastOutput!, this.activation);
    const delta = matrixView(outputGradient, rows, this.outputs);
    const input = matrixView(this.#lastInput!, rows, this.inputs);
    gemm(this.#pool, transposed(input), delta, matrixView(this.#weight.gradient, this.inputs, this.outputs));
    columnSums(this.#pool, outputGradient, this.#bias.gradient);
    if (!wantInput) return undefined;
    const inputGradient = this.#inputGradient.rows(rows);
    const weight = matrixView(this.#weight.value, this.inputs, this.outputs);
    gemm(this.#pool, delta, transposed(weight), matrixView(inputGradient, rows, this.inputs));
    return inputGradient;
  }
}
