import { crc32 } from 'node:zlib';
import { McapRecordBuilder, type McapTypes, Opcode } from '@mcap/core';
import { combineCrc32 } from './crc-combine.js';

/** Bytes of a message record before its data: opcode, length, channel, sequence, two times. */
const MESSAGE_PREFIX = 1 + 8 + 2 + 4 + 8 + 8;

/**
 * The records of one chunk, as pieces: the data of messages is kept as it was handed over, so that an uncompressed chunk
 * goes to the disk without having been copied.
 */
export class ChunkAssembler {
  readonly #builder = new McapRecordBuilder();
  #pieces: Uint8Array[] = [];
  #indices = new Map<number, McapTypes.MessageIndex>();
  #length = 0;
  #crc = 0;
  messages = 0;
  messageStartTime = 0n;
  messageEndTime = 0n;

  get byteLength(): number {
    return this.#length;
  }

  /** CRC-32 of all records. */
  get crc(): number {
    return this.#crc;
  }

  /** The records, piece by piece. */
  get pieces(): readonly Uint8Array[] {
    return this.#pieces;
  }

  /** Where the messages of each channel lie. */
  get indices(): Iterable<McapTypes.MessageIndex> {
    return this.#indices.values();
  }

  has(channelId: number): boolean {
    return this.#indices.has(channelId);
  }

  addChannel(schema: McapTypes.Schema, channel: McapTypes.Channel): void {
    this.#builder.writeSchema(schema);
    this.#builder.writeChannel(channel);
    const records = this.#builder.buffer;
    this.#builder.reset();
    this.#push(records, crc32(records));
    this.#indices.set(channel.id, { channelId: channel.id, records: [] });
  }

  /** The data, whose CRC-32 is known already, is kept until `reset`; the caller must not write to it again. */
  addMessage(channelId: number, sequence: number, time: bigint, data: Uint8Array, dataCrc: number): void {
    if (this.messages === 0 || time < this.messageStartTime) this.messageStartTime = time;
    if (this.messages === 0 || time > this.messageEndTime) this.messageEndTime = time;
    this.#indices.get(channelId)!.records.push([time, BigInt(this.#length)]);
    const prefix = new Uint8Array(MESSAGE_PREFIX);
    const view = new DataView(prefix.buffer);
    view.setUint8(0, Opcode.MESSAGE);
    view.setBigUint64(1, BigInt(MESSAGE_PREFIX - 9 + data.length), true);
    view.setUint16(9, channelId, true);
    view.setUint32(11, sequence, true);
    view.setBigUint64(15, time, true);
    view.setBigUint64(23, time, true);
    this.#push(prefix, crc32(prefix));
    this.#push(data, dataCrc);
    this.messages += 1;
  }

  reset(): void {
    this.#pieces = [];
    this.#indices = new Map();
    this.#length = 0;
    this.#crc = 0;
    this.messages = 0;
    this.messageStartTime = 0n;
    this.messageEndTime = 0n;
  }

  #push(piece: Uint8Array, crc: number): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
    this.#crc = combineCrc32(this.#crc, crc, piece.length);
  }
}

/** A chunk's record up to its records: opcode, lengths, times, CRC, compression. */
export function chunkPrefix(chunk: ChunkAssembler, compression: string, packedLength: number): Uint8Array {
  const name = Buffer.from(compression, 'latin1');
  const bytes = new Uint8Array(9 + 8 + 8 + 8 + 4 + 4 + name.length + 8);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, Opcode.CHUNK);
  view.setBigUint64(1, BigInt(bytes.length - 9 + packedLength), true);
  view.setBigUint64(9, chunk.messageStartTime, true);
  view.setBigUint64(17, chunk.messageEndTime, true);
  view.setBigUint64(25, BigInt(chunk.byteLength), true);
  view.setUint32(33, chunk.crc, true);
  view.setUint32(37, name.length, true);
  bytes.set(name, 41);
  view.setBigUint64(41 + name.length, BigInt(packedLength), true);
  return bytes;
}
