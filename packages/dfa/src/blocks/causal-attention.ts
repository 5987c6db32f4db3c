import { type ComputePool, gemm, type MatrixView, portableExp, transposed } from '@opu/compute';
import type { Block, Pass } from '../network/block.js';
import { RowBuffer } from '../network/row-buffer.js';

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
  readonly #scratch: Float32Array;
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
    this.#scratch = pool.float32(context * context);
  }

  forward(input: Float32Array, pass: Pass): Float32Array {
    const { pool, heads, context } = this.#options;
    const output = this.#output.rows(pass.rows);
    const attention = this.#attention.rows(pass.rows);
    for (let sequence = 0; sequence < pass.rows / context; sequence++) {
      for (let head = 0; head < heads; head++) {
        const weights = this.#weights(attention, sequence, head);
        gemm(pool, this.#part(input, sequence, head, 0), transposed(this.#part(input, sequence, head, 1)), weights);
        this.#softmax(weights);
        gemm(pool, weights, this.#part(input, sequence, head, 2), this.#head(output, sequence, head));
      }
    }
    this.#lastInput = input;
    return output;
  }

  backward(outputGradient: Float32Array, wantInput: boolean): Float32Array | undefined {
    if (!wantInput) return undefined;
    const { pool, heads, context } = this.#options;
    const rows = outputGradient.length / this.outputs;
    const input = this.#lastInput!;
    const gradient = this.#inputGradient.rows(rows);
    const attention = this.#attention.rows(rows);
    const delta: MatrixView = { data: this.#scratch, shape: [context, context], stride: [context, 1], offset: 0 };
    for (let sequence = 0; sequence < rows / context; sequence++) {
      for (let head = 0; head < heads; head++) {
        const weights = this.#weights(attention, sequence, head);
        const out = this.#head(outputGradient, sequence, head);
        gemm(pool, transposed(weights), out, this.#part(gradient, sequence, head, 2));
        gemm(pool, out, transposed(this.#part(input, sequence, head, 2)), delta);
        this.#softmaxBackward(weights, delta.data);
        gemm(pool, delta, this.#part(input, sequence, head, 1), this.#part(gradient, sequence, head, 0));
        gemm(pool, transposed(delta), this.#part(input, sequence, head, 0), this.#part(gradient, sequence, head, 1));
      }
    }
    return gradient;
  }

  /** Q (0), K (1) or V (2) of a sequence and head, shape [context, width / heads]. */
  #part(data: Float32Array, sequence: number, head: number, part: number): MatrixView {
    const { width, heads, context } = this.#options;
    const size = width / heads;
    const offset = sequence * context * 3 * width + part * width + head * size;
    return { data, shape: [context, size], stride: [3 * width, 1], offset };
  }

  #head(data: Float32Array, sequence: number, head: number): MatrixView {
    const { width, heads, context } = this.#options;
    const size = width / heads;
    return { data, shape: [context, size], stride: [width, 1], offset: sequence * context * width + head * size };
  }

  #weights(data: Float32Array, sequence: number, head: number): MatrixView {
    const { heads, context } = this.#options;
    const offset = (sequence * heads + head) * context * context;
    return { data, shape: [context, context], stride: [context, 1], offset };
  }

  /** In place: scores become attention, zero for positions to come. */
  #softmax({ data, offset }: MatrixView): void {
    const { width, heads, context } = this.#options;
    const factor = 1 / Math.sqrt(width / heads);
    for (let row = 0; row < context; row++) {
      const start = offset + row * context;
      let greatest = Number.NEGATIVE_INFINITY;
      for (let i = 0; i <= row; i++) greatest = Math.max(greatest, data[start + i]!);
      let sum = 0;
      for (let i = 0; i <= row; i++) {
        const weight = portableExp(factor * (data[start + i]! - greatest));
        data[start + i] = weight;
        sum += weight;
      }
      for (let i = 0; i <= row; i++) data[start + i] = data[start + i]! / sum;
      data.fill(0, start + row + 1, start + context);
    }
  }

  /** In place: gradients at the attention become gradients at the scores. */
  #softmaxBackward({ data, offset }: MatrixView, delta: Float32Array): void {
    const { width, heads, context } = this.#options;
    const factor = 1 / Math.sqrt(width / heads);
    for (let row = 0; row < context; row++) {
      const weights = offset + row * context;
      const start = row * context;
      let sum = 0;
      for (let i = 0; i <= row; i++) sum += data[weights + i]! * delta[start + i]!;
      for (let i = 0; i < context; i++) delta[start + i] = factor * data[weights + i]! * (delta[start + i]! - sum);
    }
  }
}
