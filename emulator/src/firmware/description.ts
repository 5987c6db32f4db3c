import { ticksFromMicroseconds, ticksFromNanoseconds } from '@opu/core';
import {
  type DescribeReply,
  deviceFeature,
  type HelloReply,
  modulatorKind,
  PROTOCOL_VERSION_MAJOR,
  PROTOCOL_VERSION_MINOR,
  pixelFormatBit,
  SCHEMA_HASH,
} from '@opu/protocol';
import type { BitDepth, Profile } from '../profiles/profile.js';
import { readoutTicks, stageTicks } from '../profiles/stages.js';
import { MAXIMUM_PERIOD_TICKS, MAXIMUM_PHASE_STEPS } from './configuration.js';

/** Longest payload that the emulated device takes and, as far as the host allows, sends. */
export const MAXIMUM_PAYLOAD = 16 * 2 ** 20;
/** Sequences that can be stored; their patterns share pattern RAM. */
export const SEQUENCE_SLOTS = 256;

const bitOfDepth: Record<BitDepth, number> = {
  8: pixelFormatBit.MONO8,
  10: pixelFormatBit.MONO10_PACKED,
  12: pixelFormatBit.MONO12_PACKED,
  32: pixelFormatBit.FLOAT32,
};

export interface Identity {
  readonly serial: string;
  readonly firmwareVersion: string;
  /** Changes with every power-on. */
  readonly bootId: number;
}

/** What the device answers to HELLO. */
export function helloReply(profile: Profile, identity: Identity): HelloReply {
  return {
    type: 'HELLO_REPLY',
    versionMajor: PROTOCOL_VERSION_MAJOR,
    versionMinor: PROTOCOL_VERSION_MINOR,
    maximumPayload: MAXIMUM_PAYLOAD,
    bootId: identity.bootId,
    schemaHash: SCHEMA_HASH,
    vendor: 'OPU SDK',
    model: `Emulated ${profile.name}`,
    serial: identity.serial,
    firmwareVersion: identity.firmwareVersion,
    profile: profile.name,
  };
}

export interface DescriptionOptions {
  readonly bitDepths: readonly BitDepth[];
  readonly exposureTicks: { readonly minimum: number; readonly maximum: number };
  /** Whether time is virtual, so that a host may pace it. */
  readonly virtualClock: boolean;
  /** Readouts of the default size that are kept until they are acknowledged. */
  readonly retainedReadouts: number;
  readonly storedReplies: number;
}

/** What the device answers to DESCRIBE. */
export function describeReply(profile: Profile, options: DescriptionOptions): DescribeReply {
  const { modulator, camera } = profile;
  const { L, S, D, T, V } = stageTicks(profile);
  const { minimum: shortestExposure, maximum: longestExposure } = options.exposureTicks;
  const smallest = { x: 0, y: 0, width: camera.xStep, height: camera.yStep };
  const shortest = Math.max(S + D + shortestExposure, S + L, T + readoutTicks(profile, smallest));
  return {
    type: 'DESCRIBE_REPLY',
    modulatorWidth: modulator.width,
    modulatorHeight: modulator.height,
    sensorWidth: camera.width,
    sensorHeight: camera.height,
    regionXStep: camera.xStep,
    regionYStep: camera.yStep,
    patternSlots: profile.nram,
    frameBuffers: profile.nbuf,
    minimumExposureTicks: shortestExposure,
    maximumExposureTicks: longestExposure,
    minimumPeriodTicks: Math.ceil(shortest / V) * V,
    maximumPeriodTicks: MAXIMUM_PERIOD_TICKS,
    loadTicks: L,
    settleTicks: S,
    triggerDelayTicks: D,
    transferTicks: T,
    refreshTicks: V,
    loadRowTicks: modulator.kind === 'dmd' ? ticksFromNanoseconds(modulator.rowLoadNanoseconds) : 0,
    readoutRowTicks: ticksFromMicroseconds(camera.rowMicroseconds),
    tickPicoseconds: 10_000,
    pixelFormats: options.bitDepths.reduce((bits, depth) => bits | bitOfDepth[depth], 0),
    features:
      deviceFeature.SOFTWARE_TRIGGER |
      deviceFeature.EXTERNAL_TRIGGER |
      deviceFeature.REFERENCE_BEAM |
      deviceFeature.REFERENCE_TILT |
      deviceFeature.MACRO_PIXELS |
      deviceFeature.STORED_SEQUENCES |
      deviceFeature.ROW_PATTERNS |
      deviceFeature.RUN_LENGTH_PATTERNS |
      deviceFeature.DROP_MODE |
      (options.virtualClock ? deviceFeature.VIRTUAL_CLOCK : 0),
    modulatorKind: modulator.kind === 'dmd' ? modulatorKind.DMD : modulatorKind.LIQUID_CRYSTAL,
    storedReplies: options.storedReplies,
    maximumPhaseSteps: MAXIMUM_PHASE_STEPS,
    sequenceSlots: SEQUENCE_SLOTS,
    sequencePatterns: profile.nram - 1,
    retainedReadouts: options.retainedReadouts,
    // Virtual time runs away from any heartbeat: an idle host would lose the lease in no time at all.
    minimumHeartbeatMicroseconds: options.virtualClock ? 0 : 100_000,
    maximumHeartbeatMicroseconds: options.virtualClock ? 0 : 60_000_000,
  };
}
