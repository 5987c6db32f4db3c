import { type Field, fixedBytes, type MessageType, type ScalarField } from '../schema/model/types.js';
import { screamingCase, snakeCase } from './names.js';

export const cNotice = '/* Generated from src/schema by `npm run generate`; edits are lost. */\n';

const scalarType = { u8: 'uint8_t', u16: 'uint16_t', u32: 'uint32_t', u64: 'uint64_t', f64: 'double' } as const;

/** `READOUT_ACK` and `ReadoutRecord` become `opu_readout_ack` and `opu_readout_record`. */
export function cName(name: string): string {
  return `opu_${snakeCase(name)}`;
}

export function cMacro(...names: string[]): string {
  return ['OPU', ...names.map(screamingCase)].join('_');
}

/** Declaration of a struct's member. */
export function cMember(field: Field): string {
  const name = snakeCase(field.name);
  switch (field.type) {
    case 'reserved':
      throw new Error(`${field.name} is reserved and has no member`);
    case 'hex':
      return `uint8_t ${name}[${field.bytes}]`;
    case 'string':
      return `opu_text ${name}`;
    case 'bytes':
      return `opu_bytes ${name}`;
    case 'records':
      return `opu_records ${name}`;
    default:
      return `${scalarType[field.type]} ${name}`;
  }
}

export function cDoc(indent: string, text: string): string {
  return `${indent}/* ${text} */\n`;
}

export function cFieldDoc(field: Field): string {
  if (field.type === 'reserved') return '';
  const reference =
    'values' in field && field.values !== undefined
      ? ` ${cMacro(field.values)}_*.`
      : 'bits' in field && field.bits !== undefined
        ? ` Bits ${cMacro(field.bits)}_*.`
        : '';
  return cDoc('  ', field.doc + reference);
}

export function hasMembers(message: MessageType): boolean {
  return message.fields.some((field) => field.type !== 'reserved');
}

export function isLater(field: Field): boolean {
  return 'since' in field && (field.since ?? 0) > 0;
}

/** Reads one fixed-size field from `p + offset` into `m->name`. */
export function cRead(field: Field, offset: number, target = 'm'): string {
  const name = `${target}->${snakeCase(field.name)}`;
  switch (field.type) {
    case 'reserved':
      return '';
    case 'hex':
      return `  memcpy(${name}, p + ${offset}, ${field.bytes});\n`;
    case 'string':
    case 'bytes':
    case 'records':
      throw new Error(`${field.name} has no fixed size`);
    case 'u8':
      return `  ${name} = p[${offset}];\n`;
    default:
      return `  ${name} = get_${field.type}(p + ${offset});\n`;
  }
}

/** Writes one fixed-size field at `p + offset`. */
export function cWrite(field: Field, offset: number, source = 'm'): string {
  const name = `${source}->${snakeCase(field.name)}`;
  switch (field.type) {
    case 'reserved':
      return `  memset(p + ${offset}, 0, ${field.bytes});\n`;
    case 'hex':
      return `  memcpy(p + ${offset}, ${name}, ${field.bytes});\n`;
    case 'string':
    case 'bytes':
    case 'records':
      throw new Error(`${field.name} has no fixed size`);
    case 'u8':
      return `  p[${offset}] = ${name};\n`;
    default:
      return `  put_${field.type}(p + ${offset}, ${name});\n`;
  }
}

/** Sets a field to its default, for a payload of an older version. */
export function cDefault(field: Field, target = 'm'): string {
  const name = `${target}->${snakeCase(field.name)}`;
  switch (field.type) {
    case 'reserved':
      return '';
    case 'hex': {
      const bytes = Buffer.from(field.default ?? '00'.repeat(field.bytes), 'hex');
      return [...bytes].map((byte, i) => `  ${name}[${i}] = ${byte};\n`).join('');
    }
    case 'string': {
      const text = field.default ?? '';
      return `  ${name}.data = ${JSON.stringify(text)};\n  ${name}.length = ${Buffer.byteLength(text)};\n`;
    }
    case 'bytes':
      return `  ${name}.data = NULL;\n  ${name}.length = 0;\n`;
    case 'records':
      return `  ${name}.data = NULL;\n  ${name}.count = 0;\n  ${name}.stride = 0;\n`;
    default:
      return `  ${name} = ${(field as ScalarField).default ?? 0};\n`;
  }
}

/** Fields cut into runs: consecutive fixed ones of minor version 0, or a single other one. */
export function cRuns(fields: readonly Field[]): Field[][] {
  const runs: Field[][] = [];
  let open: Field[] | undefined;
  for (const field of fields) {
    if (fixedBytes(field) === undefined || isLater(field)) {
      runs.push([field]);
      open = undefined;
    } else if (open === undefined) runs.push((open = [field]));
    else open.push(field);
  }
  return runs;
}
