import { crc32 } from 'node:zlib';
import { Opcode } from '@mcap/core';
import { isOpuError } from '@opu/core';
import { expect } from 'chai';
import { seal } from '../format/seal.js';
import { sampleCapture } from '../testing/sample.js';
import { decompressChunk, loadCompression } from '../write/compression.js';
import { memorySource } from './byte-source.js';
import { indexCapture } from './capture-index.js';
import { parseChunkHeader } from './chunk.js';
import { MAGIC_LENGTH, type RawRecord, RECORD_PREFIX, readRecord } from './scan.js';

/** A frame of LZ4 (lz4_Frame_format.md) whose one block is stored as it is. */
function lz4Frame(plain: Uint8Array): Uint8Array {
  const size = Buffer.alloc(4);
  size.writeUInt32LE((plain.length | 0x8000_0000) >>> 0);
  // Version 1, independent blocks of up to 4 MiB; 0x73 is the byte of xxh32 over both.
  return Buffer.concat([Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73]), size, plain, Buffer.alloc(4)]);
}

async function records(file: Uint8Array): Promise<RawRecord[]> {
  const found: RawRecord[] = [];
  let at = MAGIC_LENGTH;
  for (;;) {
    const raw = (await readRecord(memorySource(file), at))!;
    found.push(raw);
    if (raw.opcode === Opcode.DATA_END) return found;
    at += raw.bytes.length;
  }
}

/** The same file with every chunk changed; what says where things lie, at its end, is left out. */
async function withChunks(
  file: Uint8Array,
  change: (plain: Uint8Array) => {
    readonly compression: string;
    readonly packed: Uint8Array;
    readonly plain: Uint8Array;
  },
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [file.subarray(0, MAGIC_LENGTH)];
  for (const raw of await records(file)) {
    if (raw.opcode === Opcode.MESSAGE_INDEX || raw.opcode === Opcode.DATA_END) continue;
    if (raw.opcode !== Opcode.CHUNK) {
      parts.push(raw.bytes);
      continue;
    }
    const { compression, packed, plain } = change(parseChunkHeader(raw).packed);
    const name = Buffer.from(compression);
    const content = Buffer.alloc(40 + name.length);
    Buffer.from(raw.bytes).copy(content, 0, RECORD_PREFIX, RECORD_PREFIX + 16);
    content.writeBigUInt64LE(BigInt(plain.length), 16);
    content.writeUInt32LE(crc32(plain), 24);
    content.writeUInt32LE(name.length, 28);
    name.copy(content, 32);
    content.writeBigUInt64LE(BigInt(packed.length), 32 + name.length);
    const prefix = Buffer.alloc(RECORD_PREFIX);
    prefix[0] = Opcode.CHUNK;
    prefix.writeBigUInt64LE(BigInt(content.length + packed.length), 1);
    parts.push(prefix, content, packed);
  }
  return Buffer.concat(parts);
}

describe('chunks that other programs wrote', () => {
  before(loadCompression);

  it('are read when they are compressed with lz4', async () => {
    const file = await sampleCapture(6, { compress: false });
    const lz4 = await withChunks(file, (plain) => ({ compression: 'lz4', packed: lz4Frame(plain), plain }));
    const index = await indexCapture(memorySource(lz4));
    expect(index.frames).to.have.length(6);
    expect(index.damage.map(({ message }) => message)).to.deep.equal([
      'The file has no end: the recording was cut off.',
    ]);
  });

  it('are refused in words when lz4 is damaged, and when the compression is not known', () => {
    const frame = lz4Frame(Buffer.from('some bytes'));
    expect(Buffer.from(decompressChunk(frame, 'lz4', 10)).toString()).to.equal('some bytes');
    frame[0]! ^= 1;
    for (const [name, said] of [
      ['lz4', 'cannot be decompressed'],
      ['brotli', 'zstd, lz4 and none are known'],
    ] as const) {
      try {
        decompressChunk(frame, name, 10);
        expect.fail('it was taken');
      } catch (error) {
        expect(isOpuError(error, 'INVALID_FILE')).to.equal(true);
        expect((error as Error).message).to.contain(said);
      }
    }
  });

  it('whose JSON is whole and not what its topic promises are damage, with the field named', async () => {
    const file = await sampleCapture(2, { compress: false });
    // The same length, so that nothing else in the chunk moves.
    const broken = await withChunks(file, (packed) => {
      const plain = Buffer.from(packed);
      const at = plain.indexOf('"tickPicoseconds"');
      if (at < 0) return { compression: '', packed: plain, plain };
      plain.write('"tickPicosecondz"', at);
      const start = plain.lastIndexOf('{"tick"', at);
      const end = plain.indexOf('"crc32":"', at) + '"crc32":"'.length + 8 + 2;
      seal(plain.subarray(start, end), 'json');
      return { compression: '', packed: plain, plain };
    });
    const error = await indexCapture(memorySource(broken)).then(
      ({ damage }) => damage.map(({ message }) => message).join(' '),
      (e: unknown) => String(e),
    );
    expect(error).to.contain('limits.tickPicoseconds');
    expect(error).to.not.contain('undefined');
  });
});
