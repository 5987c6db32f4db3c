import { Opcode } from '@mcap/core';
import type { ByteSource } from './byte-source.js';
import { parseChunkHeader } from './chunk.js';
import { DamageError, RECORD_PREFIX, readRecord } from './scan.js';

const STEP = 1 << 20;
/** Bytes of the content of a chunk that is empty and has no compression. */
const SMALLEST_CHUNK = 40;

/**
 * Looks for the next chunk at or after `from`, for going on behind a damaged length.
 * @returns its offset, or undefined when there is none
 */
export async function findChunk(source: ByteSource, from: number): Promise<number | undefined> {
  for (let start = from; start < source.size; start += STEP) {
    const block = await source.read(start, Math.min(STEP + RECORD_PREFIX, source.size - start));
    const view = new DataView(block.buffer, block.byteOffset, block.length);
    for (let at = block.indexOf(Opcode.CHUNK); at >= 0 && at < STEP; at = block.indexOf(Opcode.CHUNK, at + 1)) {
      if (at + RECORD_PREFIX > block.length) break;
      const length = view.getBigUint64(at + 1, true);
      if (length < BigInt(SMALLEST_CHUNK) || length > BigInt(source.size - start - at - RECORD_PREFIX)) continue;
      if (await isChunk(source, start + at)) return start + at;
    }
  }
  return undefined;
}

async function isChunk(source: ByteSource, offset: number): Promise<boolean> {
  try {
    const raw = await readRecord(source, offset);
    if (raw === undefined) return false;
    const { compression } = parseChunkHeader(raw);
    return compression === '' || compression === 'zstd';
  } catch (error) {
    if (error instanceof DamageError) return false;
    throw error;
  }
}
