import { type Message, messageCodecs } from '../generated/messages.js';
import { recordLists } from '../generated/records.js';
import type { Field } from '../schema/model/types.js';
import { schema } from '../schema/schema.js';
import type { Random } from './random.js';

const TEXTS = [
  '',
  'x',
  'periodTicks',
  '\u00b5s',
  '\u{1f52c}\u0000\u{1f52c}',
  'tiny',
  'a longer text with blanks in it',
];

function scalar(type: string, random: Random): number {
  switch (type) {
    case 'u8':
      return random.below(256);
    case 'u16':
      return random.below(65536);
    case 'u32':
      return random.oneIn(4) ? random.below(4) : random.next();
    case 'u64':
      if (random.oneIn(8)) return Number.MAX_SAFE_INTEGER - random.below(3);
      return random.oneIn(4) ? random.below(4) : random.next() * 2 ** random.below(22) + random.below(1024);
    default:
      return random.oneIn(8)
        ? random.pick([0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MIN_VALUE])
        : (random.next() - 2 ** 31) / (1 + random.below(1000));
  }
}

function fieldValue(field: Field, random: Random): unknown {
  switch (field.type) {
    case 'reserved':
      return undefined;
    case 'hex':
      return Buffer.from(random.bytes(field.bytes)).toString('hex');
    case 'string':
      return random.pick(TEXTS);
    case 'bytes':
      return random.bytes(random.oneIn(8) ? random.below(600) : random.below(40));
    case 'records': {
      const record = schema.records.find((r) => r.name === field.record)!;
      const lists = recordLists[field.record as keyof typeof recordLists] as { from(records: unknown): unknown };
      const entries = Array.from({ length: random.below(4) }, () => {
        const entry: Record<string, number> = {};
        for (const f of record.fields) if (f.type !== 'reserved') entry[f.name] = scalar(f.type, random);
        return entry;
      });
      return lists.from(entries);
    }
    default:
      return scalar(field.type, random);
  }
}

const types = new Map(schema.messages.map((message) => [message.name, message]));
const codecs = Object.values(messageCodecs);

/** A message of any type, every field anything that it can hold. */
export function randomMessage(random: Random): Message {
  const message = random.pick(codecs).create();
  const values = message as unknown as Record<string, unknown>;
  for (const field of types.get(message.type)!.fields) {
    if (field.type !== 'reserved') values[field.name] = fieldValue(field, random);
  }
  return message;
}
