import { OpuError } from '@opu/driver';
import type { Block, Parameter, Pass } from './block.js';

/** Blocks one after the other as one block: gradients inside are true ones. */
export class Sequential implements Block {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: readonly Parameter[];
  readonly #blocks: readonly Block[];

  constructor(name: string, blocks: readonly Block[]) {
    const first = blocks[0];
    const last = blocks.at(-1);
    if (first === undefined || last === undefined) {
      throw new OpuError('INVALID_ARGUMENT', `The sequence ${name} needs at least one block.`);
    }
    this.name = name;
    this.inputs = first.inputs;
    this.outputs = last.outputs;
    this.parameters = blocks.flatMap((block) => block.parameters);
    this.#blocks = blocks;
  }

  forward(input: Float32Array, pass: Pass): Float32Array {
    return this.#blocks.reduce((values, block) => block.forward(values, pass), input);
  }

  backward(outputGradient: Float32Array, wantInput: boolean): Float32Array | undefined {
    let gradient: Float32Array | undefined = outputGradient;
    for (let i = this.#blocks.length - 1; i >= 0; i--) {
      gradient = this.#blocks[i]!.backward(gradient!, wantInput || i > 0);
    }
    return gradient;
  }
}
