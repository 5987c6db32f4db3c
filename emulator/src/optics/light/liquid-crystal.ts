import { portableExp } from '@opu/compute';
import type { Ticks } from '@opu/core';
import type { ExposureRequest } from '@opu/device';
import type { LiquidCrystalModulator } from '../model/parameters.js';

/**
 * Weights of the exposure's mean intensity. With n the field of the new pattern, r that of the pixels that rise and f that of those
 * that fall, the field t after the reset is `n - r exp(-t / tau_r) + f exp(-t / tau_f)`, and the mean of its square over the
 * exposure is `|n|^2 + rise2 |r|^2 + fall2 |f|^2 - 2 rise Re n*r + 2 fall Re n*f - 2 cross Re r*f`.
 */
export interface GhostWeights {
  readonly rise: number;
  readonly fall: number;
  readonly rise2: number;
  readonly fall2: number;
  readonly cross: number;
}

export function ghostWeights(modulator: LiquidCrystalModulator, request: ExposureRequest): GhostWeights {
  const start = request.exposureStartTick - request.resetTick;
  const end = start + request.exposureTicks;
  const rise = 1 / modulator.riseTimeTicks;
  const fall = 1 / modulator.fallTimeTicks;
  return {
    rise: meanDecay(rise, start, end),
    fall: meanDecay(fall, start, end),
    rise2: meanDecay(2 * rise, start, end),
    fall2: meanDecay(2 * fall, start, end),
    cross: meanDecay(rise + fall, start, end),
  };
}

/** Mean of exp(-rate t) over start to end, ticks. */
function meanDecay(rate: number, start: Ticks, end: Ticks): number {
  const length = rate * (end - start);
  const atStart = decay(rate * start);
  // (1 - exp(-x)) / x loses digits for small x: its series does not
  const mean = length < 1e-3 ? 1 - length / 2 + (length * length) / 6 : (1 - decay(length)) / length;
  return atStart * mean;
}

function decay(x: number): number {
  return x > 600 ? 0 : portableExp(-x);
}

/** Pixels that rise (on now, off before) and that fall, bit by bit. */
export function changes(
  pattern: Uint8Array,
  previous: Uint8Array | undefined,
  rise: Uint8Array,
  fall: Uint8Array,
): void {
  for (let k = 0; k < pattern.length; k++) {
    const before = previous?.[k] ?? 0;
    rise[k] = pattern[k]! & ~before;
    fall[k] = ~pattern[k]! & before;
  }
}
