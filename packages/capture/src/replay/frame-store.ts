import { closeSync, openSync, readSync } from 'node:fs';
import { Opcode } from '@mcap/core';
import { OpuError } from '@opu/core';
import type { ReadoutRecord } from '../format/records.js';
import type { FrameEntry } from '../read/capture-index.js';
import { readChunk } from '../read/chunk.js';
import { fileError } from '../write/byte-sink.js';

const KEPT_CHUNKS = 8;

/** Reads single readouts of a file when they are due; a few chunks are kept. Synchronous, as a device's firmware is. */
export class FrameStore {
  readonly #path: string;
  readonly #file: number;
  readonly #kept = new Map<number, ReturnType<typeof readChunk>>();

  constructor(path: string) {
    this.#path = path;
    try {
      this.#file = openSync(path, 'r');
    } catch (cause) {
      throw fileError(path, cause);
    }
  }

  /** @throws OpuError INVALID_FILE when the file changed since it was indexed */
  read(frame: FrameEntry): ReadoutRecord {
    const messages = this.#kept.get(frame.chunkOffset) ?? this.#load(frame);
    this.#kept.delete(frame.chunkOffset);
    this.#kept.set(frame.chunkOffset, messages);
    if (this.#kept.size > KEPT_CHUNKS) this.#kept.delete(this.#kept.keys().next().value!);
    const record = messages[frame.index]?.record;
    if (record?.kind !== 'readout' || record.frame !== frame.frame) {
      throw new OpuError('INVALID_FILE', `${this.#path} changed while it was replayed.`);
    }
    return record;
  }

  close(): void {
    closeSync(this.#file);
  }

  #load({ chunkOffset, chunkLength }: FrameEntry): ReturnType<typeof readChunk> {
    const bytes = new Uint8Array(chunkLength);
    const length = readSync(this.#file, bytes, 0, chunkLength, chunkOffset);
    return readChunk({ opcode: Opcode.CHUNK, offset: chunkOffset, bytes: bytes.subarray(0, length) });
  }
}
