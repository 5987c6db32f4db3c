import { type Message, type MessageTypeName, messageCodecs } from '../generated/messages.js';
import { recordLists } from '../generated/records.js';
import type { PlainMessage, PlainRecord, PlainValue } from './reference-codec.js';
import { schema } from './schema.js';

const types = new Map(schema.messages.map((message) => [message.name, message]));

/** A message as JSON can hold it: bytes as hexadecimal digits, record lists as arrays; without `type`. */
export function messageToPlain(message: Message): PlainMessage {
  const plain: Record<string, PlainValue> = {};
  const values = message as unknown as Record<string, unknown>;
  for (const field of types.get(message.type)!.fields) {
    const value = values[field.name];
    if (field.type === 'reserved') continue;
    if (field.type === 'bytes') plain[field.name] = Buffer.from(value as Uint8Array).toString('hex');
    else if (field.type === 'records') plain[field.name] = (value as { toArray(): PlainRecord[] }).toArray();
    else plain[field.name] = value as number | string;
  }
  return plain;
}

/** The message that `messageToPlain` made this of. */
export function messageFromPlain(type: MessageTypeName, plain: PlainMessage): Message {
  const message = messageCodecs[type].create() as unknown as Record<string, unknown>;
  for (const field of types.get(type)!.fields) {
    const value = plain[field.name];
    if (field.type === 'reserved' || value === undefined) continue;
    if (field.type === 'bytes') message[field.name] = new Uint8Array(Buffer.from(value as string, 'hex'));
    else if (field.type === 'records') {
      const list = recordLists[field.record as keyof typeof recordLists] as { from(records: unknown): unknown };
      message[field.name] = list.from(value);
    } else message[field.name] = value;
  }
  return message as unknown as Message;
}
