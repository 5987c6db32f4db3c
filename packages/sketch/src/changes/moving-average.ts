import { type ChangeDetector, checkedSample, distance, requireCount } from './change-detector.js';

/** Distance of the means of the last window and the one before it: a control without a kernel when it is fed with raw data. */
export class MovingAverage implements ChangeDetector {
  readonly name = 'moving-average';
  readonly #window: number;
  readonly #samples: Float64Array[] = [];
  #recent = new Float64Array(0);
  #before = new Float64Array(0);

  /** @param window samples of each of the two windows */
  constructor(window: number) {
    requireCount('window', window, 1);
    this.#window = window;
  }

  next(features: ArrayLike<number>): number {
    const sample = checkedSample(features, this.#samples[0]?.length ?? features.length);
    if (this.#samples.length === 0) {
      this.#recent = new Float64Array(sample.length);
      this.#before = new Float64Array(sample.length);
    }
    this.#samples.push(sample);
    const middle = this.#samples.at(-1 - this.#window);
    const last = this.#samples.length > 2 * this.#window ? this.#samples.shift() : undefined;
    for (let i = 0; i < sample.length; i++) {
      this.#recent[i]! += (sample[i]! - (middle?.[i] ?? 0)) / this.#window;
      this.#before[i]! += ((middle?.[i] ?? 0) - (last?.[i] ?? 0)) / this.#window;
    }
    return this.#samples.length < 2 * this.#window ? 0 : distance(this.#recent, this.#before);
  }
}
