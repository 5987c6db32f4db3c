import {
  type DescribeReply,
  deviceFeature,
  type HelloReply,
  PROTOCOL_VERSION_MAJOR,
  PROTOCOL_VERSION_MINOR,
  SCHEMA_HASH,
} from '@opu/protocol';
import type { DeviceFacts, DeviceIdentity } from '../source/device-facts.js';
import { pixelFormatBits } from '../source/pixel-formats.js';

/** Longest payload that a device in software takes and, as far as the host allows, sends. */
export const MAXIMUM_PAYLOAD = 16 * 2 ** 20;
/** Memory for readouts that are sent and not acknowledged, bytes. */
export const RETAINED_BYTES = 64 * 2 ** 20;
const STORED_REPLIES = 64;

/** What the device answers to HELLO. */
export function helloReply({ bootId, ...identity }: DeviceIdentity): HelloReply {
  return {
    type: 'HELLO_REPLY',
    versionMajor: PROTOCOL_VERSION_MAJOR,
    versionMinor: PROTOCOL_VERSION_MINOR,
    maximumPayload: MAXIMUM_PAYLOAD,
    bootId,
    schemaHash: SCHEMA_HASH,
    // Each answer to a HELLO has its own.
    hostNonce: 0,
    deviceNonce: 0,
    ...identity,
  };
}

/**
 * What the device answers to DESCRIBE, but for what depends on the configuration in force (`readoutRowTicks`).
 * @param isVirtual whether time is virtual, so that a host may pace it
 * @param imageBytes of a readout of the configuration that the device begins with
 */
export function describeReply(facts: DeviceFacts, isVirtual: boolean, imageBytes: number): DescribeReply {
  const { features, bitDepths, fullHeightReadoutRowTicks: _, ...figures } = facts;
  const all = isVirtual ? [...features, 'VIRTUAL_CLOCK' as const] : features;
  return {
    type: 'DESCRIBE_REPLY',
    ...figures,
    pixelFormats: pixelFormatBits(bitDepths),
    features: all.reduce((bits, name) => bits | deviceFeature[name], 0),
    storedReplies: STORED_REPLIES,
    retainedReadouts: Math.max(1, Math.floor(RETAINED_BYTES / imageBytes)),
    // Virtual time runs away from any heartbeat: an idle host would lose the lease in no time at all.
    minimumHeartbeatMicroseconds: isVirtual ? 0 : 100_000,
    maximumHeartbeatMicroseconds: isVirtual ? 0 : 60_000_000,
  };
}
