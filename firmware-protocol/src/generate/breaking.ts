import type { WireField, WireSchema, WireValues } from './canonical.js';

/**
 * What a schema changes on the wire that a released one promised, one sentence each. Between different major versions
 * everything may change.
 */
export function breakingChanges(released: WireSchema, now: WireSchema): string[] {
  if (released.versionMajor !== now.versionMajor) return [];
  const problems: string[] = [];
  if (released.magic !== now.magic) problems.push('The magic changed.');
  if (now.versionMinor < released.versionMinor) problems.push('The minor version went back.');
  compareValues('enumeration', released.enums, now.enums, problems);
  compareValues('set of bits', released.bits, now.bits, problems);
  for (const record of released.records) {
    const found = now.records.find((r) => r.name === record.name);
    if (found === undefined) problems.push(`Record ${record.name} is gone.`);
    else compareFields(record.name, record.fields, found.fields, released.versionMinor, problems);
  }
  for (const message of released.messages) {
    const found = now.messages.find((m) => m.name === message.name);
    if (found === undefined) {
      problems.push(`Message ${message.name} is gone.`);
      continue;
    }
    if (found.id !== message.id) problems.push(`Message ${message.name} has another number.`);
    if (found.from !== message.from) problems.push(`Message ${message.name} has another sender.`);
    if (found.since !== message.since) problems.push(`Message ${message.name} is said to be of another minor version.`);
    compareFields(message.name, message.fields, found.fields, released.versionMinor, problems);
  }
  for (const message of now.messages) {
    const old = released.messages.find((m) => m.name === message.name);
    if (old === undefined && message.since <= released.versionMinor) {
      problems.push(`Message ${message.name} is new; its \`since\` has to be above ${released.versionMinor}.`);
    }
  }
  return problems;
}

function compareValues(
  kind: string,
  released: readonly WireValues[],
  now: readonly WireValues[],
  problems: string[],
): void {
  for (const type of released) {
    const found = now.find((t) => t.name === type.name);
    if (found === undefined) {
      problems.push(`The ${kind} ${type.name} is gone.`);
      continue;
    }
    for (const { name, value } of type.values) {
      const same = found.values.find((v) => v.name === name);
      if (same === undefined) problems.push(`${type.name}.${name} is gone.`);
      else if (same.value !== value) problems.push(`${type.name}.${name} was ${value} and is ${same.value}.`);
    }
  }
}

function compareFields(
  owner: string,
  released: readonly WireField[],
  now: readonly WireField[],
  minor: number,
  problems: string[],
): void {
  for (const [i, field] of released.entries()) {
    const found = now[i];
    if (found === undefined) problems.push(`${owner}.${field.name} is gone.`);
    else if (JSON.stringify(found) !== JSON.stringify(field)) {
      problems.push(`${owner}.${field.name} was ${JSON.stringify(field)} and is ${JSON.stringify(found)}.`);
    }
  }
  for (const field of now.slice(released.length)) {
    if (field.type !== 'reserved' && (field.since ?? 0) <= minor) {
      problems.push(`${owner}.${field.name} is new; its \`since\` has to be above ${minor}.`);
    }
  }
}
