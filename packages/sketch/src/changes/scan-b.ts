import { type ChangeDetector, checkedSample, requireCount } from './change-detector.js';

export type Kernel = (x: ArrayLike<number>, y: ArrayLike<number>) => number;

export interface ScanBOptions {
  readonly kernel: Kernel;
  /** Samples of the test block and of each reference block. */
  readonly window: number;
  /** Reference blocks; 3 by default. */
  readonly blocks?: number;
}

/**
 * Scan-B statistics (Li, Xie, Dai and Song 2015): the mean squared maximum mean discrepancy between the last block and blocks
 * before it, by the kernel itself. It keeps all samples of its blocks and takes `(blocks + 1) x window` kernel values a sample: the exact
 * control of NEWMA.
 */
export class ScanB implements ChangeDetector {
  readonly name = 'scan-b';
  readonly #kernel: Kernel;
  readonly #window: number;
  readonly #blocks: number;
  readonly #size: number;
  /** The last samples, and the kernel between all pairs of them, in rings. */
  readonly #samples: Float64Array[] = [];
  readonly #values: Float64Array;
  #count = 0;

  constructor({ kernel, window, blocks = 3 }: ScanBOptions) {
    requireCount('window', window, 2);
    requireCount('blocks', blocks, 1);
    this.#kernel = kernel;
    this.#window = window;
    this.#blocks = blocks;
    this.#size = (blocks + 1) * window;
    this.#values = new Float64Array(this.#size ** 2);
  }

  next(features: ArrayLike<number>): number {
    const sample = checkedSample(features, this.#samples[0]?.length ?? features.length);
    const size = this.#size;
    const slot = this.#count++ % size;
    this.#samples[slot] = sample;
    for (let other = 0; other < this.#samples.length; other++) {
      const value = this.#kernel(sample, this.#samples[other]!);
      this.#values[slot * size + other] = value;
      this.#values[other * size + slot] = value;
    }
    if (this.#count < size) return 0;
    let sum = 0;
    for (let b = 0; b < this.#blocks; b++) sum += this.#discrepancy(b * this.#window);
    return sum / this.#blocks;
  }

  /** Of the block that begins `first` samples after the oldest, and the last one; unbiased, by pairs (Gretton et al. 2012, lemma 14). */
  #discrepancy(first: number): number {
    const n = this.#window;
    const slotsFrom = (start: number) =>
      Int32Array.from({ length: n }, (_, i) => (this.#count + start + i) % this.#size);
    const [x, y] = [slotsFrom(first), slotsFrom(this.#size - n)];
    const value = (a: number, b: number): number => this.#values[a * this.#size + b]!;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        sum += 2 * (value(x[i]!, x[j]!) + value(y[i]!, y[j]!) - value(x[i]!, y[j]!) - value(x[j]!, y[i]!));
      }
    }
    return sum / (n * (n - 1));
  }
}
