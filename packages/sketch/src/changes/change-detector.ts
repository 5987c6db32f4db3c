/** Watches a stream of feature vectors for a change of what they are drawn from. */
export interface ChangeDetector {
  readonly name: string;
  /** Takes the next sample's features and gives the statistic: larger where the last samples differ from those before. */
  next(features: ArrayLike<number>): number;
}

/** Distance of two vectors. */
export function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}
