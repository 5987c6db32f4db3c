import { crc32c } from '../crc/crc32c.js';
import { PROTOCOL_MAGIC, PROTOCOL_VERSION_MAJOR, PROTOCOL_VERSION_MINOR } from '../generated/messages.js';
import { putU32, readU16, readU32, readU64, writeU8, writeU16, writeU32, writeU64 } from '../primitives/bytes.js';

/** Bytes of the header in front of every payload. */
export const HEADER_BYTES = 32;
/** Bytes of the CRC behind every payload; it goes on from the header's. */
export const TRAILER_BYTES = 4;

/** The header of a message, without what is the same in all (magic) or follows from the rest (CRC). */
export interface MessageHeader {
  versionMajor: number;
  versionMinor: number;
  incompatibleFlags: number;
  compatibleFlags: number;
  /** Number of the type of message; see `messageType`. */
  type: number;
  /** Ties a reply to its request; 0 for a message that is neither. */
  requestId: number;
  /** Counts the messages of one direction of one connection from 0. */
  sequence: number;
  /** Id of the session that it belongs to; 0 outside of one, see `sessionId`. */
  session: number;
  payloadLength: number;
}

/** What a sender decides of a header. */
export interface HeaderFields {
  readonly sequence: number;
  readonly requestId?: number;
  readonly compatibleFlags?: number;
  /** Id of the session; 0, the default, outside of one. */
  readonly session?: number;
}

export function createHeader(): MessageHeader {
  return {
    versionMajor: PROTOCOL_VERSION_MAJOR,
    versionMinor: PROTOCOL_VERSION_MINOR,
    incompatibleFlags: 0,
    compatibleFlags: 0,
    type: 0,
    requestId: 0,
    sequence: 0,
    session: 0,
    payloadLength: 0,
  };
}

/** Writes magic, header and header CRC at the start of `bytes`. Throws INVALID_ARGUMENT for a value out of range. */
export function writeHeader(bytes: Uint8Array, header: MessageHeader): void {
  putU32(bytes, 0, PROTOCOL_MAGIC);
  writeU8(bytes, 4, header.versionMajor, 'header.versionMajor');
  writeU8(bytes, 5, header.versionMinor, 'header.versionMinor');
  writeU8(bytes, 6, header.incompatibleFlags, 'header.incompatibleFlags');
  writeU8(bytes, 7, header.compatibleFlags, 'header.compatibleFlags');
  writeU16(bytes, 8, header.type, 'header.type');
  writeU16(bytes, 10, header.session, 'header.session');
  writeU32(bytes, 12, header.requestId, 'header.requestId');
  writeU64(bytes, 16, header.sequence, 'header.sequence');
  writeU32(bytes, 24, header.payloadLength, 'header.payloadLength');
  putU32(bytes, 28, crc32c(bytes, 0, 28));
}

/**
 * Writes the header of a message of this version at `at`, its CRC included. Throws INVALID_ARGUMENT for a value out of range.
 */
export function writeMessageHeader(
  bytes: Uint8Array,
  at: number,
  type: number,
  payloadLength: number,
  fields: HeaderFields,
): void {
  putU32(bytes, at, PROTOCOL_MAGIC);
  bytes[at + 4] = PROTOCOL_VERSION_MAJOR;
  bytes[at + 5] = PROTOCOL_VERSION_MINOR;
  bytes[at + 6] = 0;
  writeU8(bytes, at + 7, fields.compatibleFlags ?? 0, 'header.compatibleFlags');
  writeU16(bytes, at + 8, type, 'header.type');
  writeU16(bytes, at + 10, fields.session ?? 0, 'header.session');
  writeU32(bytes, at + 12, fields.requestId ?? 0, 'header.requestId');
  writeU64(bytes, at + 16, fields.sequence, 'header.sequence');
  writeU32(bytes, at + 24, payloadLength, 'header.payloadLength');
  putU32(bytes, at + 28, crc32c(bytes, at, at + 28));
}

export function hasMagic(bytes: Uint8Array, at: number): boolean {
  return readU32(bytes, at) === PROTOCOL_MAGIC;
}

/** True when the CRC of the header at `at` is right. */
export function isHeaderIntact(bytes: Uint8Array, at: number): boolean {
  return crc32c(bytes, at, at + 28) === readU32(bytes, at + 28);
}

/** Fills `header` from the bytes at `at`; the caller has checked magic and CRC. A sequence of 2^53 or more is inexact. */
export function readHeader(bytes: Uint8Array, at: number, header: MessageHeader): void {
  header.versionMajor = bytes[at + 4]!;
  header.versionMinor = bytes[at + 5]!;
  header.incompatibleFlags = bytes[at + 6]!;
  header.compatibleFlags = bytes[at + 7]!;
  header.type = readU16(bytes, at + 8);
  header.session = readU16(bytes, at + 10);
  header.requestId = readU32(bytes, at + 12);
  header.sequence = readU64(bytes, at + 16);
  header.payloadLength = readU32(bytes, at + 24);
}
