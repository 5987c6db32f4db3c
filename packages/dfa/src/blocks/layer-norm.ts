import type { ComputePool } from '@opu/compute';
import type { Block, Parameter, Pass } from '../network/block.js';
import { vectorParameter } from '../network/parameters.js';
import { RowBuffer } from '../network/row-buffer.js';

const EPSILON = 1e-5;

/** Each row to mean 0 and variance 1, then gain and bias by column (Ba, Kiros and Hinton 2016, arXiv 1607.06450). */
export class LayerNorm implements Block {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: readonly Parameter[];
  readonly #gain: Parameter;
  readonly #bias: Parameter;
  readonly #normal: RowBuffer;
  readonly #output: RowBuffer;
  readonly #inputGradient: RowBuffer;
  readonly #inverse: RowBuffer;

  constructor(pool: ComputePool, name: string, width: number) {
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
    const width = this.inputs;
    const normal = this.#normal.rows(pass.rows);
    const output = this.#output.rows(pass.rows);
    const inverse = this.#inverse.rows(pass.rows);
    const gain = this.#gain.value;
    const bias = this.#bias.value;
    for (let row = 0; row < pass.rows; row++) {
      const start = row * width;
      let mean = 0;
      for (let i = 0; i < width; i++) mean += input[start + i]!;
      mean /= width;
      let variance = 0;
      for (let i = 0; i < width; i++) variance += (input[start + i]! - mean) * (input[start + i]! - mean);
      const factor = 1 / Math.sqrt(variance / width + EPSILON);
      inverse[row] = factor;
      for (let i = 0; i < width; i++) {
        const value = (input[start + i]! - mean) * factor;
        normal[start + i] = value;
        output[start + i] = value * gain[i]! + bias[i]!;
      }
    }
    return output;
  }

  backward(outputGradient: Float32Array, wantInput: boolean): Float32Array | undefined {
    const width = this.inputs;
    const rows = outputGradient.length / width;
    const normal = this.#normal.rows(rows);
    const inverse = this.#inverse.rows(rows);
    const gain = this.#gain.value;
    const gainGradient = this.#gain.gradient.fill(0);
    const biasGradient = this.#bias.gradient.fill(0);
    const inputGradient = wantInput ? this.#inputGradient.rows(rows) : undefined;
    for (let row = 0; row < rows; row++) {
      const start = row * width;
      let sum = 0;
      let product = 0;
      for (let i = 0; i < width; i++) {
        const gradient = outputGradient[start + i]!;
        const value = normal[start + i]!;
        gainGradient[i] = gainGradient[i]! + gradient * value;
        biasGradient[i] = biasGradient[i]! + gradient;
        sum += gradient * gain[i]!;
        product += gradient * gain[i]! * value;
      }
      if (inputGradient === undefined) continue;
      for (let i = 0; i < width; i++) {
        const scaled = outputGradient[start + i]! * gain[i]!;
        inputGradient[start + i] = inverse[row]! * (scaled - (sum + normal[start + i]! * product) / width);
      }
    }
    return inputGradient;
  }
}
