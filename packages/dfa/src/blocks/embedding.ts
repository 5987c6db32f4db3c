import type { ComputePool } from '@opu/compute';
import { seededRandom } from '../random/draws.js';
import { RowBuffer } from '../rows/row-buffer.js';
import type { Block, Parameter, Pass } from './block.js';

export interface EmbeddingOptions {
  readonly pool: ComputePool;
  readonly seed: number;
  readonly name: string;
  readonly tokens: number;
  /** Positions of a sequence; rows are sequences one after the other. */
  readonly context: number;
  readonly width: number;
}

/** Token + position as a vector. Input: a token's number in each row, shape [rows, 1]. */
export class Embedding implements Block {
  readonly name: string;
  readonly inputs = 1;
  readonly outputs: number;
  readonly parameters: readonly Parameter[];
  readonly #context: number;
  readonly #token: Parameter;
  readonly #position: Parameter;
  readonly #output: RowBuffer;
  #lastInput: Float32Array | undefined;

  constructor(options: EmbeddingOptions) {
    const { pool, seed, name, tokens, context, width } = options;
    this.name = name;
    this.outputs = width;
    this.#context = context;
    const table = (part: string, rows: number): Parameter => {
      const value = pool.float32(rows * width);
      seededRandom(seed, `initial/${name}.${part}`).fillUniform(value, -0.1, 0.1);
      return {
        name: `${name}.${part}`,
        shape: [rows, width],
        value,
        gradient: pool.float32(value.length),
        decays: false,
      };
    };
    this.#token = table('token', tokens);
    this.#position = table('position', context);
    this.parameters = [this.#token, this.#position];
    this.#output = new RowBuffer(pool, width);
  }

  forward(input: Float32Array, pass: Pass): Float32Array {
    const output = this.#output.rows(pass.rows);
    const width = this.outputs;
    for (let row = 0; row < pass.rows; row++) {
      const token = input[row]! * width;
      const position = (row % this.#context) * width;
      for (let i = 0; i < width; i++) {
        output[row * width + i] = this.#token.value[token + i]! + this.#position.value[position + i]!;
      }
    }
    this.#lastInput = input;
    return output;
  }

  /** Tokens have no gradient: nothing is ever returned. */
  backward(outputGradient: Float32Array): undefined {
    const width = this.outputs;
    const rows = outputGradient.length / width;
    const tokens = this.#token.gradient.fill(0);
    const positions = this.#position.gradient.fill(0);
    for (let row = 0; row < rows; row++) {
      const token = this.#lastInput![row]! * width;
      const position = (row % this.#context) * width;
      for (let i = 0; i < width; i++) {
        const gradient = outputGradient[row * width + i]!;
        tokens[token + i] = tokens[token + i]! + gradient;
        positions[position + i] = positions[position + i]! + gradient;
      }
    }
  }
}
