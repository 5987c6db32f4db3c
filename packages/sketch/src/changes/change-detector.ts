import { OpuError } from '@opu/core';

/** Watches a stream of feature vectors for a change of what they are drawn from. */
export interface ChangeDetector {
  readonly name: string;
  /** Takes the next sample's features and gives the statistic: larger where the last samples differ from those before. */
  next(features: ArrayLike<number>): number;
}

/** A sample's features. @throws INVALID_ARGUMENT for another number of them than before, and for one that is not finite */
export function checkedSample(features: ArrayLike<number>, width: number): Float64Array {
  const sample = Float64Array.from(features);
  if (sample.length !== width) {
    throw new OpuError('INVALID_ARGUMENT', `A sample has ${sample.length} features; those before had ${width}.`);
  }
  const wrong = sample.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return sample;
  throw new OpuError('INVALID_ARGUMENT', `Feature ${wrong} of a sample is ${sample[wrong]}; numbers must be finite.`);
}

/** @throws INVALID_ARGUMENT unless it is a whole number of `least` or more */
export function requireCount(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new OpuError('INVALID_ARGUMENT', `${name} is ${value}; it must be a whole number of ${least} or more.`);
}

/** Distance of two vectors. */
export function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}
