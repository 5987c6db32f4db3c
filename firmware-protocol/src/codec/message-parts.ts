import { OpuError } from '@opu/core';
import { crc32c } from '../crc/crc32c.js';
import { messageCodecs, type Patterns, sizePatterns, writePatterns } from '../generated/messages.js';
import { EMPTY_BYTES, putU32, readU32 } from '../primitives/bytes.js';
import { HEADER_BYTES, type HeaderFields, TRAILER_BYTES, writeMessageHeader } from './header.js';

/**
 * A whole PATTERNS in three pieces to be sent one after the other: what stands in front of the patterns, the patterns
 * themselves without a copy, and the CRC. The same bytes as `encodeMessage` gives.
 */
export function encodePatternParts(fields: HeaderFields, message: Patterns): [Uint8Array, Uint8Array, Uint8Array] {
  const { data } = message;
  const empty: Patterns = { ...message, data: EMPTY_BYTES };
  const headBytes = HEADER_BYTES + sizePatterns(empty);
  const ends = new Uint8Array(headBytes + TRAILER_BYTES);
  const written = writePatterns(ends, HEADER_BYTES, empty);
  if (written !== headBytes) throw new OpuError('BUG', `PATTERNS ends its head at ${written} instead of ${headBytes}.`);
  // What stands in front of bytes is their number.
  putU32(ends, headBytes - 4, data.length);
  writeMessageHeader(ends, 0, messageCodecs.PATTERNS.id, headBytes - HEADER_BYTES + data.length, fields);
  const headCrc = crc32c(ends, HEADER_BYTES, headBytes, readU32(ends, HEADER_BYTES - 4));
  putU32(ends, headBytes, crc32c(data, 0, data.length, headCrc));
  return [ends.subarray(0, headBytes), data, ends.subarray(headBytes)];
}
