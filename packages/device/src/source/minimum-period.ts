import type { Ticks } from '@opu/core';
import type { MinimumPeriod } from './configuration.js';

/** The durations that a frame period has to leave room for, in ticks, under the names of the timing model. */
export interface PeriodStages {
  /** Load of one pattern. */
  readonly L: Ticks;
  /** Settling. */
  readonly S: Ticks;
  /** Extra settle wait. */
  readonly W: Ticks;
  /** Trigger delay. */
  readonly D: Ticks;
  /** Exposure. */
  readonly E: Ticks;
  /** Charge transfer. */
  readonly T: Ticks;
  /** Read-out. */
  readonly Q: Ticks;
  /** Refresh period of the modulator; 1 for a DMD. */
  readonly V: Ticks;
}

/** `duration` rounded up to a multiple of the refresh period. */
export function roundUpTo(refresh: Ticks, duration: Ticks): Ticks {
  const over = duration % refresh;
  if (over === 0) return duration;
  return duration - over + (over > 0 ? refresh : 0);
}

/** `Pmin = max(S + W + D + E, S + L, T + Q)`, rounded up to a multiple of `V`; of equal terms the first one limits. */
export function minimumPeriodOf({ S, W, D, E, L, T, Q, V }: PeriodStages): MinimumPeriod {
  let ticks = S + W + D + E;
  let limitingTerm: MinimumPeriod['limitingTerm'] = 'modulator-exposure';
  if (S + L > ticks) {
    ticks = S + L;
    limitingTerm = 'modulator-load';
  }
  if (T + Q > ticks) {
    ticks = T + Q;
    limitingTerm = 'camera-readout';
  }
  return { ticks: roundUpTo(V, ticks), limitingTerm };
}
