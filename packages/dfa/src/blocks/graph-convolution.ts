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
import {
  type SparseMatrix,
  sparseFromDense,
  sparseTimesDense,
  transposedTimesDense,
} from '../data/graph/sparse-matrix.js';
import { RowBuffer } from '../rows/row-buffer.js';
import type { Block, Parameter, Pass } from './block.js';
import { Dropout } from './dropout.js';
import { vectorParameter, weightParameter } from './parameters.js';

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
  /** The input is mostly zeros, the same array with the same values in every pass, and needs no gradient: the words of a node. */
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
  #lastInput: Float32Array | SparseMatrix | undefined;
  #sparse: { readonly of: Float32Array; readonly matrix: SparseMatrix } | undefined;
  #lastOutput: Float32Array | undefined;

  constructor(options: GraphConvolutionOptions) {
    const { pool, seed, name, inputs, outputs, dropout = 0 } = options;
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
    this.#dropout = dropout > 0 ? new Dropout(pool, seed, name, inputs, dropout) : undefined;
  }

  forward(input: Float32Array, pass: Pass): Float32Array {
    const { pool, adjacency, activation, sparseInput = false } = this.#options;
    const mixed = this.#mixed.rows(pass.rows);
    const output = this.#output.rows(pass.rows);
    this.#lastInput = sparseInput ? this.#mixSparse(input, pass, mixed) : this.#mixDense(input, pass, mixed);
    sparseTimesDense(adjacency, mixed, this.outputs, output);
    biasActivation(pool, output, this.#bias.value, activation);
    this.#lastOutput = output;
    return output;
  }

  #mixDense(input: Float32Array, pass: Pass, mixed: Float32Array): Float32Array {
    const { rows } = pass;
    const kept = this.#dropout?.forward(input, pass) ?? input;
    const weight = matrixView(this.#weight.value, this.inputs, this.outputs);
    gemm(this.#options.pool, matrixView(kept, rows, this.inputs), weight, matrixView(mixed, rows, this.outputs));
    return kept;
  }

  #mixSparse(input: Float32Array, pass: Pass, mixed: Float32Array): SparseMatrix {
    if (this.#sparse?.of !== input) {
      this.#sparse = { of: input, matrix: sparseFromDense(input, pass.rows, this.inputs) };
    }
    const { matrix } = this.#sparse;
    const kept = this.#dropout?.forwardSparse(matrix, pass) ?? matrix;
    sparseTimesDense(kept, this.#weight.value, this.outputs, mixed);
    return kept;
  }

  backward(outputGradient: Float32Array, wantInput: boolean): Float32Array | undefined {
    const { pool, adjacency, activation } = this.#options;
    const rows = adjacency.rows;
    activationBackward(pool, outputGradient, this.#lastOutput!, activation);
    columnSums(pool, outputGradient, this.#bias.gradient);
    const spread = this.#mixed.rows(rows);
    sparseTimesDense(adjacency, outputGradient, this.outputs, spread);
    const delta = matrixView(spread, rows, this.outputs);
    const input = this.#lastInput!;
    if (!(input instanceof Float32Array)) {
      transposedTimesDense(input, spread, this.outputs, this.#weight.gradient);
      return undefined;
    }
    const before = transposed(matrixView(input, rows, this.inputs));
    gemm(pool, before, delta, matrixView(this.#weight.gradient, this.inputs, this.outputs));
    if (!wantInput) return undefined;
    const inputGradient = this.#inputGradient.rows(rows);
    const weight = matrixView(this.#weight.value, this.inputs, this.outputs);
    gemm(pool, delta, transposed(weight), matrixView(inputGradient, rows, this.inputs));
    this.#dropout?.backward(inputGradient);
    return inputGradient;
  }
}
