import type { HeaderFields } from '../codec/header.js';
import type { Field, MessageType, Schema } from '../schema/model/types.js';
import { defaultOf, type PlainMessage, type PlainRecord, type PlainValue } from '../schema/reference-codec.js';

/** A message that has to be read, field for field, and written again, byte for byte. */
export interface ValidVector {
  readonly name: string;
  readonly description: string;
  readonly type: string;
  readonly header: Required<HeaderFields>;
  readonly message: PlainMessage;
}

type Choice = 'lowest' | 'highest' | 'typical';

const largest = { u8: 255, u16: 65535, u32: 2 ** 32 - 1, u64: Number.MAX_SAFE_INTEGER, f64: Number.MAX_VALUE };
const DATA_BYTES = 300;

function plainValue(schema: Schema, field: Field, choice: Choice, salt: number): PlainValue {
  switch (field.type) {
    case 'reserved':
      return 0;
    case 'hex':
      return choice === 'lowest'
        ? '00'.repeat(field.bytes)
        : choice === 'highest'
          ? 'ff'.repeat(field.bytes)
          : hexBytes(field.bytes, salt);
    case 'string':
      if (choice === 'lowest') return '';
      return choice === 'highest' ? `${'x'.repeat(field.maximumBytes - 2)}\u00b5` : `\u00b5m \u{1f52c} ${field.name}`;
    case 'bytes':
      return choice === 'lowest' ? '' : hexBytes(choice === 'highest' ? DATA_BYTES : 8, salt);
    case 'records': {
      const record = schema.records.find((r) => r.name === field.record)!;
      const count = choice === 'lowest' ? 0 : choice === 'highest' ? 5 : 2;
      return Array.from({ length: count }, (_, i) => {
        const entry: Record<string, number> = {};
        for (const f of record.fields) {
          if (f.type !== 'reserved') entry[f.name] = plainValue(schema, f, choice, salt + i + f.name.length) as number;
        }
        return entry as PlainRecord;
      });
    }
    default:
      if (choice === 'lowest') return defaultOf(field);
      if (choice === 'highest') return largest[field.type];
      if (field.type === 'f64') return (salt - 40) / 7;
      if (field.type === 'u64') return 2 ** 33 + salt * 1009;
      return (salt * 31 + 1) % (largest[field.type] + 1);
  }
}

/** Bytes with zeros among them, so that COBS has something to do. */
function hexBytes(count: number, salt: number): string {
  return Buffer.from(
    Uint8Array.from({ length: count }, (_, i) => ((i * 37 + salt) % 11 === 0 ? 0 : i * 37 + salt)),
  ).toString('hex');
}

function plainOf(schema: Schema, message: MessageType, choice: Choice): PlainMessage {
  const plain: Record<string, PlainValue> = {};
  for (const [i, field] of message.fields.entries()) {
    if (field.type !== 'reserved') plain[field.name] = plainValue(schema, field, choice, message.id + i * 7);
  }
  return plain;
}

/** Every message with all its fields at their lowest, at their highest, and in between. */
export function validVectors(schema: Schema): ValidVector[] {
  return schema.messages.flatMap((message) => {
    const choices: readonly Choice[] = message.fields.length === 0 ? ['typical'] : ['lowest', 'typical', 'highest'];
    return choices.map((choice) => ({
      name: `${message.name.toLowerCase()}.${choice}`,
      description: `${message.name} with its fields ${choice === 'typical' ? 'in between' : `at their ${choice}`}`,
      type: message.name,
      header: headerOf(message, choice),
      message: plainOf(schema, message, choice),
    }));
  });
}

function headerOf(message: MessageType, choice: Choice): Required<HeaderFields> {
  if (choice === 'lowest') return { sequence: 0, requestId: 0, compatibleFlags: 0, session: 0 };
  if (choice === 'highest') {
    return { sequence: Number.MAX_SAFE_INTEGER, requestId: 2 ** 32 - 1, compatibleFlags: 1, session: 65_535 };
  }
  return { sequence: message.id, requestId: message.replies === undefined ? 0 : 77, compatibleFlags: 0, session: 0 };
}
