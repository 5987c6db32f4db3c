import type { EnumType, Schema } from '../schema/model/types.js';
import { schemaHash } from './canonical.js';
import { lowerFirst, pascalCase } from './names.js';
import { docLines } from './typescript-fields.js';
import { typescriptMessage } from './typescript-messages.js';
import { typescriptRecord } from './typescript-records.js';

const notice = '// Generated from src/schema by `npm run generate`; edits are lost.\n';

function valuesObject(type: EnumType, what: string): string {
  const name = lowerFirst(type.name);
  let out = docLines('', type.doc);
  out += `export const ${name} = {\n`;
  for (const value of type.values) out += `${docLines('  ', value.doc)}  ${value.name}: ${value.value},\n`;
  out += '} as const;\n\n';
  out += docLines('', what);
  out += `export type ${type.name} = number;\n\n`;
  return out;
}

/** `generated/enums.ts`. */
export function typescriptEnums(schema: Schema): string {
  let out = notice;
  for (const type of schema.enums) {
    out += `\n${valuesObject(type, `A value of \`${lowerFirst(type.name)}\`, or one that this version does not know.`)}`;
    out += docLines('', `Name of a \`${type.name}\`; undefined for one that this version does not know.`);
    out += `export function ${lowerFirst(type.name)}Name(value: ${type.name}): keyof typeof ${lowerFirst(type.name)} | undefined {\n  switch (value) {\n`;
    for (const value of type.values) out += `    case ${value.value}:\n      return '${value.name}';\n`;
    out += '    default:\n      return undefined;\n  }\n}\n';
  }
  for (const type of schema.bits) {
    out += `\n${valuesObject(type, `Bits of \`${lowerFirst(type.name)}\`; unknown ones are to be ignored.`)}`;
  }
  return out;
}

const byteHelpers = [
  'clampedLength',
  'EMPTY_BYTES',
  'isSafeU64',
  'malformed',
  'need',
  'readF64',
  'readHex',
  'readString',
  'readU16',
  'readU32',
  'readU64',
  'stringLength',
  'U64_TOO_LARGE',
  'writeF64',
  'writeHex',
  'writeString',
  'writeU16',
  'writeU32',
  'writeU64',
  'writeU8',
  'writeZeros',
];

function importUsed(body: string, names: readonly string[], from: string, types = false): string {
  const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(body));
  if (used.length === 0) return '';
  return `import ${types ? 'type ' : ''}{\n${used.map((name) => `  ${name},\n`).join('')}} from '${from}';\n`;
}

/** `generated/records.ts`. */
export function typescriptRecords(schema: Schema): string {
  let body = '';
  for (const record of schema.records) {
    body += `\n${typescriptRecord(record)}\n`;
    const list = `${record.name}List`;
    body += docLines('', `Writes records one after the other at \`at\` and returns where they end.`);
    body += `export function write${list}(b: Uint8Array, at: number, list: ${list}): number {\n`;
    body += `  const size = ${list}.recordBytes;\n  if (list.stride === size) {\n`;
    body += `    b.set(list.bytes.subarray(list.start, list.start + list.count * size), at);\n  } else {\n`;
    body += `    const target = new ${list}(b, at, list.count, size);\n`;
    body += `    for (let i = 0; i < list.count; i++) target.set(i, list.get(i));\n  }\n`;
    body += `  return at + list.count * size;\n}\n`;
  }
  body += '\n/** The list of each type of record. */\nexport const recordLists = {\n';
  for (const record of schema.records) body += `  ${record.name}: ${record.name}List,\n`;
  body += '} as const;\n';
  const enumNames = [...schema.enums, ...schema.bits].map((e) => e.name);
  return (
    notice +
    importUsed(body, byteHelpers, '../primitives/bytes.js') +
    importUsed(body, ['RecordList'], '../primitives/record-list.js') +
    importUsed(body, enumNames, './enums.js', true) +
    body
  );
}

function messageTable(schema: Schema): string {
  let out = '/** Number of each type of message. */\nexport const messageType = {\n';
  for (const message of schema.messages) {
    out += `  ${message.name}: 0x${message.id.toString(16).padStart(4, '0')},\n`;
  }
  out += '} as const;\n\nexport type MessageTypeName = keyof typeof messageType;\n\n';
  out += '/** Any message: tell them apart by `type`. */\nexport type Message =\n';
  out += schema.messages.map((m) => `  | ${pascalCase(m.name)}`).join('\n');
  out += ';\n\n/** What the codec of one type of message can do. */\nexport interface MessageCodec {\n';
  out += "  readonly name: MessageTypeName;\n  readonly id: number;\n  readonly from: 'host' | 'device';\n";
  out += '  readonly create: () => Message;\n  readonly size: (message: never) => number;\n';
  out += '  readonly write: (bytes: Uint8Array, at: number, message: never) => number;\n';
  out += '  readonly decode: (payload: Uint8Array, into?: never) => Message;\n}\n\n';
  out +=
    '/** The codec of each type of message. */\nexport const messageCodecs: { readonly [Name in MessageTypeName]: MessageCodec } = {\n';
  for (const m of schema.messages) {
    const type = pascalCase(m.name);
    out += `  ${m.name}: {\n    name: '${m.name}',\n    id: 0x${m.id.toString(16).padStart(4, '0')},\n    from: '${m.from}',\n    create: create${type},\n    size: size${type},\n    write: write${type},\n    decode: decode${type},\n  },\n`;
  }
  out += '};\n';
  return out;
}

/** `generated/messages.ts`. */
export function typescriptMessages(schema: Schema): string {
  let body = `\nexport const PROTOCOL_MAGIC = 0x${schema.magic.toString(16)};\n`;
  body += `export const PROTOCOL_VERSION_MAJOR = ${schema.versionMajor};\n`;
  body += `export const PROTOCOL_VERSION_MINOR = ${schema.versionMinor};\n`;
  body += `/** Exchanged in the handshake, so that a skew of versions is named as such. */\n`;
  body += `export const SCHEMA_HASH = '${schemaHash(schema)}';\n\n`;
  for (const message of schema.messages) body += typescriptMessage(message);
  body += messageTable(schema);
  const enumNames = [...schema.enums, ...schema.bits].map((e) => e.name);
  const recordNames = schema.records.flatMap((r) => [`${r.name}List`, `write${r.name}List`]);
  return (
    notice +
    importUsed(body, byteHelpers, '../primitives/bytes.js') +
    importUsed(body, enumNames, './enums.js', true) +
    importUsed(body, recordNames, './records.js') +
    body
  );
}
