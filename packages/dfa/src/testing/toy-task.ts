import { type ComputePool, SeededRandom } from '@opu/compute';
import type { Batch, Task } from '../task/task.js';

/** A small task that a linear classifier cannot solve: the class is the sign pattern of a product of inputs. */
export class ToyTask implements Task {
  readonly name = 'toy';
  readonly inputs = 6;
  readonly classes = 2;
  readonly stepsPerEpoch = 40;
  readonly #pool: ComputePool;

  constructor(pool: ComputePool) {
    this.#pool = pool;
  }

  batch(epoch: number, step: number): Batch {
    return this.#draw('train', epoch * this.stepsPerEpoch + step, 32);
  }

  testBatches(): Iterable<Batch> {
    return [this.#draw('test', 0, 200)];
  }

  #draw(stream: string, first: number, rows: number): Batch {
    const input = this.#pool.float32(rows * this.inputs);
    new SeededRandom(9, stream).fillNormal(input, 0, 1, first * input.length);
    const labels = this.#pool.int32(rows);
    for (let row = 0; row < rows; row++) labels[row] = input[row * 6]! * input[row * 6 + 1]! > 0 ? 1 : 0;
    return { input, labels, rows };
  }
}
