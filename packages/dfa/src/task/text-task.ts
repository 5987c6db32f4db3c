import type { ComputePool } from '@opu/compute';
import { OpuError } from '@opu/driver';
import type { TextDataset } from '../data/text/text-files.js';
import { seededRandom } from '../random/draws.js';
import type { Batch, Task } from './task.js';

/** Steps that are called an epoch: a text has no natural one. */
const STEPS_PER_EPOCH = 100;

const TEST_BATCHES = 20;

/** Predicting the next character at every position of pieces of a text; pieces are drawn at random. */
export class TextTask implements Task {
  readonly name: string;
  readonly inputs = 1;
  readonly classes: number;
  readonly stepsPerEpoch = STEPS_PER_EPOCH;
  readonly #text: TextDataset;
  readonly #seed: number;
  readonly #context: number;
  readonly #sequences: number;
  readonly #batch: Batch;

  /** @param sequences pieces of a batch, each of `context` characters */
  constructor(pool: ComputePool, text: TextDataset, sequences: number, context: number, seed: number) {
    const shortest = Math.min(text.train.length, text.test.length);
    if (shortest <= context) {
      throw new OpuError(
        'INVALID_ARGUMENT',
        `A context of ${context} does not fit a text part of ${shortest} characters.`,
      );
    }
    this.name = text.name;
    this.classes = text.alphabet.length;
    this.#text = text;
    this.#seed = seed;
    this.#context = context;
    this.#sequences = sequences;
    const rows = sequences * context;
    this.#batch = { input: pool.float32(rows), labels: pool.int32(rows), rows };
  }

  batch(epoch: number, step: number): Batch {
    const { train } = this.#text;
    const random = seededRandom(this.#seed, 'text pieces', epoch);
    const places = train.length - this.#context;
    return this.#fill(train, (sequence) => random.integer(step * this.#sequences + sequence, places));
  }

  /** Pieces spread evenly over the test text. */
  *testBatches(): Iterable<Batch> {
    const { test } = this.#text;
    const pieces = TEST_BATCHES * this.#sequences;
    const places = test.length - this.#context;
    for (let batch = 0; batch < TEST_BATCHES; batch++) {
      yield this.#fill(test, (sequence) => Math.floor(((batch * this.#sequences + sequence) * places) / pieces));
    }
  }

  #fill(text: Uint16Array, startOf: (sequence: number) => number): Batch {
    const { input, labels } = this.#batch;
    for (let sequence = 0; sequence < this.#sequences; sequence++) {
      const start = startOf(sequence);
      for (let i = 0; i < this.#context; i++) {
        input[sequence * this.#context + i] = text[start + i]!;
        labels[sequence * this.#context + i] = text[start + i + 1]!;
      }
    }
    return this.#batch;
  }
}
