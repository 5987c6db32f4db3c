import { fromBinary } from '@bufbuild/protobuf';
import { OpuError, parseJson } from '@opu/core';
import { type CaptureChannel, channelOfTopic } from './channels.js';
import { checkJsonRecord } from './check-json.js';
import { logLevels, pixelBytes } from './encode.js';
import { type DynamicMessage, patternDescriptor, rawImageDescriptor } from './protobuf-schema.js';
import type { CaptureRecord, PatternRecord, PixelFormat, ReadoutRecord } from './records.js';
import { checkSeal } from './seal.js';

/**
 * Decodes a message of a capture after checking its CRC. Bytes of patterns and images are views on `data`.
 * @returns undefined for a topic that this version does not know
 * @throws OpuError INVALID_FILE when the bytes are damaged or make no record
 */
export function decodeRecord(topic: string, data: Uint8Array): CaptureRecord | undefined {
  const channel = channelOfTopic(topic);
  if (channel === undefined) return undefined;
  checkSeal(data, channel.encoding);
  try {
    return decodeChecked(channel, data, topic);
  } catch (cause) {
    if (cause instanceof OpuError) throw cause;
    throw new OpuError('INVALID_FILE', `A record on ${topic} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function decodeChecked(channel: CaptureChannel, data: Uint8Array, topic: string): CaptureRecord {
  if (channel.kind === 'readout') return decodeReadout(data);
  if (channel.kind === 'pattern') return decodePattern(data);
  const text = Buffer.from(data.buffer, data.byteOffset, data.length).toString('utf8');
  const parsed = parseJson(text, `A record on ${topic}`);
  checkJsonRecord(channel.kind, parsed, topic);
  const { crc32: _, ...value } = parsed as Record<string, unknown> & { readonly level: number };
  const record = { kind: channel.kind, ...value } as unknown as CaptureRecord;
  if (record.kind !== 'log') return record;
  const { tick, message, name } = record;
  return { kind: 'log', tick, level: logLevels[value.level - 1] ?? 'info', message, name };
}

function decodeReadout(bytes: Uint8Array): ReadoutRecord {
  const message = fromBinary(rawImageDescriptor, bytes) as DynamicMessage;
  const frame = message.opu as DynamicMessage | undefined;
  const format = message.encoding as PixelFormat;
  const width = message.width as number;
  const height = message.height as number;
  const data = message.data as Uint8Array;
  if (frame === undefined || !(format in pixelBytes) || data.length !== width * height * pixelBytes[format]) {
    throw new OpuError(
      'INVALID_FILE',
      `A readout of ${width} x ${height} pixels in ${format || 'no format'} has ${data.length} bytes.`,
    );
  }
  return {
    kind: 'readout',
    frame: count(frame.frame),
    patternId: count(frame.patternId),
    resetTick: count(frame.resetTick),
    exposureStartTick: count(frame.exposureStartTick),
    exposureTicks: count(frame.exposureTicks),
    referencePhaseRadians: frame.referencePhaseRadians as number,
    droppedBefore: count(frame.droppedBefore),
    saturatedShare: frame.saturatedShare as number,
    ghostRisk: frame.ghostRisk as boolean,
    stream: frame.stream as number,
    configurationHash: frame.configurationHash as string,
    width,
    height,
    format,
    data,
  };
}

function decodePattern(bytes: Uint8Array): PatternRecord {
  const message = fromBinary(patternDescriptor, bytes) as DynamicMessage;
  return {
    kind: 'pattern',
    tick: count(message.tick),
    patternId: count(message.patternId),
    stream: message.stream as number,
    index: count(message.index),
    configurationHash: message.configurationHash as string,
    data: message.data as Uint8Array,
  };
}

function count(value: unknown): number {
  const number = Number(value as bigint);
  if (!Number.isSafeInteger(number)) {
    throw new OpuError('INVALID_FILE', `A count of ${value} is more than 2^53 - 1.`);
  }
  return number;
}
