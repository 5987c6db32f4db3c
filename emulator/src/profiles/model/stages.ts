import { TICKS_PER_SECOND, type Ticks, ticksFromMicroseconds, ticksFromNanoseconds } from '@opu/core';
import type { Profile, RegionOfInterest } from './profile.js';

/** The stages of a frame that the profile sets, in ticks, under the names of the timing model. */
export interface StageTicks {
  /** Loading one pattern into the mirror SRAM. */
  readonly L: Ticks;
  /** Reset pulse to mirrors settled. */
  readonly S: Ticks;
  /** Trigger edge to exposure start. */
  readonly D: Ticks;
  /** End of exposure to start of read-out. */
  readonly T: Ticks;
  /** Refresh period of a refresh-locked modulator; 1 for a DMD. */
  readonly V: Ticks;
}

/** Durations become ticks first (by ceil) and are multiplied after: a row is a whole number of ticks. */
export function stageTicks(profile: Profile): StageTicks {
  const { modulator, camera } = profile;
  const common = {
    S: ticksFromMicroseconds(modulator.settleMicroseconds),
    D: ticksFromMicroseconds(camera.triggerDelayMicroseconds),
    T: ticksFromMicroseconds(camera.chargeTransferMicroseconds),
  };
  if (modulator.kind === 'dmd') {
    return { L: modulator.height * ticksFromNanoseconds(modulator.rowLoadNanoseconds), V: 1, ...common };
  }
  return {
    L: ticksFromMicroseconds(modulator.loadMicroseconds),
    V: Math.ceil(TICKS_PER_SECOND / modulator.refreshHertz),
    ...common,
  };
}

/** `Q`: rows of the region of interest times the row time, which on some sensors is shorter at full height. */
export function readoutTicks(profile: Profile, region: RegionOfInterest): Ticks {
  const { height, rowMicroseconds, fullHeightRowMicroseconds } = profile.camera;
  const row = region.height === height ? (fullHeightRowMicroseconds ?? rowMicroseconds) : rowMicroseconds;
  return region.height * ticksFromMicroseconds(row);
}
