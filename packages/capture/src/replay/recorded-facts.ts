import type { DeviceFacts, DeviceIdentity } from '@opu/device';
import { crc32c, modulatorKind } from '@opu/protocol';
import type { DeviceRecord } from '../format/records.js';

/** What a replay can do of what the device could: patterns in, readouts out. */
const REPLAYED_FEATURES: readonly DeviceFacts['features'][number][] = [
  'SOFTWARE_TRIGGER',
  'EXTERNAL_TRIGGER',
  'REFERENCE_BEAM',
  'REFERENCE_TILT',
  'MACRO_PIXELS',
  'STORED_SEQUENCES',
  'ROW_PATTERNS',
  'RUN_LENGTH_PATTERNS',
  'DROP_MODE',
];

/** Stages as they are taken to be where the recorded device did not tell: over at once. */
const noStages = {
  loadTicks: 0,
  loadRowTicks: 0,
  settleTicks: 0,
  triggerDelayTicks: 0,
  transferTicks: 0,
  readoutRowTicks: 0,
  refreshTicks: 1,
};

/** The replay says that it is the device that was recorded; `bootId` tells one replay from another. */
export function recordedIdentity({ identity }: DeviceRecord, file: string): DeviceIdentity {
  return { ...identity, bootId: crc32c(new TextEncoder().encode(`replay ${file} ${identity.serial}`)) };
}

/** What the recorded device told of itself, as far as a replay can do the same. */
export function recordedFacts({ limits }: DeviceRecord): DeviceFacts {
  const could = new Set(limits.features);
  const can = (name: string): boolean => could.has(name.toLowerCase().replaceAll('_', '-'));
  return {
    modulatorWidth: limits.modulator.width,
    modulatorHeight: limits.modulator.height,
    modulatorKind: limits.modulator.kind === 'dmd' ? modulatorKind.DMD : modulatorKind.LIQUID_CRYSTAL,
    sensorWidth: limits.sensor.width,
    sensorHeight: limits.sensor.height,
    regionXStep: limits.sensor.xStep,
    regionYStep: limits.sensor.yStep,
    bitDepths: limits.bitDepths,
    patternSlots: limits.patternSlots,
    frameBuffers: limits.frameBuffers,
    minimumExposureTicks: limits.exposureTicks.minimum,
    maximumExposureTicks: limits.exposureTicks.maximum,
    minimumPeriodTicks: limits.periodTicks.minimum,
    maximumPeriodTicks: limits.periodTicks.maximum,
    ...(limits.stages ?? noStages),
    tickPicoseconds: limits.tickPicoseconds,
    features: [...REPLAYED_FEATURES.filter(can), 'RECORDING'],
    maximumPhaseSteps: 0xffff_ffff,
    sequenceSlots: limits.storedSequences?.sequences ?? 0,
    sequencePatterns: limits.storedSequences?.patterns ?? 0,
  };
}
