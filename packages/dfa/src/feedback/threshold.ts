/**
 * The number that a batch's errors are compared with. `adaptive`: half the root mean square of the batch's errors, so
 * that about the same share of them stays as they shrink in training.
 */
export function thresholdOf(threshold: number | 'adaptive', error: Float32Array): number {
  if (threshold !== 'adaptive') return threshold;
  let sum = 0;
  for (let i = 0; i < error.length; i++) sum += error[i]! * error[i]!;
  return 0.5 * Math.sqrt(sum / Math.max(1, error.length));
}
