import { OpuError } from '@opu/core';

/** How well a statistic tells changes from quiet. */
export interface Detection {
  /** Share of changes after which the statistic rises above the threshold within the horizon. */
  readonly power: number;
  /** Mean samples from a detected change to the alarm. */
  readonly meanDelay: number;
  /** The threshold that has the share of false alarms asked for. */
  readonly threshold: number;
}

export interface DetectionOptions {
  /** Samples at which what they are drawn from changes. */
  readonly changes: readonly number[];
  /** Samples after a change in which it may be detected. */
  readonly horizon: number;
  /** Share of quiet stretches of that length in which there may be an alarm. */
  readonly falseAlarms: number;
}

/**
 * Compares windows: the largest value within `horizon` samples of a change, against that of quiet windows of the same length which
 * end before the next change. The threshold is the quantile of the quiet ones.
 */
export function detectionPower(statistic: ArrayLike<number>, options: DetectionOptions): Detection {
  const { changes, horizon, falseAlarms } = options;
  if (!(Number.isInteger(horizon) && horizon >= 1 && falseAlarms > 0 && falseAlarms < 1)) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `horizon is ${horizon} and falseAlarms ${falseAlarms}; horizon must be 1 or more samples, falseAlarms between 0 and 1.`,
    );
  }
  if (changes.length < 2 || changes.some((change, i) => i > 0 && !(change - changes[i - 1]! >= 2 * horizon))) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `Two changes or more are needed, each ${2 * horizon} samples (two horizons) or more behind the last.`,
    );
  }
  const largest = (first: number): number => {
    let most = Number.NEGATIVE_INFINITY;
    for (let i = first; i < Math.min(first + horizon, statistic.length); i++) most = Math.max(most, statistic[i]!);
    return most;
  };
  const quiet = changes
    .slice(1)
    .map((change) => largest(change - horizon))
    .sort((a, b) => a - b);
  const threshold = quiet[Math.min(quiet.length - 1, Math.ceil((1 - falseAlarms) * quiet.length) - 1)]!;
  let detected = 0;
  let delay = 0;
  for (const change of changes) {
    for (let i = change; i < Math.min(change + horizon, statistic.length); i++) {
      if (statistic[i]! <= threshold) continue;
      detected++;
      delay += i - change;
      break;
    }
  }
  return { power: detected / changes.length, meanDelay: detected === 0 ? Number.NaN : delay / detected, threshold };
}
