import type { Ticks } from '../units/ticks.js';

/** Values below this have a bucket each; above, every power of two is cut into 32. */
const EXACT = 64;
const PARTS = 32;
const LARGEST_POWER = 53;

/** How late alarms were called. */
export interface Lateness {
  /** Alarms that were called. */
  readonly alarms: number;
  readonly meanTicks: number;
  readonly medianTicks: Ticks;
  /** 99.9 % of the alarms were at most this late. */
  readonly p999Ticks: Ticks;
  readonly maximumTicks: Ticks;
}

/**
 * Gathers lateness in buckets: any number of alarms in the same memory. Quantiles are exact below 64 ticks and at most
 * 1/32 too large above.
 */
export class LatenessStatistics {
  readonly #buckets = new Float64Array(EXACT + (LARGEST_POWER - 6) * PARTS);
  #count = 0;
  #sum = 0;
  #maximum = 0;

  /** @param late ticks, a whole number of 0 or more */
  add(late: Ticks): void {
    this.#buckets[bucketOf(late)]!++;
    this.#count++;
    this.#sum += late;
    if (late > this.#maximum) this.#maximum = late;
  }

  reset(): void {
    this.#buckets.fill(0);
    this.#count = 0;
    this.#sum = 0;
    this.#maximum = 0;
  }

  /** The smallest bound that at least this share of the alarms kept; 0 without alarms. */
  quantile(share: number): Ticks {
    const wanted = share * this.#count;
    let seen = 0;
    for (let i = 0; i < this.#buckets.length; i++) {
      seen += this.#buckets[i]!;
      if (seen > 0 && seen >= wanted) return Math.min(largestIn(i), this.#maximum);
    }
    return this.#maximum;
  }

  get summary(): Lateness {
    return {
      alarms: this.#count,
      meanTicks: this.#count === 0 ? 0 : this.#sum / this.#count,
      medianTicks: this.quantile(0.5),
      p999Ticks: this.quantile(0.999),
      maximumTicks: this.#maximum,
    };
  }
}

function bucketOf(value: number): number {
  if (value < EXACT) return value;
  const power = Math.floor(Math.log2(value));
  const part = Math.floor((value / 2 ** power - 1) * PARTS);
  return EXACT + (power - 6) * PARTS + part;
}

function largestIn(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const power = 6 + Math.floor((bucket - EXACT) / PARTS);
  const part = (bucket - EXACT) % PARTS;
  return 2 ** power * (1 + (part + 1) / PARTS) - 1;
}
