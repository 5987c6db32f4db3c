type Values = ArrayLike<number>;

export function mean(values: Values): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

export function meanProduct(a: Values, b: Values): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum / a.length;
}

export function variance(values: Values): number {
  return meanProduct(values, values) - mean(values) ** 2;
}

/** Standard deviation over mean. */
export function contrast(values: Values): number {
  return Math.sqrt(variance(values)) / mean(values);
}

export function correlation(a: Values, b: Values): number {
  return (meanProduct(a, b) - mean(a) * mean(b)) / Math.sqrt(variance(a) * variance(b));
}

/** Largest distance between the empirical and the exponential distribution of a known mean, and its p-value. */
export function kolmogorovSmirnovExponential(values: Values, expectedMean: number): { distance: number; p: number } {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  let distance = 0;
  sorted.forEach((value, i) => {
    const expected = 1 - Math.exp(-value / expectedMean);
    distance = Math.max(distance, Math.abs(expected - i / n), Math.abs((i + 1) / n - expected));
  });
  // Kolmogorov's distribution with Stephens' correction for finite n
  const scaled = distance * (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n));
  let p = 0;
  for (let k = 1; k <= 100; k++) p += 2 * (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * scaled * scaled);
  return { distance, p: Math.min(1, Math.max(0, p)) };
}
