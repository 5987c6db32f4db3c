import { type ComputePool, causalAttention, causalAttentionBackward } from '@opu/compute';
import { RowBuffer } from '../rows/row-buffer.js';
import type { Block, Pass } from './block.js';

export interface CausalAttentionOptions {
  readonly pool: ComputePool;
  readonly name: string;
  readonly width: number;
  readonly heads: number;
  /** Positions of a sequence; rows are sequences one after the other. */
  readonly context: number;
}

/**
 * softmax(Q K^T / sqrt(d)) V by heads, each position looking at itself and those before (Vaswani et al. 2017,
 * arXiv 1706.03762). Input rows hold Q, K and V side by side, shape [rows, 3 width]; output [rows, width]. No parameters.
 */
export class CausalAttention implements Block {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters = [];
  readonly #options: CausalAttentionOptions;
  readonly #output: RowBuffer;
  readonly #inputGradient: RowBuffer;
  /** Attention of every sequence and head, shape [rows, heads x context]. */
  readonly #attention: RowBuffer;
  #lastInput: Float32Array | undefined;

  constructor(options: CausalAttentionOptions) {
    const { pool, name, width, heads, context } = options;
    this.name = name;
    this.inputs = 3 * width;
    this.outputs = width;
    this.#options = options;
    this.#output = new RowBuffer(pool, width);
    this.#inputGradient = new RowBuffer(pool, 3 * width);
    this.#attention = new RowBuffer(pool, heads * context);
  }

  forward(input: Float32Array, pass: Pass): Float32Array {
    const output = this.#output.rows(pass.rows);
    causalAttention(this.#options.pool, this.#options, input, this.#attention.rows(pass.rows), output);
    this.#lastInput = input;
    return output;
  }

  backward(outputGradient: Float32Array, wantInput: boolean): Float32Array | undefined {
    if (!wantInput) return undefined;
    const rows = outputGradient.length / this.outputs;
    const gradient = this.#inputGradient.rows(rows);
    const attention = this.#attention.rows(rows);
    causalAttentionBackward(this.#options.pool, this.#options, this.#lastInput!, attention, outputGradient, gradient);
    return gradient;
  }
}
