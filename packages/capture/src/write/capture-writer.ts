import { crc32 } from 'node:zlib';
import { McapRecordBuilder, type McapTypes, Opcode } from '@mcap/core';
import { OpuError } from '@opu/core';
import { channels } from '../format/channels.js';
import type { EncodedRecord } from '../format/encode.js';
import { seal } from '../format/seal.js';
import type { ByteSink } from './byte-sink.js';
import { ChunkAssembler, chunkPrefix } from './chunk-assembler.js';
import { compressChunk } from './compression.js';
import { combineCrc32 } from './crc-combine.js';

/** Profile of the MCAP header by which a capture is known. */
export const CAPTURE_PROFILE = 'opu';

export type MetadataValues = Readonly<Record<string, string>>;

export interface CaptureWriterOptions {
  /** Library named in the header: `opu-sdk 0.1.0`. */
  readonly library: string;
  /** A chunk is written when it has this many frames ... */
  readonly chunkFrames?: number;
  /** ... or bytes ... */
  readonly chunkBytes?: number;
  /** ... or spans this much of the device's time, nanoseconds. */
  readonly chunkNanoseconds?: bigint;
}

const READOUT_CHANNEL = channels.find((channel) => channel.kind === 'readout')!.id;

/**
 * Writes a capture: MCAP with every chunk complete in itself (schemas, channels, records, their index), so that a file
 * cut anywhere holds all but its last chunk. Compression is asked for chunk by chunk. Everything is synchronous: it
 * runs off the acquisition path, in a thread of its own.
 */
export class CaptureWriter {
  readonly #sink: ByteSink;
  readonly #chunkFrames: number;
  readonly #chunkBytes: number;
  readonly #chunkNanoseconds: bigint;
  readonly #builder = new McapRecordBuilder();
  readonly #chunk = new ChunkAssembler();
  readonly #sequences = new Map<number, number>();
  readonly #chunkIndexes: McapTypes.ChunkIndex[] = [];
  readonly #metadataIndexes: McapTypes.MetadataIndex[] = [];
  readonly #statistics = {
    messageCount: 0n,
    schemaCount: 0,
    channelCount: 0,
    attachmentCount: 0,
    metadataCount: 0,
    chunkCount: 0,
    messageStartTime: 0n,
    messageEndTime: 0n,
    channelMessageCounts: new Map<number, bigint>(),
  };
  #position = 0n;
  #dataCrc = 0;
  #framesInChunk = 0;

  constructor(sink: ByteSink, options: CaptureWriterOptions) {
    this.#sink = sink;
    this.#chunkFrames = options.chunkFrames ?? 16;
    this.#chunkBytes = options.chunkBytes ?? 4 << 20;
    this.#chunkNanoseconds = options.chunkNanoseconds ?? 500_000_000n;
    this.#builder.writeMagic();
    this.#builder.writeHeader({ profile: CAPTURE_PROFILE, library: options.library });
    this.#emit();
  }

  /** Bytes written to the sink so far. */
  get bytesWritten(): number {
    return Number(this.#position);
  }

  /** Named texts beside the time line: provenance, totals. */
  addMetadata(name: string, values: MetadataValues): void {
    const offset = this.#position;
    const length = this.#builder.writeMetadata({ name, metadata: new Map(Object.entries(values)) });
    this.#metadataIndexes.push({ name, offset, length });
    this.#statistics.metadataCount += 1;
    this.#emit();
  }

  /**
   * Seals a record and puts it into the open chunk. Its bytes are handed over for good.
   * @returns true when that filled the chunk: it is time for `flush`
   */
  add(record: EncodedRecord): boolean {
    const channel = channels[record.channelId];
    if (channel === undefined) throw new OpuError('BUG', `There is no channel ${record.channelId} in a capture.`);
    const crc = seal(record.data, channel.encoding);
    if (!this.#chunk.has(channel.id)) this.#chunk.addChannel(schemaRecord(channel.id), channelRecord(channel.id));
    const sequence = this.#sequences.get(channel.id) ?? 0;
    this.#sequences.set(channel.id, sequence + 1);
    const { logTime } = record;
    this.#chunk.addMessage(channel.id, sequence, logTime, record.data, crc);
    if (channel.id === READOUT_CHANNEL) this.#framesInChunk += 1;
    this.#count(channel.id, logTime);
    return (
      this.#framesInChunk >= this.#chunkFrames ||
      this.#chunk.byteLength >= this.#chunkBytes ||
      this.#chunk.messageEndTime - this.#chunk.messageStartTime >= this.#chunkNanoseconds
    );
  }

  /** Writes the open chunk, if it holds anything. */
  flush(options: { readonly compress: boolean }): void {
    const chunk = this.#chunk;
    if (chunk.messages === 0) return;
    const packed = options.compress ? compressChunk(concatenated(chunk)) : undefined;
    const worthIt = packed !== undefined && packed.length < chunk.byteLength;
    const compression = worthIt ? 'zstd' : '';
    const compressedSize = worthIt ? packed.length : chunk.byteLength;
    const prefix = chunkPrefix(chunk, compression, compressedSize);
    const chunkStartOffset = this.#position;
    const chunkLength = BigInt(prefix.length + compressedSize);
    const messageIndexOffsets = new Map<number, bigint>();
    let messageIndexLength = 0n;
    for (const index of chunk.indices) {
      messageIndexOffsets.set(index.channelId, chunkStartOffset + chunkLength + messageIndexLength);
      messageIndexLength += this.#builder.writeMessageIndex(index);
    }
    this.#chunkIndexes.push({
      messageStartTime: chunk.messageStartTime,
      messageEndTime: chunk.messageEndTime,
      chunkStartOffset,
      chunkLength,
      messageIndexOffsets,
      messageIndexLength,
      compression,
      compressedSize: BigInt(compressedSize),
      uncompressedSize: BigInt(chunk.byteLength),
    });
    this.#statistics.chunkCount += 1;
    const indexes = this.#builder.buffer;
    this.#builder.reset();
    const crc = worthIt ? crc32(packed) : chunk.crc;
    this.#account(crc32(prefix), prefix.length);
    this.#account(crc, compressedSize);
    this.#account(crc32(indexes), indexes.length);
    this.#sink.write([prefix, ...(worthIt ? [packed] : chunk.pieces), indexes]);
    chunk.reset();
    this.#framesInChunk = 0;
  }

  /** Writes the rest, the index and the end. The sink stays open. */
  end(options: { readonly compress: boolean }): void {
    this.flush(options);
    this.#builder.writeDataEnd({ dataSectionCrc: this.#dataCrc });
    this.#emit();
    this.#writeSummary();
  }

  #count(channelId: number, logTime: bigint): void {
    const statistics = this.#statistics;
    if (statistics.messageCount === 0n || logTime < statistics.messageStartTime) statistics.messageStartTime = logTime;
    if (logTime > statistics.messageEndTime) statistics.messageEndTime = logTime;
    statistics.messageCount += 1n;
    const counts = statistics.channelMessageCounts;
    counts.set(channelId, (counts.get(channelId) ?? 0n) + 1n);
  }

  /** Writes what was built. */
  #emit(): void {
    const bytes = this.#builder.buffer;
    this.#builder.reset();
    this.#write(bytes);
  }

  #write(bytes: Uint8Array): void {
    this.#account(crc32(bytes), bytes.length);
    this.#sink.write([bytes]);
  }

  /** So many bytes of this CRC are written next. */
  #account(crc: number, length: number): void {
    this.#dataCrc = combineCrc32(this.#dataCrc, crc, length);
    this.#position += BigInt(length);
  }

  #writeSummary(): void {
    const builder = this.#builder;
    const summaryStart = this.#position;
    const groups: McapTypes.SummaryOffset[] = [];
    const group = (groupOpcode: Opcode, write: () => void): void => {
      const start = builder.length;
      write();
      const groupLength = BigInt(builder.length - start);
      if (groupLength > 0n) groups.push({ groupOpcode, groupStart: summaryStart + BigInt(start), groupLength });
    };
    const used = channels.filter((channel) => this.#sequences.has(channel.id));
    this.#statistics.schemaCount = used.length;
    this.#statistics.channelCount = used.length;
    group(Opcode.SCHEMA, () => {
      for (const channel of used) builder.writeSchema(schemaRecord(channel.id));
    });
    group(Opcode.CHANNEL, () => {
      for (const channel of used) builder.writeChannel(channelRecord(channel.id));
    });
    group(Opcode.STATISTICS, () => void builder.writeStatistics(this.#statistics));
    group(Opcode.METADATA_INDEX, () => {
      for (const index of this.#metadataIndexes) builder.writeMetadataIndex(index);
    });
    group(Opcode.CHUNK_INDEX, () => {
      for (const index of this.#chunkIndexes) builder.writeChunkIndex(index);
    });
    const summaryOffsetStart = summaryStart + BigInt(builder.length);
    for (const offset of groups) builder.writeSummaryOffset(offset);
    // The CRC of the summary covers the footer up to the CRC itself: write it with 0 there, and patch it.
    builder.writeFooter({ summaryStart, summaryOffsetStart, summaryCrc: 0 });
    const crcAt = builder.length - 4;
    builder.writeMagic();
    const bytes = builder.buffer;
    const summaryCrc = crc32(bytes.subarray(0, crcAt));
    new DataView(bytes.buffer, bytes.byteOffset, bytes.length).setUint32(crcAt, summaryCrc, true);
    this.#write(bytes);
  }
}

function schemaRecord(channelId: number): McapTypes.Schema {
  const { schemaName: name, schemaEncoding: encoding, schemaData: data } = channels[channelId]!;
  return { id: channelId + 1, name, encoding, data };
}

function channelRecord(id: number): McapTypes.Channel {
  const channel = channels[id]!;
  return {
    id,
    schemaId: id + 1,
    topic: channel.topic,
    messageEncoding: channel.encoding,
    metadata: new Map(),
  };
}

function concatenated(chunk: ChunkAssembler): Uint8Array {
  return Buffer.concat(chunk.pieces as Uint8Array[], chunk.byteLength);
}
