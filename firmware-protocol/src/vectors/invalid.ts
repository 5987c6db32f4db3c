import { type Field, fixedBytes, type MessageType, type Schema } from '../schema/model/types.js';
import { referenceEncode } from '../schema/reference-codec.js';
import { validVectors } from './valid.js';
import { type RawHeader, rawHeader, rawMessage } from './wire.js';

/** A transfer that has to be refused, and as what. At most 65536 bytes of payload are agreed. */
export interface InvalidVector {
  readonly name: string;
  readonly description: string;
  /** Name of a LinkErrorKind. */
  readonly error: string;
  readonly bytes: Buffer;
}

export const VECTOR_MAXIMUM_PAYLOAD = 65536;

/** Damage that hits header, payload or length of any message. */
function damaged(schema: Schema): InvalidVector[] {
  const message = schema.messages.find((m) => m.name === 'PATTERNS')!;
  const plain = validVectors(schema).find((v) => v.name === 'patterns.typical')!.message;
  const payload = referenceEncode(schema, message, plain);
  const good = rawMessage(rawHeader(schema, message.id, payload.length), payload);
  const flipped = (at: number): Buffer => {
    const bytes = Buffer.from(good);
    bytes[at] = bytes[at]! ^ 0x40;
    return bytes;
  };
  const withHeader = (change: Partial<RawHeader>): Buffer =>
    rawMessage({ ...rawHeader(schema, message.id, payload.length), ...change }, payload);
  const entry = (name: string, error: string, description: string, bytes: Buffer): InvalidVector => ({
    name,
    error,
    description,
    bytes,
  });
  return [
    entry('bad-magic', 'BAD_MAGIC', 'a bit of the magic is wrong', flipped(2)),
    ...[4, 8, 12, 16, 24, 28].map((at) =>
      entry(`header-bit-${at}`, 'HEADER_CRC', `a bit of byte ${at} of the header is wrong`, flipped(at)),
    ),
    entry('payload-bit', 'PAYLOAD_CRC', 'a bit of the payload is wrong', flipped(40)),
    entry('payload-crc-bit', 'PAYLOAD_CRC', 'a bit of the payload CRC is wrong', flipped(good.length - 1)),
    entry(
      'other-payload',
      'PAYLOAD_CRC',
      "the header of one message and the payload and CRC of another one's",
      Buffer.concat([withHeader({ requestId: 6 }).subarray(0, 32), good.subarray(32)]),
    ),
    entry('major-version', 'VERSION', 'major version 2', withHeader({ versionMajor: 2 })),
    entry(
      'incompatible-flag',
      'INCOMPATIBLE_FLAG',
      'an unknown incompatible flag',
      withHeader({ incompatibleFlags: 0x80 }),
    ),
    entry('sequence', 'MALFORMED', 'a sequence of 2^53', withHeader({ sequence: 2n ** 53n })),
    entry(
      'too-long',
      'TOO_LONG',
      'a payload of 2^32 - 1 bytes is announced',
      withHeader({ payloadLength: 2 ** 32 - 1 }),
    ),
    entry(
      'just-too-long',
      'TOO_LONG',
      'a payload one byte above what was agreed is announced',
      withHeader({ payloadLength: VECTOR_MAXIMUM_PAYLOAD + 1 }),
    ),
    entry('unknown-type', 'UNKNOWN_TYPE', 'type 0x7fff', withHeader({ type: 0x7fff })),
    entry('vendor-type', 'UNKNOWN_TYPE', "type 0x8000, a vendor's", withHeader({ type: 0x8000 })),
    entry('short-transfer', 'WRONG_LENGTH', 'a transfer one byte short', good.subarray(0, -1)),
    entry('header-only', 'WRONG_LENGTH', 'a transfer that ends behind the header', good.subarray(0, 32)),
    entry('long-transfer', 'WRONG_LENGTH', 'a transfer one byte too long', Buffer.concat([good, Buffer.alloc(1)])),
    entry('empty-transfer', 'WRONG_LENGTH', 'an empty transfer', Buffer.alloc(0)),
  ];
}

/** Payloads with right CRCs that do not hold what their type needs. */
function malformed(schema: Schema, message: MessageType): InvalidVector[] {
  const plain = validVectors(schema).find((v) => v.name === `${message.name.toLowerCase()}.typical`)!.message;
  const payload = referenceEncode(schema, message, plain);
  const result: InvalidVector[] = [];
  const add = (what: string, description: string, bytes: Uint8Array): void => {
    const header = rawHeader(schema, message.id, bytes.length);
    result.push({
      name: `${message.name.toLowerCase()}.${what}`,
      description: `${message.name}: ${description}`,
      error: 'MALFORMED',
      bytes: rawMessage(header, bytes),
    });
  };
  const patched = (change: (bytes: Buffer) => void): Buffer => {
    const bytes = Buffer.from(payload);
    change(bytes);
    return bytes;
  };
  if (message.fields.length > 0) {
    add('empty', 'no payload', Buffer.alloc(0));
    add('cut', 'the last byte is missing', payload.subarray(0, -1));
  }
  let at = 0;
  for (const field of message.fields) {
    const place = at;
    const value = plain[field.name];
    if (field.type === 'u64') {
      add(
        `${field.name}-large`,
        `${field.name} is 2^53`,
        patched((b) => b.writeBigUInt64LE(2n ** 53n, place)),
      );
    } else if (field.type === 'string') {
      add(
        `${field.name}-long`,
        `${field.name} announces 65535 bytes`,
        patched((b) => b.writeUInt16LE(65535, place)),
      );
      const text = Buffer.alloc(field.maximumBytes + 1, 0x78);
      const length = Buffer.alloc(2);
      length.writeUInt16LE(text.length);
      const after = place + 2 + Buffer.byteLength(value as string);
      const longer = Buffer.concat([payload.subarray(0, place), length, text, payload.subarray(after)]);
      add(`${field.name}-above-bound`, `${field.name} is one byte above its bound`, longer);
    } else if (field.type === 'bytes') {
      add(
        `${field.name}-long`,
        `${field.name} announces 2^32 - 1 bytes`,
        patched((b) => b.writeUInt32LE(2 ** 32 - 1, place)),
      );
    } else if (field.type === 'records') {
      add(
        `${field.name}-many`,
        `${field.name} announces 2^32 - 1 records`,
        patched((b) => b.writeUInt32LE(2 ** 32 - 1, place)),
      );
      add(
        `${field.name}-huge`,
        `${field.name} announces records of 2^32 - 1 bytes`,
        patched((b) => b.writeUInt32LE(2 ** 32 - 1, place + 4)),
      );
      add(
        `${field.name}-narrow`,
        `the records of ${field.name} are one byte too short`,
        patched((b) => b.writeUInt32LE(b.readUInt32LE(place + 4) - 1, place + 4)),
      );
      const record = schema.records.find((r) => r.name === field.record)!;
      let inside = 0;
      for (const f of record.fields) {
        const target = place + 8 + inside;
        if (f.type === 'u64') {
          add(
            `${field.name}-${f.name}-large`,
            `${f.name} of the first record is 2^53`,
            patched((b) => b.writeBigUInt64LE(2n ** 53n, target)),
          );
        }
        inside += fixedBytes(f)!;
      }
    }
    at += encodedLength(schema, field, value);
  }
  return result;
}

function encodedLength(schema: Schema, field: Field, value: unknown): number {
  switch (field.type) {
    case 'string':
      return 2 + Buffer.byteLength(value as string);
    case 'bytes':
      return 4 + (value as string).length / 2;
    case 'records': {
      const record = schema.records.find((r) => r.name === field.record)!;
      return 8 + (value as unknown[]).length * record.fields.reduce((sum, f) => sum + fixedBytes(f)!, 0);
    }
    default:
      return fixedBytes(field)!;
  }
}

export function invalidVectors(schema: Schema): InvalidVector[] {
  return [...damaged(schema), ...schema.messages.flatMap((message) => malformed(schema, message))];
}
