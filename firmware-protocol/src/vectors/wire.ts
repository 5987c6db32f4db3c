import { tableCrc32c } from '../crc/table-crc32c.js';
import type { Schema } from '../schema/model/types.js';
import { referenceEncode } from '../schema/reference-codec.js';
import type { ValidVector } from './valid.js';

/** Every field of a header, so that a vector can say what no sender would. */
export interface RawHeader {
  magic: number;
  versionMajor: number;
  versionMinor: number;
  incompatibleFlags: number;
  compatibleFlags: number;
  type: number;
  session: number;
  requestId: number;
  sequence: bigint;
  payloadLength: number;
}

/** Header, payload and both CRCs, written without the product's codec. */
export function rawMessage(header: RawHeader, payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(32 + payload.length + 4);
  bytes.writeUInt32LE(header.magic, 0);
  bytes[4] = header.versionMajor;
  bytes[5] = header.versionMinor;
  bytes[6] = header.incompatibleFlags;
  bytes[7] = header.compatibleFlags;
  bytes.writeUInt16LE(header.type, 8);
  bytes.writeUInt16LE(header.session, 10);
  bytes.writeUInt32LE(header.requestId, 12);
  bytes.writeBigUInt64LE(header.sequence, 16);
  bytes.writeUInt32LE(header.payloadLength, 24);
  bytes.writeUInt32LE(tableCrc32c(bytes, 0, 28), 28);
  bytes.set(payload, 32);
  bytes.writeUInt32LE(tableCrc32c(payload, 0, payload.length, bytes.readUInt32LE(28)), 32 + payload.length);
  return bytes;
}

export function rawHeader(schema: Schema, type: number, payloadLength: number): RawHeader {
  return {
    magic: schema.magic,
    versionMajor: schema.versionMajor,
    versionMinor: schema.versionMinor,
    incompatibleFlags: 0,
    compatibleFlags: 0,
    type,
    session: 0,
    requestId: 5,
    sequence: 3n,
    payloadLength,
  };
}

/** The bytes of a valid vector. */
export function validBytes(schema: Schema, vector: ValidVector): Buffer {
  const message = schema.messages.find((m) => m.name === vector.type)!;
  const payload = referenceEncode(schema, message, vector.message);
  const header = rawHeader(schema, message.id, payload.length);
  header.compatibleFlags = vector.header.compatibleFlags;
  header.requestId = vector.header.requestId;
  header.sequence = BigInt(vector.header.sequence);
  header.session = vector.header.session;
  return rawMessage(header, payload);
}
