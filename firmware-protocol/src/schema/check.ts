import { type Field, fixedBytes, type Schema } from './model/types.js';

/** Rules that every schema keeps. Returns what is wrong with it, one sentence each. */
export function checkSchema(schema: Schema): string[] {
  const problems: string[] = [];
  const named = new Set<string>();
  const once = (kind: string, name: string): void => {
    if (named.has(`${kind} ${name}`)) problems.push(`${kind} ${name} stands twice.`);
    named.add(`${kind} ${name}`);
  };
  const enums = new Set(schema.enums.map((e) => e.name));
  const bits = new Set(schema.bits.map((e) => e.name));
  const records = new Set(schema.records.map((r) => r.name));
  for (const type of [...schema.enums, ...schema.bits]) {
    once('type', type.name);
    for (const value of type.values) {
      once(`name of ${type.name}`, value.name);
      once(`value of ${type.name}`, String(value.value));
    }
  }
  const checkFields = (owner: string, fields: readonly Field[]): void => {
    let offset: number | undefined = 0;
    let since = 0;
    for (const field of fields) {
      const label = `${owner}.${field.name}`;
      once('field', label);
      const size = fixedBytes(field);
      const unit = field.type === 'hex' ? 1 : size;
      if (offset !== undefined && unit !== undefined && offset % unit !== 0) {
        problems.push(`${label} is not aligned: ${size} bytes at offset ${offset}.`);
      }
      offset = offset === undefined || size === undefined ? undefined : offset + size;
      const fieldSince: number = 'since' in field ? (field.since ?? 0) : field.type === 'reserved' ? since : 0;
      if (fieldSince < since) problems.push(`${label} is older than the field before it; new fields go to the tail.`);
      if (fieldSince > schema.versionMinor) problems.push(`${label} is of a minor version that is yet to come.`);
      since = Math.max(since, fieldSince);
      if ('values' in field && field.values !== undefined && !enums.has(field.values)) {
        problems.push(`${label} names ${field.values}, which is no enumeration.`);
      }
      if ('bits' in field && field.bits !== undefined && !bits.has(field.bits)) {
        problems.push(`${label} names ${field.bits}, which is no set of bits.`);
      }
      if (field.type === 'records' && !records.has(field.record)) {
        problems.push(`${label} names ${field.record}, which is no record.`);
      }
    }
  };
  for (const record of schema.records) {
    once('record', record.name);
    checkFields(record.name, record.fields);
    const size = record.fields.reduce((sum, f) => sum + (fixedBytes(f) ?? 0), 0);
    const unit = Math.max(...record.fields.map((f) => fixedBytes(f) ?? 1));
    if (size % unit !== 0) problems.push(`${record.name} has ${size} bytes; the next record would not be aligned.`);
  }
  const messages = new Set(schema.messages.map((m) => m.name));
  for (const message of schema.messages) {
    once('message', message.name);
    once('number of a message', String(message.id));
    if (message.id < 1 || message.id > 0x7fff) problems.push(`${message.name} needs a number from 1 to 0x7fff.`);
    checkFields(message.name, message.fields);
    for (const reply of message.replies ?? []) {
      if (!messages.has(reply)) problems.push(`${message.name} is answered by ${reply}, which is no message.`);
    }
  }
  return problems;
}
