import { crc32 } from 'node:zlib';
import { decompress } from 'fzstd';

/**
 * A reader of MCAP files that shares no code with the product: written from the format's specification, with a
 * decompressor of another author. It checks what it can: magic, lengths, every CRC, indexes against what they point to.
 */
export interface PlainMessage {
  readonly topic: string;
  readonly schema: { readonly name: string; readonly encoding: string; readonly data: Uint8Array };
  readonly sequence: number;
  readonly logTime: bigint;
  readonly data: Uint8Array;
}

class Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at = 0;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  u8 = (): number => this.view.getUint8(this.at++);
  u16 = (): number => this.view.getUint16((this.at += 2) - 2, true);
  u32 = (): number => this.view.getUint32((this.at += 4) - 4, true);
  u64 = (): bigint => this.view.getBigUint64((this.at += 8) - 8, true);
  take = (length: number): Uint8Array => {
    if (this.at + length > this.bytes.length) throw new Error(`cut at ${this.at}`);
    return this.bytes.subarray(this.at, (this.at += length));
  };
  string = (): string => Buffer.from(this.take(this.u32())).toString('utf8');
  get done(): boolean {
    return this.at === this.bytes.length;
  }
}

const MAGIC = Buffer.from('894d434150300d0a', 'hex');

function must(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

export function readIndependently(file: Uint8Array): {
  profile: string;
  library: string;
  messages: PlainMessage[];
  metadata: Map<string, Record<string, string>>;
  compressions: string[];
} {
  must(MAGIC.equals(file.subarray(0, 8)), 'magic');
  must(MAGIC.equals(file.subarray(-8)), 'last magic');
  const cursor = new Cursor(file.subarray(0, -8));
  cursor.at = 8;
  let profile = '';
  let library = '';
  const schemas = new Map<number, PlainMessage['schema']>();
  const channels = new Map<number, { schema: number; topic: string; encoding: string }>();
  const messages: PlainMessage[] = [];
  const metadata = new Map<string, Record<string, string>>();
  const compressions: string[] = [];
  const chunks = new Map<bigint, { offsets: Map<number, bigint[]>; length: bigint }>();
  const indexes = new Map<bigint, Map<number, bigint[]>>();
  let lastChunk = 0n;
  let dataEnd = 0;
  let statistics: { messages: bigint; chunks: number } | undefined;
  let footer: { summaryStart: bigint } | undefined;
  let indexedChunks = 0;

  const definition = (opcode: number, c: Cursor): void => {
    if (opcode === 3) {
      const id = c.u16();
      const name = c.string();
      const encoding = c.string();
      schemas.set(id, { name, encoding, data: c.take(c.u32()) });
    } else {
      const id = c.u16();
      channels.set(id, { schema: c.u16(), topic: c.string(), encoding: c.string() });
    }
  };

  while (!cursor.done) {
    const start = cursor.at;
    const opcode = cursor.u8();
    const c = new Cursor(cursor.take(Number(cursor.u64())));
    switch (opcode) {
      case 1:
        profile = c.string();
        library = c.string();
        break;
      case 3:
      case 4:
        definition(opcode, c);
        break;
      case 6: {
        c.u64();
        c.u64();
        const size = c.u64();
        const crc = c.u32();
        const compression = c.string();
        const packed = c.take(Number(c.u64()));
        must(c.done, 'chunk length');
        const plain = compression === 'zstd' ? decompress(packed) : packed;
        compressions.push(compression);
        must(BigInt(plain.length) === size && crc32(plain) === crc, 'chunk crc');
        const offsets = new Map<number, bigint[]>();
        const inner = new Cursor(plain);
        while (!inner.done) {
          const at = BigInt(inner.at);
          const kind = inner.u8();
          const m = new Cursor(inner.take(Number(inner.u64())));
          if (kind !== 5) {
            definition(kind, m);
            continue;
          }
          const channelId = m.u16();
          const channel = channels.get(channelId)!;
          const sequence = m.u32();
          const logTime = m.u64();
          m.u64();
          const data = m.take(m.bytes.length - m.at);
          checkRecord(channel.encoding, data);
          offsets.set(channelId, [...(offsets.get(channelId) ?? []), at]);
          messages.push({ topic: channel.topic, schema: schemas.get(channel.schema)!, sequence, logTime, data });
        }
        lastChunk = BigInt(start);
        chunks.set(lastChunk, { offsets, length: BigInt(cursor.at - start) });
        break;
      }
      case 7: {
        const channelId = c.u16();
        const end = c.u32() + c.at;
        const offsets: bigint[] = [];
        while (c.at < end) {
          c.u64();
          offsets.push(c.u64());
        }
        must(String(chunks.get(lastChunk)?.offsets.get(channelId)) === String(offsets), 'message index');
        indexes.set(lastChunk, (indexes.get(lastChunk) ?? new Map()).set(channelId, offsets));
        break;
      }
      case 8: {
        c.u64();
        c.u64();
        const chunk = chunks.get(c.u64());
        must(chunk !== undefined && chunk.length === c.u64(), 'chunk index');
        indexedChunks += 1;
        break;
      }
      case 11: {
        const messageCount = c.u64();
        c.take(2 + 4 + 4 + 4);
        statistics = { messages: messageCount, chunks: c.u32() };
        break;
      }
      case 12: {
        const name = c.string();
        const end = c.u32() + c.at;
        const values: Record<string, string> = {};
        while (c.at < end) {
          const key = c.string();
          values[key] = c.string();
        }
        metadata.set(name, values);
        break;
      }
      case 15:
        must(c.u32() === crc32(file.subarray(0, start)), 'data section crc');
        dataEnd = cursor.at;
        break;
      case 2:
        footer = { summaryStart: c.u64() };
        c.u64();
        must(c.u32() === crc32(file.subarray(dataEnd, cursor.at - 4)), 'summary crc');
        break;
    }
  }
  must(footer?.summaryStart === BigInt(dataEnd), 'summary start');
  must(statistics?.messages === BigInt(messages.length) && statistics.chunks === chunks.size, 'statistics');
  must(indexedChunks === chunks.size && indexes.size === chunks.size, 'every chunk is indexed');
  return { profile, library, messages, metadata, compressions };
}

function checkRecord(encoding: string, data: Uint8Array): void {
  const bytes = Buffer.from(data);
  if (encoding === 'protobuf') {
    must(bytes.readUInt32LE(bytes.length - 4) === crc32(bytes.subarray(0, -6)), 'record crc');
  } else {
    const cut = bytes.lastIndexOf(',"crc32":"');
    must(Number.parseInt(JSON.parse(bytes.toString()).crc32, 16) === crc32(bytes.subarray(0, cut)), 'record crc');
  }
}
