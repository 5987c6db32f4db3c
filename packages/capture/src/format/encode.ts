import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { channelOf } from './channels.js';
import { IMAGE_DATA_FIELD, PATTERN_DATA_FIELD, patternDescriptor, rawImageDescriptor } from './protobuf-schema.js';
import { type CaptureRecord, type LogLevel, type PatternRecord, type ReadoutRecord, tickOf } from './records.js';
import { encodeJson, tailLength } from './seal.js';

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

/** Gives memory of so many bytes, whatever is in it. */
export type Memory = (length: number) => Uint8Array;

/** Encodes a record; the bytes are in memory of their own, nothing of the record's is kept. */
export function encodeRecord(
  record: CaptureRecord,
  tickPicoseconds: number,
  memory: Memory = (length) => new Uint8Array(length),
): EncodedRecord {
  const nanoseconds = (BigInt(tickOf(record)) * BigInt(tickPicoseconds)) / 1000n;
  return { channelId: channelOf(record.kind).id, logTime: nanoseconds, data: encodeData(record, nanoseconds, memory) };
}

function encodeData(record: CaptureRecord, nanoseconds: bigint, memory: Memory): Uint8Array {
  switch (record.kind) {
    case 'readout':
      return encodeReadout(record, nanoseconds, memory);
    case 'pattern':
      return encodePattern(record, memory);
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

function encodeReadout(record: ReadoutRecord, nanoseconds: bigint, memory: Memory): Uint8Array {
  const facts = toBinary(
    rawImageDescriptor,
    create(rawImageDescriptor, {
      timestamp: timestamp(nanoseconds, (seconds) => seconds),
      width: record.width,
      height: record.height,
      encoding: record.format,
      step: record.width * pixelBytes[record.format],
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
    } as Record<string, unknown>),
  );
  return withBytes(facts, IMAGE_DATA_FIELD, record.data, memory);
}

function encodePattern(record: PatternRecord, memory: Memory): Uint8Array {
  const facts = toBinary(
    patternDescriptor,
    create(patternDescriptor, {
      patternId: BigInt(record.patternId),
      stream: record.stream,
      index: BigInt(record.index),
      configurationHash: record.configurationHash,
      tick: BigInt(record.tick),
    } as Record<string, unknown>),
  );
  return withBytes(facts, PATTERN_DATA_FIELD, record.data, memory);
}

/** A Protobuf message with a field of bytes and room for its CRC behind it; the bytes are copied once. */
function withBytes(facts: Uint8Array, field: number, bytes: Uint8Array, memory: Memory): Uint8Array {
  const prefix = new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(bytes.length).finish();
  const message = memory(facts.length + prefix.length + bytes.length + tailLength('protobuf'));
  message.set(facts);
  message.set(prefix, facts.length);
  message.set(bytes, facts.length + prefix.length);
  return message;
}

const BILLION = 1_000_000_000n;

/** Viewers call the field of a JSON time `nsec`, and of a Protobuf time `nanos`. */
function timestamp<S>(nanoseconds: bigint, seconds: (value: bigint) => S): object {
  const rest = Number(nanoseconds % BILLION);
  const whole = seconds(nanoseconds / BILLION);
  return typeof whole === 'number' ? { sec: whole, nsec: rest } : { seconds: whole, nanos: rest };
}
