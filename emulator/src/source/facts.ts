import { TICKS_PER_SECOND, ticksFromMicroseconds, ticksFromNanoseconds } from '@opu/core';
import type { BitDepth, DeviceFacts } from '@opu/device';
import { modulatorKind } from '@opu/protocol';
import type { Profile } from '../profiles/model/profile.js';
import { readoutTicks, stageTicks } from '../profiles/model/stages.js';

/** Longest frame period that is taken: an hour. */
const MAXIMUM_PERIOD_TICKS = 3600 * TICKS_PER_SECOND;
/** Most phases that the reference beam steps through. */
const MAXIMUM_PHASE_STEPS = 4096;
/** Sequences that can be stored; their patterns share pattern RAM. */
const SEQUENCE_SLOTS = 256;

/**
 * What a device of a profile says of itself.
 * @param bitDepths that its camera and its light both offer
 */
export function factsOfProfile(profile: Profile, bitDepths: readonly BitDepth[]): DeviceFacts {
  const { modulator, camera } = profile;
  const { L, S, D, T, V } = stageTicks(profile);
  const shortestExposure = ticksFromMicroseconds(camera.minimumExposureMicroseconds);
  const smallest = { x: 0, y: 0, width: camera.xStep, height: camera.yStep };
  const shortest = Math.max(S + D + shortestExposure, S + L, T + readoutTicks(profile, smallest));
  return {
    modulatorWidth: modulator.width,
    modulatorHeight: modulator.height,
    modulatorKind: modulator.kind === 'dmd' ? modulatorKind.DMD : modulatorKind.LIQUID_CRYSTAL,
    sensorWidth: camera.width,
    sensorHeight: camera.height,
    regionXStep: camera.xStep,
    regionYStep: camera.yStep,
    bitDepths,
    patternSlots: profile.nram,
    frameBuffers: profile.nbuf,
    minimumExposureTicks: shortestExposure,
    maximumExposureTicks: ticksFromMicroseconds(camera.maximumExposureMicroseconds),
    minimumPeriodTicks: Math.ceil(shortest / V) * V,
    maximumPeriodTicks: MAXIMUM_PERIOD_TICKS,
    loadTicks: L,
    settleTicks: S,
    triggerDelayTicks: D,
    transferTicks: T,
    refreshTicks: V,
    loadRowTicks: modulator.kind === 'dmd' ? ticksFromNanoseconds(modulator.rowLoadNanoseconds) : 0,
    readoutRowTicks: ticksFromMicroseconds(camera.rowMicroseconds),
    ...(camera.fullHeightRowMicroseconds === undefined
      ? {}
      : { fullHeightReadoutRowTicks: ticksFromMicroseconds(camera.fullHeightRowMicroseconds) }),
    tickPicoseconds: 10_000,
    features: [
      'SOFTWARE_TRIGGER',
      'EXTERNAL_TRIGGER',
      'REFERENCE_BEAM',
      'REFERENCE_TILT',
      'MACRO_PIXELS',
      'STORED_SEQUENCES',
      'ROW_PATTERNS',
      'RUN_LENGTH_PATTERNS',
      'DROP_MODE',
    ],
    maximumPhaseSteps: MAXIMUM_PHASE_STEPS,
    sequenceSlots: SEQUENCE_SLOTS,
    sequencePatterns: profile.nram - 1,
  };
}
