import type { BitDepth } from '@opu/driver';
import {
  crc32c,
  type DescribeReply,
  deviceFeature,
  type HelloReply,
  modulatorKind,
  PROTOCOL_VERSION_MAJOR,
  PROTOCOL_VERSION_MINOR,
  pixelFormatBit,
  SCHEMA_HASH,
} from '@opu/protocol';
import type { DeviceRecord } from '../format/records.js';
import { noStages } from './stage-durations.js';

const MAXIMUM_PAYLOAD = 16 * 2 ** 20;
/** Memory for readouts that are sent and not acknowledged, bytes. */
export const RETAINED_BYTES = 64 * 2 ** 20;

const bitOfDepth: Readonly<Record<BitDepth, number>> = {
  8: pixelFormatBit.MONO8,
  10: pixelFormatBit.MONO10_PACKED,
  12: pixelFormatBit.MONO12_PACKED,
  32: pixelFormatBit.FLOAT32,
};

/** What a replay can do of what the device could: patterns in, readouts out. */
const REPLAYED_FEATURES: readonly (keyof typeof deviceFeature)[] = [
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

/** The replay says that it is the device that was recorded; `bootId` tells one replay from another. */
export function helloReply({ identity }: DeviceRecord, file: string): HelloReply {
  return {
    type: 'HELLO_REPLY',
    versionMajor: PROTOCOL_VERSION_MAJOR,
    versionMinor: PROTOCOL_VERSION_MINOR,
    maximumPayload: MAXIMUM_PAYLOAD,
    bootId: crc32c(new TextEncoder().encode(`replay ${file} ${identity.serial}`)),
    schemaHash: SCHEMA_HASH,
    ...identity,
  };
}

/** What the recorded device told of itself, as far as a replay can do the same. */
export function describeReply({ limits }: DeviceRecord, virtualClock: boolean, imageBytes: number): DescribeReply {
  const could = new Set(limits.features);
  let features: number = deviceFeature.RECORDING | (virtualClock ? deviceFeature.VIRTUAL_CLOCK : 0);
  for (const name of REPLAYED_FEATURES) {
    if (could.has(name.toLowerCase().replaceAll('_', '-'))) features |= deviceFeature[name];
  }
  return {
    type: 'DESCRIBE_REPLY',
    modulatorWidth: limits.modulator.width,
    modulatorHeight: limits.modulator.height,
    sensorWidth: limits.sensor.width,
    sensorHeight: limits.sensor.height,
    regionXStep: limits.sensor.xStep,
    regionYStep: limits.sensor.yStep,
    patternSlots: limits.patternSlots,
    frameBuffers: limits.frameBuffers,
    minimumExposureTicks: limits.exposureTicks.minimum,
    maximumExposureTicks: limits.exposureTicks.maximum,
    minimumPeriodTicks: limits.periodTicks.minimum,
    maximumPeriodTicks: limits.periodTicks.maximum,
    ...(limits.stages ?? noStages),
    tickPicoseconds: limits.tickPicoseconds,
    pixelFormats: limits.bitDepths.reduce((bits, depth) => bits | bitOfDepth[depth], 0),
    features,
    modulatorKind: limits.modulator.kind === 'dmd' ? modulatorKind.DMD : modulatorKind.LIQUID_CRYSTAL,
    storedReplies: 64,
    maximumPhaseSteps: 0xffff_ffff,
    sequenceSlots: limits.storedSequences?.sequences ?? 0,
    sequencePatterns: limits.storedSequences?.patterns ?? 0,
    retainedReadouts: Math.max(1, Math.floor(RETAINED_BYTES / imageBytes)),
    // Virtual time runs away from any heartbeat: an idle host would lose the lease in no time at all.
    minimumHeartbeatMicroseconds: virtualClock ? 0 : 100_000,
    maximumHeartbeatMicroseconds: virtualClock ? 0 : 60_000_000,
  };
}
