import { OpuError } from '@opu/driver';
import type { Block, Parameter, Pass } from '../blocks/block.js';

/** Blocks one after the other; the last one gives the logits. */
export class Network {
  readonly blocks: readonly Block[];

  constructor(blocks: readonly Block[]) {
    if (blocks.length === 0) throw new OpuError('INVALID_ARGUMENT', 'A network needs at least one block.');
    for (const [i, block] of blocks.entries()) {
      const before = blocks[i - 1];
      if (before !== undefined && before.outputs !== block.inputs) {
        throw new OpuError(
          'INVALID_ARGUMENT',
          `Block ${before.name} gives ${before.outputs} numbers a row and ${block.name} takes ${block.inputs}.`,
        );
      }
    }
    this.blocks = blocks;
  }

  /** Every block but the last: those that a training mode brings a signal to. */
  get hidden(): readonly Block[] {
    return this.blocks.slice(0, -1);
  }

  get output(): Block {
    return this.blocks.at(-1)!;
  }

  get parameters(): readonly Parameter[] {
    return this.blocks.flatMap((block) => block.parameters);
  }

  /** Rows that must stay in one part of a batch; undefined when a batch can only go forward whole. */
  get rowsTogether(): number | undefined {
    let together = 1;
    for (const block of this.blocks) {
      if (block.rowsTogether === undefined) return undefined;
      together = Math.max(together, block.rowsTogether);
    }
    return together;
  }

  /** @returns logits, shape [pass.rows, output.outputs] */
  forward(input: Float32Array, pass: Pass): Float32Array {
    return this.blocks.reduce((values, block) => block.forward(values, pass), input);
  }
}
