import type { Field, MessageType } from '../schema/model/types.js';
import { fixedBytes } from '../schema/model/types.js';
import { pascalCase } from './names.js';
import {
  docLines,
  fieldDoc,
  initialValue,
  isReserved,
  offsetExpression,
  readExpression,
  totalBytes,
  typescriptType,
  writeStatement,
} from './typescript-fields.js';

/** Fields cut into runs: consecutive fixed ones of the same minor version, or one that says its size. */
function runs(fields: readonly Field[]): Field[][] {
  const result: Field[][] = [];
  let open: Field[] | undefined;
  for (const field of fields) {
    const since = 'since' in field ? (field.since ?? 0) : 0;
    if (fixedBytes(field) === undefined || since > 0) {
      result.push([field]);
      open = undefined;
    } else if (open === undefined) {
      open = [field];
      result.push(open);
    } else open.push(field);
  }
  return result;
}

function lengthExpression(field: Field, label: string): string {
  const value = `m.${field.name}`;
  switch (field.type) {
    case 'string':
      return field.forPeople === true
        ? `clampedLength(${value}, ${field.maximumBytes})`
        : `stringLength(${value}, ${field.maximumBytes}, '${label}')`;
    case 'bytes':
      return `${value}.length`;
    default:
      throw new Error(label);
  }
}

function sizeFunction(message: MessageType, type: string): string {
  const fixed = totalBytes(message.fields.filter((f) => fixedBytes(f) !== undefined));
  const parts: string[] = [];
  let constant = fixed;
  for (const field of message.fields) {
    if (field.type === 'string') {
      constant += 2;
      parts.push(lengthExpression(field, `${message.name}.${field.name}`));
    } else if (field.type === 'bytes') {
      constant += 4;
      parts.push(`m.${field.name}.length`);
    } else if (field.type === 'records') {
      constant += 8;
      parts.push(`m.${field.name}.count * ${field.record}List.recordBytes`);
    }
  }
  const parameter = parts.length > 0 ? 'm' : '_m';
  return `export function size${type}(${parameter}: ${type}): number {\n  return ${[constant, ...parts].join(' + ')};\n}\n\n`;
}

function writeVariable(field: Field, label: string): string {
  switch (field.type) {
    case 'string':
      return `  {\n    const length = ${lengthExpression(field, label)};\n    writeU16(b, at, length, '${label}');\n    writeString(b, at + 2, m.${field.name}, length);\n    at += 2 + length;\n  }\n`;
    case 'bytes':
      return `  writeU32(b, at, m.${field.name}.length, '${label}');\n  b.set(m.${field.name}, at + 4);\n  at += 4 + m.${field.name}.length;\n`;
    case 'records': {
      const list = `${field.record}List`;
      return `  writeU32(b, at, m.${field.name}.count, '${label}');\n  writeU32(b, at + 4, ${list}.recordBytes, '${label}');\n  at = write${list}(b, at + 8, m.${field.name});\n`;
    }
    default:
      throw new Error(label);
  }
}

function writeFunction(message: MessageType, type: string): string {
  const used = message.fields.some((f) => !isReserved(f));
  let out = `export function write${type}(b: Uint8Array, at: number, ${used ? 'm' : '_m'}: ${type}): number {\n`;
  for (const run of runs(message.fields)) {
    const first = run[0]!;
    if (fixedBytes(first) === undefined) {
      out += writeVariable(first, `${message.name}.${(first as { name: string }).name}`);
      continue;
    }
    let offset = 0;
    for (const field of run) {
      out += `  ${writeStatement(field, offsetExpression('at', offset), `m.${field.name}`, `${message.name}.${field.name}`)}\n`;
      offset += fixedBytes(field)!;
    }
    out += `  at += ${offset};\n`;
  }
  return `${out}  return at;\n}\n\n`;
}

function readVariable(field: Field, message: string): string {
  const name = field.name;
  switch (field.type) {
    case 'string':
      return (
        `  need(b, at, 2, '${message}', '${name}');\n  {\n    const length = readU16(b, at);\n` +
        `    if (length > ${field.maximumBytes}) malformed('${message}', '${name}', \`its text has \${length} bytes, and at most ${field.maximumBytes} are allowed\`);\n` +
        `    need(b, at + 2, length, '${message}', '${name}');\n    m.${name} = readString(b, at + 2, length);\n    at += 2 + length;\n  }\n`
      );
    case 'bytes':
      return (
        `  need(b, at, 4, '${message}', '${name}');\n  {\n    const length = readU32(b, at);\n` +
        `    need(b, at + 4, length, '${message}', '${name}');\n    m.${name} = length === 0 ? EMPTY_BYTES : b.subarray(at + 4, at + 4 + length);\n    at += 4 + length;\n  }\n`
      );
    case 'records': {
      const list = `${field.record}List`;
      return (
        `  need(b, at, 8, '${message}', '${name}');\n  {\n    const count = readU32(b, at);\n    const stride = readU32(b, at + 4);\n` +
        `    if (stride < ${list}.minimumBytes) malformed('${message}', '${name}', \`its records have \${stride} bytes, and at least \${${list}.minimumBytes} are needed\`);\n` +
        `    need(b, at + 8, count * stride, '${message}', '${name}');\n` +
        `    const problem = ${list}.problem(b, at + 8, count, stride);\n    if (problem !== undefined) malformed('${message}', \`${name}.\${problem}\`, U64_TOO_LARGE);\n` +
        `    m.${name}.wrap(b, at + 8, count, stride);\n    at += 8 + count * stride;\n  }\n`
      );
    }
    default:
      throw new Error(name);
  }
}

function readFixed(run: readonly Field[], message: string, base: string): string {
  let out = '';
  let offset = 0;
  for (const field of run) {
    const at = offsetExpression(base, offset);
    if (field.type === 'u64') {
      out += `  if (!isSafeU64(b, ${at})) malformed('${message}', '${field.name}', U64_TOO_LARGE);\n`;
    }
    if (field.type !== 'reserved') out += `  m.${field.name} = ${readExpression(field, at)};\n`;
    offset += fixedBytes(field)!;
  }
  return out;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

function decodeFunction(message: MessageType, type: string): string {
  const used = message.fields.length > 0;
  let out = docLines(
    '',
    `Decodes the payload of ${message.name}; bytes and records are borrowed from it. Fills \`m\` when it is given.`,
    'Throws PROTOCOL_VIOLATION.',
  );
  out += `export function decode${type}(${used ? 'b' : '_b'}: Uint8Array, m: ${type} = create${type}()): ${type} {\n`;
  if (used) out += '  let at = 0;\n';
  for (const run of runs(message.fields)) {
    const first = run[0]!;
    const since = 'since' in first ? (first.since ?? 0) : 0;
    const bytes = run.reduce((sum, f) => sum + (fixedBytes(f) ?? 0), 0);
    const name = first.name;
    const body =
      fixedBytes(first) === undefined
        ? readVariable(first, message.name)
        : `  need(b, at, ${bytes}, '${message.name}', '${name}');\n${readFixed(run, message.name, 'at')}  at += ${bytes};\n`;
    if (since === 0) out += body;
    else {
      out += `  if (at === b.length) {\n`;
      if (!isReserved(first)) out += `    m.${name} = ${initialValue(first)};\n`;
      out += `  } else {\n${indent(body)}  }\n`;
    }
  }
  return `${out}  return m;\n}\n\n`;
}

/** What is wrong between the fields of a message, if anything is. */
function problemFunction(message: MessageType, type: string): string {
  const { relations = [] } = message;
  if (relations.length === 0) return '';
  let out = docLines(
    '',
    `What is wrong between the fields of a ${message.name} that was decoded, in words; undefined if they fit each other.`,
  );
  out += `export function problemOf${type}(m: ${type}): string | undefined {\n`;
  for (const { bytes, each, records } of relations) {
    out += `  if (m.${bytes}.length !== m.${records}.count * m.${each}) {\n`;
    out += `    return \`${message.name}.${bytes} has \${m.${bytes}.length} bytes; \${m.${records}.count} ${records} of \${m.${each}} bytes (${each}) need \${m.${records}.count * m.${each}}\`;\n  }\n`;
  }
  return `${out}  return undefined;\n}\n\n`;
}

/** Interface and functions of one message. */
export function typescriptMessage(message: MessageType): string {
  const type = pascalCase(message.name);
  const fields = message.fields.filter((f) => !isReserved(f));
  let out = docLines('', `${message.doc} Sent by the ${message.from}.`);
  out += `export interface ${type} {\n  readonly type: '${message.name}';\n`;
  for (const field of fields) out += `${fieldDoc(field)}  ${field.name}: ${typescriptType(field)};\n`;
  out += '}\n\n';
  out += docLines('', `A ${message.name} whose fields all have their initial value.`);
  out += `export function create${type}(): ${type} {\n  return {\n    type: '${message.name}',\n`;
  for (const field of fields) out += `    ${field.name}: ${initialValue(field)},\n`;
  out += '  };\n}\n\n';
  out += docLines('', `Bytes of the payload of a ${message.name}.`);
  out += sizeFunction(message, type);
  out += docLines(
    '',
    `Writes the payload of a ${message.name} at \`at\` and returns where it ends.`,
    'Throws INVALID_ARGUMENT for a value that its field cannot hold.',
  );
  out += writeFunction(message, type);
  out += docLines('', `The payload of a ${message.name}.`);
  out += `export function encode${type}(m: ${type}): Uint8Array {\n  const b = new Uint8Array(size${type}(m));\n  write${type}(b, 0, m);\n  return b;\n}\n\n`;
  out += decodeFunction(message, type);
  out += problemFunction(message, type);
  return out;
}
