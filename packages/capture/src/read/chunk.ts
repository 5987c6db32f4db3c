import { crc32 } from 'node:zlib';
import { McapStreamReader, type McapTypes, Opcode } from '@mcap/core';
import { decodeRecord } from '../format/decode.js';
import type { CaptureRecord } from '../format/records.js';
import { decompressChunk } from '../write/compression.js';
import { DamageError, LARGEST_RECORD, type RawRecord, RECORD_PREFIX } from './scan.js';

/** A message of a chunk, with the record that it holds (undefined on a topic that this version does not know). */
export interface ChunkMessage {
  readonly message: McapTypes.TypedMcapRecords['Message'];
  readonly topic: string;
  readonly record: CaptureRecord | undefined;
}

export interface ChunkHeader {
  readonly messageStartTime: bigint;
  readonly messageEndTime: bigint;
  readonly uncompressedSize: number;
  readonly uncompressedCrc: number;
  readonly compression: string;
  readonly packed: Uint8Array;
}

/** Bytes of a chunk's content before the name of its compression. */
const FIXED = 8 + 8 + 8 + 4 + 4;

/** @throws DamageError */
export function parseChunkHeader(raw: RawRecord): ChunkHeader {
  const { bytes, offset } = raw;
  const damaged = (): DamageError => new DamageError(offset, `The chunk at byte ${offset} is damaged.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (raw.opcode !== Opcode.CHUNK || bytes.length < RECORD_PREFIX + FIXED + 8) throw damaged();
  const nameLength = view.getUint32(RECORD_PREFIX + 28, true);
  if (nameLength > 32 || bytes.length < RECORD_PREFIX + FIXED + nameLength + 8) throw damaged();
  const nameStart = RECORD_PREFIX + FIXED;
  const recordsStart = nameStart + nameLength + 8;
  const uncompressedSize = view.getBigUint64(RECORD_PREFIX + 16, true);
  const packedLength = view.getBigUint64(nameStart + nameLength, true);
  if (packedLength !== BigInt(bytes.length - recordsStart) || uncompressedSize > BigInt(LARGEST_RECORD))
    throw damaged();
  return {
    messageStartTime: view.getBigUint64(RECORD_PREFIX, true),
    messageEndTime: view.getBigUint64(RECORD_PREFIX + 8, true),
    uncompressedSize: Number(uncompressedSize),
    uncompressedCrc: view.getUint32(RECORD_PREFIX + 24, true),
    compression: Buffer.from(bytes.subarray(nameStart, nameStart + nameLength)).toString('latin1'),
    packed: bytes.subarray(recordsStart),
  };
}

/**
 * Unpacks a chunk and decodes its messages, checking the chunk's CRC and that of each record.
 * @throws OpuError INVALID_FILE (a `DamageError` that says where) when anything in it is damaged
 */
export function readChunk(raw: RawRecord): ChunkMessage[] {
  const header = parseChunkHeader(raw);
  const damaged = (cause: unknown): DamageError =>
    new DamageError(raw.offset, `The chunk at byte ${raw.offset} is damaged: ${(cause as Error).message}`, cause);
  try {
    const plain = decompressChunk(header.packed, header.compression, header.uncompressedSize);
    if (plain.length !== header.uncompressedSize) throw new Error('it has another length than it says.');
    if (crc32(plain) !== header.uncompressedCrc) throw new Error('its CRC does not fit its bytes.');
    return readMessages(plain);
  } catch (cause) {
    throw damaged(cause);
  }
}

function readMessages(plain: Uint8Array): ChunkMessage[] {
  const reader = new McapStreamReader({ noMagicPrefix: true });
  const topics = new Map<number, string>();
  const messages: ChunkMessage[] = [];
  reader.append(plain);
  for (let record = reader.nextRecord(); record !== undefined; record = reader.nextRecord()) {
    if (record.type === 'Channel') topics.set(record.id, record.topic);
    if (record.type !== 'Message') continue;
    const topic = topics.get(record.channelId)!;
    messages.push({ message: record, topic, record: decodeRecord(topic, record.data) });
  }
  if (reader.bytesRemaining() !== 0) throw new Error('its last record is cut.');
  return messages;
}
