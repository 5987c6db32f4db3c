import type { AppliedConfiguration, BitDepth, DeviceIdentity, DeviceLimits } from '@opu/driver';
import { encodeRecord } from '../format/encode.js';
import type { CaptureRecord, PatternRecord, PixelFormat, ReadoutRecord } from '../format/records.js';
import type { ByteSink } from '../write/byte-sink.js';
import { CaptureWriter } from '../write/capture-writer.js';
import { loadCompression } from '../write/compression.js';

export interface MemorySink extends ByteSink {
  bytes(): Uint8Array;
}

export function memorySink(): MemorySink {
  const parts: Uint8Array[] = [];
  return {
    write: (pieces) => void parts.push(new Uint8Array(Buffer.concat(pieces as Uint8Array[]))),
    sync: (done) => done(),
    close: () => {},
    bytes: () => new Uint8Array(Buffer.concat(parts)),
  };
}

export const sampleIdentity: DeviceIdentity = {
  vendor: 'Test bench',
  model: 'Tiny',
  serial: '0001',
  firmwareVersion: '1.2.3',
  profile: 'tiny',
};

export const sampleLimits: DeviceLimits = {
  modulator: { kind: 'dmd', width: 8, height: 8 },
  sensor: { width: 4, height: 4, xStep: 1, yStep: 1 },
  patternSlots: 16,
  frameBuffers: 4,
  bitDepths: [8, 10, 12, 32],
  exposureTicks: { minimum: 1, maximum: 1e9 },
  periodTicks: { minimum: 1, maximum: 1e9 },
  tickPicoseconds: 10_000,
  features: new Set(['drop-mode', 'software-trigger', 'stored-sequences', 'row-patterns', 'run-length-patterns']),
  stages: {
    loadTicks: 128,
    loadRowTicks: 16,
    settleTicks: 1_250,
    triggerDelayTicks: 500,
    transferTicks: 100,
    readoutRowTicks: 100,
    refreshTicks: 1,
  },
  storedSequences: { sequences: 4, patterns: 15 },
};

export const sampleConfiguration: AppliedConfiguration = {
  periodTicks: 10_000,
  exposureTicks: 2_000,
  extraSettleTicks: 0,
  regionOfInterest: { x: 0, y: 0, width: 4, height: 3 },
  bitDepth: 8,
  overrun: 'hold',
  trigger: 'internal',
  macroPixels: { columns: 0, rows: 0 },
  reference: { on: false, amplitude: 1, phaseSteps: 1, tiltX: 0, tiltY: 0 },
  minimumPeriodTicks: 3_750,
  limitingTerm: 'modulator-exposure',
  patternBytes: 8,
  hash: 'a0',
};

export function samplePattern(n: number): PatternRecord {
  const data = Uint8Array.from({ length: 8 }, (_, i) => (n * 37 + i * 11) & 0xff);
  return { kind: 'pattern', tick: 128 + 10_000 * n, patternId: n, stream: 0, index: n, configurationHash: 'a0', data };
}

export function sampleReadout(n: number): ReadoutRecord {
  return {
    kind: 'readout',
    frame: n,
    patternId: n,
    resetTick: 128 + 10_000 * n,
    exposureStartTick: 1_878 + 10_000 * n,
    exposureTicks: 2_000,
    referencePhaseRadians: 0,
    droppedBefore: 0,
    saturatedShare: n / 64,
    ghostRisk: n % 2 === 1,
    stream: 0,
    configurationHash: 'a0',
    width: 4,
    height: 3,
    format: 'mono8',
    data: Uint8Array.from({ length: 12 }, (_, i) => (n * 5 + i * 17) & 0xff),
  };
}

/** Records of every kind, with `frames` frames. */
export function sampleRecords(frames: number): CaptureRecord[] {
  const { features, ...limits } = sampleLimits;
  const records: CaptureRecord[] = [
    {
      kind: 'device',
      tick: 0,
      address: 'test:',
      identity: sampleIdentity,
      limits: { ...limits, features: [...features] },
    },
    { kind: 'configuration', tick: 0, request: { bitDepth: 8 }, applied: sampleConfiguration },
    { kind: 'log', tick: 5, level: 'info', message: 'laser on', name: 'host' },
  ];
  for (let n = 0; n < frames; n++) records.push(samplePattern(n), sampleReadout(n));
  records.push(
    { kind: 'gap', tick: 10_000 * frames, frames: 2, framesInAll: 2 },
    { kind: 'event', tick: 10_000 * frames, name: 'underrun', value: 1, text: 'one slot passed over' },
    { kind: 'counters', tick: 10_000 * frames, counters: { frames, underrun: 1 } },
  );
  return records;
}

/** A whole capture in memory. */
export async function sampleCapture(
  frames: number,
  options: {
    readonly chunkFrames?: number;
    readonly compress?: boolean;
    readonly bitDepth?: BitDepth;
    readonly format?: PixelFormat;
    readonly pixels?: Uint8Array;
  } = {},
): Promise<Uint8Array> {
  await loadCompression();
  const compress = options.compress ?? true;
  const sink = memorySink();
  const writer = new CaptureWriter(sink, { library: 'test', chunkFrames: options.chunkFrames ?? 4 });
  writer.addMetadata('opu.provenance', { seed: '7' });
  const { bitDepth = 8, format, pixels } = options;
  for (let record of sampleRecords(frames)) {
    if (record.kind === 'configuration') record = { ...record, applied: { ...record.applied, bitDepth } };
    if (record.kind === 'readout' && pixels !== undefined) {
      record = { ...record, format: format ?? 'mono8', data: pixels };
    }
    if (writer.add(encodeRecord(record, 10_000))) writer.flush({ compress });
  }
  writer.end({ compress });
  return sink.bytes();
}
