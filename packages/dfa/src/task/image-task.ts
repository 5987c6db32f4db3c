import type { ComputePool } from '@opu/compute';
import { OpuError } from '@opu/driver';
import type { ImageDataset, LabelledImages } from '../data/dataset.js';
import { seededRandom } from '../random/draws.js';
import type { Batch, Task } from './task.js';

/** Mean and standard deviation of MNIST's training pixels (0 to 1): (x / 255 - 0.1307) / 0.3081. */
const MEAN = 0.1307;
const DEVIATION = 0.3081;

const TEST_ROWS = 500;

/** Classifying images: each epoch goes through the training set in a new random order, the incomplete rest left out. */
export class ImageTask implements Task {
  readonly name: string;
  readonly inputs: number;
  readonly classes: number;
  readonly stepsPerEpoch: number;
  readonly #pool: ComputePool;
  readonly #data: ImageDataset;
  readonly #seed: number;
  readonly #batch: Batch;
  readonly #level = new Float32Array(256);
  #order: { epoch: number; indices: Uint32Array } | undefined;

  constructor(pool: ComputePool, data: ImageDataset, batchSize: number, seed: number) {
    const { train } = data;
    if (batchSize > train.count) {
      throw new OpuError(
        'INVALID_ARGUMENT',
        `A batch of ${batchSize} is more than the ${train.count} training images of ${data.name}.`,
      );
    }
    this.name = data.name;
    this.inputs = train.rows * train.columns;
    this.classes = data.classes;
    this.stepsPerEpoch = Math.floor(train.count / batchSize);
    this.#pool = pool;
    this.#data = data;
    this.#seed = seed;
    for (let grey = 0; grey < 256; grey++) this.#level[grey] = (grey / 255 - MEAN) / DEVIATION;
    this.#batch = this.#allocate(batchSize);
  }

  batch(epoch: number, step: number): Batch {
    if (this.#order?.epoch !== epoch) {
      const indices = seededRandom(this.#seed, 'data order', epoch).permutation(this.#data.train.count);
      this.#order = { epoch, indices };
    }
    const { rows } = this.#batch;
    this.#fill(this.#batch, this.#data.train, this.#order.indices.subarray(step * rows, (step + 1) * rows));
    return this.#batch;
  }

  *testBatches(): Iterable<Batch> {
    const { test } = this.#data;
    const whole = this.#allocate(Math.min(TEST_ROWS, test.count));
    try {
      for (let first = 0; first < test.count; first += whole.rows) {
        const rows = Math.min(whole.rows, test.count - first);
        const indices = Uint32Array.from({ length: rows }, (_, i) => first + i);
        const batch = {
          input: whole.input.subarray(0, rows * this.inputs),
          labels: whole.labels.subarray(0, rows),
          rows,
        };
        this.#fill(batch, test, indices);
        yield batch;
      }
    } finally {
      this.#pool.release(whole.input);
      this.#pool.release(whole.labels);
    }
  }

  #allocate(rows: number): Batch {
    return { input: this.#pool.float32(rows * this.inputs), labels: this.#pool.int32(rows), rows };
  }

  #fill(batch: Batch, from: LabelledImages, indices: Uint32Array): void {
    const { input, labels } = batch;
    const { images } = from;
    const level = this.#level;
    const size = this.inputs;
    for (let row = 0; row < indices.length; row++) {
      const index = indices[row]!;
      labels[row] = from.labels[index]!;
      const start = index * size;
      const out = row * size;
      for (let i = 0; i < size; i++) input[out + i] = level[images[start + i]!]!;
    }
  }
}
