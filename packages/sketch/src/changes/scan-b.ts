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
 * before it, by the kernel itself. It keeps all samples of its blocks and takes `blocks x window` kernel values a sample: the exact
 * control of NEWMA.
 */
export class ScanB implements ChangeDetector {
  readonly name = 'scan-b';
  readonly #kernel: Kernel;
  readonly #window: number;
  readonly #blocks: number;
  readonly #samples: Float64Array[] = [];

  constructor({ kernel, window, blocks = 3 }: ScanBOptions) {
    requireCount('window', window, 2);
    requireCount('blocks', blocks, 1);
    this.#kernel = kernel;
    this.#window = window;
    this.#blocks = blocks;
  }

  next(features: ArrayLike<number>): number {
    this.#samples.push(checkedSample(features, this.#samples[0]?.length ?? features.length));
    const wanted = (this.#blocks + 1) * this.#window;
    if (this.#samples.length > wanted) this.#samples.shift();
    if (this.#samples.length < wanted) return 0;
    const test = this.#samples.slice(-this.#window);
    let sum = 0;
    for (let b = 0; b < this.#blocks; b++) {
      sum += this.#discrepancy(this.#samples.slice(b * this.#window, (b + 1) * this.#window), test);
    }
    return sum / this.#blocks;
  }

  /** Unbiased, by pairs (Gretton et al. 2012, lemma 14). */
  #discrepancy(x: readonly Float64Array[], y: readonly Float64Array[]): number {
    const n = x.length;
    const k = this.#kernel;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        sum += 2 * (k(x[i]!, x[j]!) + k(y[i]!, y[j]!) - k(x[i]!, y[j]!) - k(x[j]!, y[i]!));
      }
    }
    return sum / (n * (n - 1));
  }
}
