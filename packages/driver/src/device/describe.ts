import {
  type DescribeReply,
  deviceFeature,
  type HelloReply,
  modulatorKind,
  pixelFormat,
  pixelFormatBit,
} from '@opu/protocol';
import type { BitDepth, DeviceIdentity, DeviceLimits } from '../api/opu-device.js';

/** Bit depths by the format that carries them on the wire. */
export const formatOfDepth: Readonly<Record<BitDepth, number>> = {
  8: pixelFormat.MONO8,
  10: pixelFormat.MONO10_PACKED,
  12: pixelFormat.MONO12_PACKED,
  32: pixelFormat.FLOAT32,
};

export function depthOfFormat(format: number): BitDepth {
  switch (format) {
    case pixelFormat.MONO8:
      return 8;
    case pixelFormat.MONO10_PACKED:
      return 10;
    case pixelFormat.FLOAT32:
      return 32;
    default:
      return 12;
  }
}

export function identityOf(hello: HelloReply): DeviceIdentity {
  const { vendor, model, serial, firmwareVersion, profile } = hello;
  return { vendor, model, serial, firmwareVersion, profile };
}

const depthBits: readonly [BitDepth, number][] = [
  [8, pixelFormatBit.MONO8],
  [10, pixelFormatBit.MONO10_PACKED],
  [12, pixelFormatBit.MONO12_PACKED],
  [32, pixelFormatBit.FLOAT32],
];

export function limitsOf(description: DescribeReply): DeviceLimits {
  const d = description;
  const features = Object.entries(deviceFeature).filter(([, bit]) => (d.features & bit) !== 0);
  return {
    modulator: {
      kind: d.modulatorKind === modulatorKind.LIQUID_CRYSTAL ? 'liquid-crystal' : 'dmd',
      width: d.modulatorWidth,
      height: d.modulatorHeight,
    },
    sensor: { width: d.sensorWidth, height: d.sensorHeight, xStep: d.regionXStep, yStep: d.regionYStep },
    patternSlots: d.patternSlots,
    frameBuffers: d.frameBuffers,
    bitDepths: depthBits.filter(([, bit]) => (d.pixelFormats & bit) !== 0).map(([depth]) => depth),
    exposureTicks: { minimum: d.minimumExposureTicks, maximum: d.maximumExposureTicks },
    periodTicks: { minimum: d.minimumPeriodTicks, maximum: d.maximumPeriodTicks },
    tickPicoseconds: d.tickPicoseconds,
    features: new Set(features.map(([name]) => name.toLowerCase().replaceAll('_', '-'))),
    stages: {
      loadTicks: d.loadTicks,
      loadRowTicks: d.loadRowTicks,
      settleTicks: d.settleTicks,
      triggerDelayTicks: d.triggerDelayTicks,
      transferTicks: d.transferTicks,
      readoutRowTicks: d.readoutRowTicks,
      refreshTicks: d.refreshTicks,
    },
    ...((d.features & deviceFeature.STORED_SEQUENCES) === 0
      ? {}
      : { storedSequences: { sequences: d.sequenceSlots, patterns: d.sequencePatterns } }),
  };
}
