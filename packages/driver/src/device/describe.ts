import { type DescribeReply, deviceFeature, formatBitOfDepth, type HelloReply, modulatorKind } from '@opu/protocol';
import type { BitDepth, DeviceIdentity, DeviceLimits } from '../api/opu-device.js';

export function identityOf(hello: HelloReply): DeviceIdentity {
  const { vendor, model, serial, firmwareVersion, profile } = hello;
  return { vendor, model, serial, firmwareVersion, profile };
}

const depths: readonly BitDepth[] = [8, 10, 12, 32];

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
    bitDepths: depths.filter((depth) => (d.pixelFormats & formatBitOfDepth[depth]) !== 0),
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
