import { normalQuantile } from '@opu/compute';
import { OpuError } from '@opu/core';

export interface AdaptiveThresholdOptions {
  /** Share of quiet samples that may be above the threshold; 0.001 by default. */
  readonly falseAlarms?: number;
  /** Forgetting factor of the averages of the statistic and its square; 0.01 by default. */
  readonly forgetting?: number;
}

/**
 * A threshold that follows the statistic (Keriven et al. 2018, section 3.4): its moving mean and deviation under "no change", and the
 * quantile of a normal distribution, which the statistic's square approaches with many features.
 */
export class AdaptiveThreshold {
  readonly #factor: number;
  readonly #forgetting: number;
  #mean = 0;
  #square = 0;
  #count = 0;

  constructor({ falseAlarms = 0.001, forgetting = 0.01 }: AdaptiveThresholdOptions = {}) {
    if (!(falseAlarms > 0 && falseAlarms < 0.5)) {
      throw new OpuError('INVALID_ARGUMENT', `falseAlarms is ${falseAlarms}; it must lie between 0 and 0.5.`);
    }
    if (!(forgetting > 0 && forgetting < 1)) {
      throw new OpuError('INVALID_ARGUMENT', `forgetting is ${forgetting}; it must lie between 0 and 1.`);
    }
    this.#factor = normalQuantile(1 - falseAlarms);
    this.#forgetting = forgetting;
  }

  /** Takes the next value of a statistic. @returns the threshold that holds for it, and whether it is above */
  next(statistic: number): { readonly threshold: number; readonly isAlarm: boolean } {
    const squared = statistic * statistic;
    const variance = Math.max(0, this.#square - this.#mean * this.#mean);
    const level = this.#mean + this.#factor * Math.sqrt(variance);
    const isReady = this.#count++ >= 1 / this.#forgetting;
    const rate = Math.max(this.#forgetting, 1 / this.#count);
    // What is above counts as one deviation above the mean: a change must not hide the next one, and yet a new level is learned in
    // time, one deviation in 1 / forgetting samples.
    const learned = isReady && squared > level ? this.#mean + Math.sqrt(variance) : squared;
    this.#mean += rate * (learned - this.#mean);
    this.#square += rate * (learned * learned - this.#square);
    return { threshold: Math.sqrt(level), isAlarm: isReady && squared > level };
  }
}
