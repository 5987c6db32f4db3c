import { OpuError } from '@opu/core';
import { type ChangeDetector, checkedSample, distance } from './change-detector.js';

export interface NewmaOptions {
  /** Samples that the detector looks back over; both forgetting factors follow from it (Keriven et al. 2018, appendix). */
  readonly window?: number;
  /** Forgetting factors, instead of those that follow from `window`: 0 < slow < fast < 1. */
  readonly fast?: number;
  readonly slow?: number;
}

/**
 * NEWMA, "No-prior-knowledge EWMA" (Keriven, Garreau and Poli 2018, arXiv 1805.08061): two exponential averages of the same
 * features, one that forgets fast and one slow; their distance is the statistic. It keeps no sample: with optical features of a
 * kernel it compares whole distributions at the cost of two averages.
 */
export class Newma implements ChangeDetector {
  readonly name = 'newma';
  readonly fast: number;
  readonly slow: number;
  #count = 0;
  #fastMean = new Float64Array(0);
  #slowMean = new Float64Array(0);

  constructor(options: NewmaOptions = {}) {
    const { window = 50 } = options;
    const chosen = forgettingFactors(window);
    this.fast = options.fast ?? chosen.fast;
    this.slow = options.slow ?? chosen.slow;
    if (!(this.slow > 0 && this.fast > this.slow && this.fast < 1)) {
      throw new OpuError(
        'INVALID_ARGUMENT',
        `The forgetting factors are fast ${this.fast} and slow ${this.slow}; it takes 0 < slow < fast < 1.`,
      );
    }
  }

  next(features: ArrayLike<number>): number {
    const sample = checkedSample(features, this.#count === 0 ? features.length : this.#fastMean.length);
    if (this.#count++ === 0) {
      this.#fastMean = new Float64Array(sample.length);
      this.#slowMean = new Float64Array(sample.length);
    }
    // Plain means at first: an average that began with one sample would remember it for long, as if it were a change.
    const [fast, slow] = [Math.max(this.fast, 1 / this.#count), Math.max(this.slow, 1 / this.#count)];
    for (let i = 0; i < sample.length; i++) {
      this.#fastMean[i]! += fast * (sample[i]! - this.#fastMean[i]!);
      this.#slowMean[i]! += slow * (sample[i]! - this.#slowMean[i]!);
    }
    return distance(this.#fastMean, this.#slowMean);
  }
}

/**
 * The factors whose difference weighs the last `window` samples against those before: weights of both averages cross `window`
 * samples back, fast (1 - fast)^window = slow (1 - slow)^window, and the slow average remembers four windows.
 */
export function forgettingFactors(window: number): { readonly fast: number; readonly slow: number } {
  if (!(window >= 2)) throw new OpuError('INVALID_ARGUMENT', `window is ${window}; it must be 2 or more samples.`);
  const slow = 1 / (4 * window);
  const goal = slow * (1 - slow) ** window;
  let [low, high] = [1 / window, 1 - 1e-12];
  // x (1 - x)^window falls from x = 1 / (window + 1) on.
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (middle * (1 - middle) ** window > goal) low = middle;
    else high = middle;
  }
  return { fast: (low + high) / 2, slow };
}
