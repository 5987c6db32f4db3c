import { type McapTypes, Opcode } from '@mcap/core';
import { OpuError } from '@opu/core';
import { loadCompression } from '../write/compression.js';
import type { ByteSource } from './byte-source.js';
import { type ChunkMessage, parseChunkHeader, readChunk } from './chunk.js';
import type { Damage } from './damage.js';
import { findChunk } from './resync.js';
import { CUT_OFF, DamageError, hasMagic, MAGIC_LENGTH, parseSingle, type RawRecord, readRecord } from './scan.js';

export type Salvaged =
  | {
      readonly type: 'chunk';
      readonly offset: number;
      readonly length: number;
      readonly compressed: boolean;
      readonly messages: ChunkMessage[];
    }
  | { readonly type: 'metadata'; readonly offset: number; readonly metadata: McapTypes.TypedMcapRecords['Metadata'] }
  | { readonly type: 'damage'; readonly damage: Damage }
  /** The end of the data section: whole, with its own record. */
  | { readonly type: 'end'; readonly raw: RawRecord };

/**
 * Everything of a capture that is whole, in the order of the file, and where something was not. Goes on behind
 * damage at the next chunk. Only what passes its CRCs is handed out.
 * @param seen is called with every record before the end, as it lies there
 */
export async function* salvage(
  source: ByteSource,
  seen: (raw: RawRecord) => void = () => {},
): AsyncGenerator<Salvaged> {
  await loadCompression();
  let offset: number | undefined = MAGIC_LENGTH;
  if (!(await hasMagic(source, 0))) {
    yield { type: 'damage', damage: { offset: 0, message: 'The file does not begin as an MCAP file does.' } };
    offset = await findChunk(source, 0);
  }
  while (offset !== undefined) {
    try {
      const raw = await readRecord(source, offset);
      if (raw === undefined) {
        yield { type: 'damage', damage: { offset, message: CUT_OFF } };
        return;
      }
      if (raw.opcode === Opcode.CHUNK) {
        const compressed = parseChunkHeader(raw).compression !== '';
        yield { type: 'chunk', offset, length: raw.bytes.length, compressed, messages: readChunk(raw) };
      } else if (raw.opcode === Opcode.METADATA) {
        const metadata = parseSingle(raw);
        if (metadata.type === 'Metadata') yield { type: 'metadata', offset, metadata };
      } else if (raw.opcode === Opcode.DATA_END && raw.bytes.length === 13) {
        yield { type: 'end', raw };
        return;
      } else if (raw.opcode !== Opcode.HEADER && raw.opcode !== Opcode.MESSAGE_INDEX) {
        throw new DamageError(offset, `The record at byte ${offset} is none that a capture has.`);
      }
      seen(raw);
      offset += raw.bytes.length;
    } catch (error) {
      if (!(error instanceof OpuError) || error.code !== 'INVALID_FILE') throw error;
      yield { type: 'damage', damage: { offset, message: error.message } };
      offset = await findChunk(source, offset + 1);
    }
  }
}
