import type { Ticks } from '@opu/core';
import { minimumPeriodOf, roundUpTo } from '@opu/device';
import type { SequencerSettings } from '../settings.js';

/** A small seeded generator (mulberry32): integers from 0 to n - 1. */
export function randomIntegers(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return Math.floor((((z ^ (z >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

export interface RandomCase {
  readonly settings: SequencerSettings;
  readonly arrivals: readonly Ticks[];
  readonly start: Ticks;
}

/**
 * A run to try the sequencer with. The ranges are chosen so that everything happens in a good share of the cases:
 * durations of zero, refresh-locked modulators, links that are faster and slower than the frames, late patterns, full
 * buffers, events that fall on one tick.
 */
export function randomCase(seed: number): RandomCase {
  const below = randomIntegers(seed);
  const scale = [3, 20, 300, 5000][below(4)]!;
  const duration = (): Ticks => (below(6) === 0 ? 0 : below(scale));
  const stages = {
    L: duration(),
    S: duration(),
    W: below(3) === 0 ? duration() : 0,
    D: duration(),
    E: duration(),
    T: duration(),
    Q: duration(),
    V: below(3) === 0 ? 1 + below(scale) : 1,
  };
  const minimum = minimumPeriodOf(stages).ticks;
  const wished = below(2) === 0 ? minimum : minimum + below(scale);
  const P = Math.max(roundUpTo(stages.V, wished), stages.V);
  const X = below(6) === 0 ? 0 : below(2) === 0 ? below(P + 1) : below(3 * P + 1);
  const start = below(2) === 0 ? 0 : below(5 * scale);
  const arrivals: Ticks[] = [];
  const pace = below(4);
  let tick = pace === 0 ? 0 : below(3 * scale) - scale;
  for (let frames = 1 + below(40); frames > 0; frames--) {
    arrivals.push(tick);
    if (pace === 1) tick += below(2 * P + 1);
    else if (pace === 2) tick += below(8) === 0 ? below(10 * P + 1) : below(P + 1);
    else if (pace === 3) tick += P;
  }
  const settings: SequencerSettings = {
    ...stages,
    P,
    X,
    nbuf: 1 + below(5),
    overrun: below(2) === 0 ? 'hold' : 'drop',
    trigger: 'internal',
  };
  return { settings, arrivals, start };
}
