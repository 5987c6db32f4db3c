import { type Field, fixedBytes, type MessageType, type RecordType, type Schema } from './model/types.js';

/**
 * The payload encoding by walking the schema: slow, obvious, and independent of the generated codec, which is tested
 * against it. Works on plain JSON values: bytes are hexadecimal, records are arrays of objects.
 */
export type PlainValue = number | string | readonly PlainRecord[];
export type PlainRecord = Readonly<Record<string, number>>;
export type PlainMessage = Readonly<Record<string, PlainValue>>;

/** A payload that is malformed; the name of the field. */
export class MalformedPayload extends Error {
  readonly field: string;
  constructor(field: string) {
    super(`malformed at ${field}`);
    this.field = field;
  }
}

function recordOf(schema: Schema, name: string): RecordType {
  return schema.records.find((r) => r.name === name)!;
}

function sinceOf(field: Field): number {
  return 'since' in field ? (field.since ?? 0) : 0;
}

export function defaultOf(field: Field): PlainValue {
  switch (field.type) {
    case 'reserved':
      return 0;
    case 'bytes':
      return '';
    case 'records':
      return [];
    case 'string':
      return field.default ?? '';
    case 'hex':
      return field.default ?? '00'.repeat(field.bytes);
    default:
      return field.default ?? 0;
  }
}

/** The payload of a message. */
export function referenceEncode(schema: Schema, message: MessageType, plain: PlainMessage): Buffer {
  return Buffer.concat(message.fields.map((field) => encodeField(schema, field, plain[field.name])));
}

function encodeField(schema: Schema, field: Field, value: PlainValue | undefined): Buffer {
  switch (field.type) {
    case 'reserved':
      return Buffer.alloc(field.bytes);
    case 'hex':
      return Buffer.from(value as string, 'hex');
    case 'string': {
      const text = Buffer.from(value as string, 'utf8');
      return Buffer.concat([number(text.length, 2), text]);
    }
    case 'bytes': {
      const bytes = Buffer.from(value as string, 'hex');
      return Buffer.concat([number(bytes.length, 4), bytes]);
    }
    case 'records': {
      const record = recordOf(schema, field.record);
      const parts = (value as readonly PlainRecord[]).map((entry) =>
        Buffer.concat(record.fields.map((f) => encodeField(schema, f, entry[f.name]))),
      );
      const size = record.fields.reduce((sum, f) => sum + fixedBytes(f)!, 0);
      return Buffer.concat([number(parts.length, 4), number(size, 4), ...parts]);
    }
    case 'f64': {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(value as number);
      return bytes;
    }
    default:
      return number(value as number, fixedBytes(field)!);
  }
}

function number(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer.subarray(0, bytes);
}

/** The relations of a message that do not hold, as the names of their `bytes`. */
export function brokenRelations(message: MessageType, plain: PlainMessage): string[] {
  return (message.relations ?? [])
    .filter(({ bytes, each, records }) => {
      const count = (plain[records] as readonly unknown[]).length;
      return (plain[bytes] as string).length / 2 !== count * (plain[each] as number);
    })
    .map(({ bytes }) => bytes);
}

/** Decodes a payload. Throws `MalformedPayload`. */
export function referenceDecode(schema: Schema, message: MessageType, payload: Uint8Array): PlainMessage {
  const buffer = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const plain: Record<string, PlainValue> = {};
  let at = 0;
  const take = (bytes: number, field: string): Buffer => {
    if (at + bytes > buffer.length) throw new MalformedPayload(field);
    at += bytes;
    return buffer.subarray(at - bytes, at);
  };
  for (const field of message.fields) {
    if (at === buffer.length && sinceOf(field) > 0) {
      if (field.type !== 'reserved') plain[field.name] = defaultOf(field);
      continue;
    }
    switch (field.type) {
      case 'reserved':
        take(field.bytes, field.name);
        break;
      case 'hex':
        plain[field.name] = take(field.bytes, field.name).toString('hex');
        break;
      case 'string': {
        const length = take(2, field.name).readUInt16LE();
        if (length > field.maximumBytes) throw new MalformedPayload(field.name);
        plain[field.name] = take(length, field.name).toString('utf8');
        break;
      }
      case 'bytes':
        plain[field.name] = take(take(4, field.name).readUInt32LE(), field.name).toString('hex');
        break;
      case 'records': {
        const count = take(4, field.name).readUInt32LE();
        const stride = take(4, field.name).readUInt32LE();
        const record = recordOf(schema, field.record);
        const least = record.fields.filter((f) => sinceOf(f) === 0).reduce((sum, f) => sum + fixedBytes(f)!, 0);
        if (stride < least || at + count * stride > buffer.length) throw new MalformedPayload(field.name);
        plain[field.name] = Array.from({ length: count }, () => decodeRecord(record, take(stride, field.name)));
        break;
      }
      default:
        plain[field.name] = decodeScalar(field.type, take(fixedBytes(field)!, field.name), field.name);
    }
  }
  return plain;
}

function decodeRecord(record: RecordType, bytes: Buffer): PlainRecord {
  const plain: Record<string, number> = {};
  let at = 0;
  for (const field of record.fields) {
    const size = fixedBytes(field)!;
    if (field.type !== 'reserved') {
      plain[field.name] =
        at + size > bytes.length
          ? (defaultOf(field) as number)
          : decodeScalar(field.type, bytes.subarray(at, at + size), field.name);
    }
    at += size;
  }
  return plain;
}

function decodeScalar(type: string, bytes: Buffer, field: string): number {
  if (type === 'f64') return bytes.readDoubleLE();
  if (type !== 'u64') return bytes.readUIntLE(0, bytes.length);
  const value = bytes.readBigUInt64LE();
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new MalformedPayload(field);
  return Number(value);
}
