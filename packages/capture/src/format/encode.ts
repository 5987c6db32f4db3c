import { create, toBinary } from '@bufbuild/protobuf';
import { channelOf } from './channels.js';
import { patternDescriptor, rawImageDescriptor } from './protobuf-schema.js';
import { type CaptureRecord, type LogLevel, type PatternRecord, type ReadoutRecord, tickOf } from './records.js';
import { encodeJson } from './seal.js';

/** A record as it goes into the file, but for its CRC: see `seal`. */
export interface EncodedRecord {
  readonly channelId: number;
  /** Nanoseconds of the device clock. */
  readonly logTime: bigint;
  readonly data: Uint8Array;
}

export const logLevels: readonly LogLevel[] = ['debug', 'info', 'warning', 'error', 'fatal'];

/** Bytes of one pixel. */
export const pixelBytes = { mono8: 1, mono16: 2, '32FC1': 4 } as const;

/** Encodes a record; the bytes are new, nothing of the record's own is kept. */
export function encodeRecord(record: CaptureRecord, tickPicoseconds: number): EncodedRecord {
  const nanoseconds = (BigInt(tickOf(record)) * BigInt(tickPicoseconds)) / 1000n;
  return { channelId: channelOf(record.kind).id, logTime: nanoseconds, data: encodeData(record, nanoseconds) };
}

function encodeData(record: CaptureRecord, nanoseconds: bigint): Uint8Array {
  switch (record.kind) {
    case 'readout':
      return encodeReadout(record, nanoseconds);
    case 'pattern':
      return encodePattern(record);
    case 'log': {
      const { kind: _, level, ...rest } = record;
      return encodeJson({
        ...rest,
        timestamp: timestamp(nanoseconds, Number),
        level: logLevels.indexOf(level) + 1,
        file: '',
        line: 0,
      });
    }
    default: {
      const { kind: _, ...rest } = record;
      return encodeJson(rest);
    }
  }
}

function encodeReadout(record: ReadoutRecord, nanoseconds: bigint): Uint8Array {
  return toBinary(
    rawImageDescriptor,
    create(rawImageDescriptor, {
      timestamp: timestamp(nanoseconds, (seconds) => seconds),
      width: record.width,
      height: record.height,
      encoding: record.format,
      step: record.width * pixelBytes[record.format],
      data: record.data,
      frameId: 'camera',
      opu: {
        frame: BigInt(record.frame),
        patternId: BigInt(record.patternId),
        resetTick: BigInt(record.resetTick),
        exposureStartTick: BigInt(record.exposureStartTick),
        exposureTicks: BigInt(record.exposureTicks),
        referencePhaseRadians: record.referencePhaseRadians,
        droppedBefore: BigInt(record.droppedBefore),
        saturatedShare: record.saturatedShare,
        ghostRisk: record.ghostRisk,
        stream: record.stream,
        configurationHash: record.configurationHash,
      },
      crc32: ROOM_FOR_CRC,
    } as Record<string, unknown>),
  );
}

function encodePattern(record: PatternRecord): Uint8Array {
  return toBinary(
    patternDescriptor,
    create(patternDescriptor, {
      patternId: BigInt(record.patternId),
      stream: record.stream,
      index: BigInt(record.index),
      data: record.data,
      configurationHash: record.configurationHash,
      tick: BigInt(record.tick),
      crc32: ROOM_FOR_CRC,
    } as Record<string, unknown>),
  );
}

/** Anything but 0, which Protobuf leaves out. */
const ROOM_FOR_CRC = 1;

const BILLION = 1_000_000_000n;

/** Viewers call the field of a JSON time `nsec`, and of a Protobuf time `nanos`. */
function timestamp<S>(nanoseconds: bigint, seconds: (value: bigint) => S): object {
  const rest = Number(nanoseconds % BILLION);
  const whole = seconds(nanoseconds / BILLION);
  return typeof whole === 'number' ? { sec: whole, nsec: rest } : { seconds: whole, nanos: rest };
}
