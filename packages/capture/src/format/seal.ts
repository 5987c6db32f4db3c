import { crc32 } from 'node:zlib';
import { OpuError } from '@opu/core';
import { CRC_FIELD } from './protobuf-schema.js';

/**
 * Every record ends in a CRC-32 (IEEE 802.3) of its own bytes before it, so that a frame can be checked by itself,
 * whatever happened to the file around it. Records are encoded with room for it and sealed when they are written.
 *
 * - Protobuf: the last 6 bytes are field 1001 (`fixed32 crc32`): two bytes of tag, the CRC little-endian.
 * - JSON: the last 20 bytes are `,"crc32":"xxxxxxxx"}`, the CRC in lower-case hexadecimal.
 */
export type RecordEncoding = 'protobuf' | 'json';

const PROTOBUF_TAG = [(((CRC_FIELD << 3) | 5) & 0x7f) | 0x80, (CRC_FIELD << 3) >> 7] as const;
const PROTOBUF_TAIL = 6;
const JSON_TAIL_START = ',"crc32":"';
const JSON_TAIL = JSON_TAIL_START.length + 8 + 2;

export function tailLength(encoding: RecordEncoding): number {
  return encoding === 'protobuf' ? PROTOBUF_TAIL : JSON_TAIL;
}

/** An object as JSON with room for its CRC. */
export function encodeJson(value: object): Uint8Array {
  const text = JSON.stringify(value);
  // Not a Buffer: those share their memory, and a record's is handed over to another thread.
  return new TextEncoder().encode(`${text.slice(0, -1)}${JSON_TAIL_START}00000000"}`);
}

/**
 * Writes the CRC into an encoded record, in place.
 * @returns the CRC-32 of the whole record with it
 */
export function seal(record: Uint8Array, encoding: RecordEncoding): number {
  const crc = crcOf(record, encoding);
  const tail = tailOf(crc, encoding);
  record.set(tail, record.length - tail.length);
  return crc32(tail, crc);
}

/** Throws INVALID_FILE when a record's bytes are not those that were sealed. */
export function checkSeal(record: Uint8Array, encoding: RecordEncoding): void {
  const tail = Buffer.from(record.subarray(Math.max(0, record.length - tailLength(encoding))));
  const crc = record.length < tailLength(encoding) ? 0 : crcOf(record, encoding);
  const expected = tailOf(crc, encoding);
  if (!tail.equals(expected)) {
    throw new OpuError('INVALID_FILE', 'A record is damaged: its CRC does not fit its bytes.', {
      details: { expected: expected.toString('hex'), found: tail.toString('hex') },
    });
  }
}

function tailOf(crc: number, encoding: RecordEncoding): Buffer {
  const tail = Buffer.alloc(tailLength(encoding));
  if (encoding === 'protobuf') {
    tail.set(PROTOBUF_TAG);
    tail.writeUInt32LE(crc, 2);
  } else {
    tail.write(`${JSON_TAIL_START}${hex(crc)}"}`, 'latin1');
  }
  return tail;
}

function crcOf(record: Uint8Array, encoding: RecordEncoding): number {
  return crc32(record.subarray(0, record.length - tailLength(encoding)));
}

const hex = (crc: number): string => crc.toString(16).padStart(8, '0');
