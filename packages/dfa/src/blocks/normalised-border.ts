import type { Block, Parameter, Pass } from './block.js';

const EPSILON = 1e-5;

/**
 * A block whose output goes on a residual stream that is read through a norm. Nothing is normalised forward, but feedback
 * goes back through the norm of the block's own output: what points along the output, and the mean, is taken out, as the norm
 * takes it out of every true gradient. Without it the feedback would pull the stream the same way at every step, and as the
 * loss does not answer to its size, it would grow without bound and drown what earlier blocks have written on it.
 */
export class NormalisedBorder implements Block {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: readonly Parameter[];
  readonly #inner: Block;
  #lastOutput: Float32Array | undefined;

  constructor(inner: Block) {
    this.name = inner.name;
    this.inputs = inner.inputs;
    this.outputs = inner.outputs;
    this.parameters = inner.parameters;
    this.#inner = inner;
  }

  forward(input: Float32Array, pass: Pass): Float32Array {
    this.#lastOutput = this.#inner.forward(input, pass);
    return this.#lastOutput;
  }

  backward(outputGradient: Float32Array, wantInput: boolean): Float32Array | undefined {
    return this.#inner.backward(outputGradient, wantInput);
  }

  fromFeedback(signal: Float32Array): void {
    const width = this.outputs;
    const output = this.#lastOutput!;
    for (let start = 0; start < signal.length; start += width) {
      let mean = 0;
      let meanSignal = 0;
      for (let i = start; i < start + width; i++) {
        mean += output[i]!;
        meanSignal += signal[i]!;
      }
      mean /= width;
      meanSignal /= width;
      let variance = 0;
      let product = 0;
      for (let i = start; i < start + width; i++) {
        const value = output[i]! - mean;
        variance += value * value;
        product += value * signal[i]!;
      }
      const square = variance / width + EPSILON;
      const factor = 1 / Math.sqrt(square);
      const along = product / (width * square);
      for (let i = start; i < start + width; i++) {
        signal[i] = factor * (signal[i]! - meanSignal - along * (output[i]! - mean));
      }
    }
  }
}
