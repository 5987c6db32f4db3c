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
import { type SparseMatrix, sparseTimesDense } from '../data/graph/sparse-matrix.js';
import type { Block, Parameter, Pass } from '../network/block.js';
import { Dropout } from '../network/dropout.js';
import { vectorParameter, weightParameter } from '../network/parameters.js';
import { RowBuffer } from '../network/row-buffer.js';

export interface GraphConvolutionOptions {
  readonly pool: ComputePool;
  readonly seed: number;
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Activation;
  /** D^-1/2 (A + I) D^-1/2: symmetric. */
  readonly adjacency: SparseMatrix;
  /** Share of the inputs that a training step leaves out; 0 by default. */
  readonly dropout?: number;
  /** The input is mostly zeros and needs no gradient: the words of a node. */
  readonly sparseInput?: boolean;
}

/** H' = f(A (H W) + b) over the nodes of a graph (Kipf and Welling 2017), with drop-out on H. Rows are nodes. */
export class GraphConvolution implements Block {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: readonly Parameter[];
  readonly #options: GraphConvolutionOptions;
  readonly #weight: Parameter;
  readonly #bias: Parameter;
  readonly #mixed: RowBuffer;
  readonly #output: RowBuffer;
  readonly #inputGradient: RowBuffer;
  readonly #dropout: Dropout | undefined;
  #lastInput: Float32Array | undefined;
  #lastOutput: Float32Array | undefined;

  constructor(options: GraphConvolutionOptions) {
    const { pool, seed, name, inputs, outputs, dropout = 0, sparseInput = false } = options;
    this.#options = options;
    this.name = name;
    this.inputs = inputs;
    this.outputs = outputs;
    this.#weight = weightParameter(pool, seed, `${name}.weight`, inputs, outputs);
    this.#bias = vectorParameter(pool, `${name}.bias`, outputs);
    this.parameters = [this.#weight, this.#bias];
    this.#mixed = new RowBuffer(pool, outputs);
    this.#output = new RowBuffer(pool, outputs);
    this.#inputGradient = new RowBuffer(pool, inputs);
    this.#dropout = dropout > 0 ? new Dropout(pool, seed, name, inputs, dropout, sparseInput) : undefined;
  }

  forward(input: Float32Array, pass: Pass): Float32Array {
    const { pool, adjacency, activation } = this.#options;
    const kept = this.#dropout?.forward(input, pass) ?? input;
    const mixed = this.#mixed.rows(pass.rows);
    const output = this.#output.rows(pass.rows);
    const weight = matrixView(this.#weight.value, this.inputs, this.outputs);
    gemm(pool, matrixView(kept, pass.rows, this.inputs), weight, matrixView(mixed, pass.rows, this.outputs));
    sparseTimesDense(adjacency, mixed, this.outputs, output);
    biasActivation(pool, output, this.#bias.value, activation);
    this.#lastInput = kept;
    this.#lastOutput = output;
    return output;
  }

  backward(outputGradient: Float32Array, wantInput: boolean): Float32Array | undefined {
    const { pool, adjacency, activation } = this.#options;
    const rows = adjacency.rows;
    activationBackward(pool, outputGradient, this.#lastOutput!, activation);
    columnSums(pool, outputGradient, this.#bias.gradient);
    const spread = this.#mixed.rows(rows);
    sparseTimesDense(adjacency, outputGradient, this.outputs, spread);
    const delta = matrixView(spread, rows, this.outputs);
    const input = matrixView(this.#lastInput!, rows, this.inputs);
    gemm(pool, transposed(input), delta, matrixView(this.#weight.gradient, this.inputs, this.outputs));
    if (!wantInput) return undefined;
    const inputGradient = this.#inputGradient.rows(rows);
    const weight = matrixView(this.#weight.value, this.inputs, this.outputs);
    gemm(pool, delta, transposed(weight), matrixView(inputGradient, rows, this.inputs));
    this.#dropout?.backward(inputGradient);
    return inputGradient;
  }
}
