import type { Field } from '../schema/model/types.js';
import { fixedBytes } from '../schema/model/types.js';
import { lowerFirst, upperFirst } from './names.js';

const scalarSuffix = { u8: 'U8', u16: 'U16', u32: 'U32', u64: 'U64', f64: 'F64' } as const;

export function isReserved(field: Field): boolean {
  return field.type === 'reserved';
}

export function typescriptType(field: Field): string {
  switch (field.type) {
    case 'string':
    case 'hex':
      return 'string';
    case 'bytes':
      return 'Uint8Array';
    case 'records':
      return `${field.record}List`;
    case 'reserved':
      throw new Error(`${field.name} is reserved and has no type`);
    default:
      return field.values ?? field.bits ?? 'number';
  }
}

/** What a field is before anything was decoded, and what an absent newer field is. */
export function initialValue(field: Field): string {
  switch (field.type) {
    case 'string':
      return JSON.stringify(field.default ?? '');
    case 'hex':
      return JSON.stringify(field.default ?? '00'.repeat(field.bytes));
    case 'bytes':
      return 'EMPTY_BYTES';
    case 'records':
      return `new ${field.record}List()`;
    case 'reserved':
      throw new Error(`${field.name} is reserved and has no value`);
    default:
      return String(field.default ?? 0);
  }
}

export function docLines(indent: string, ...sentences: string[]): string {
  return `${indent}/** ${sentences.join(' ')} */\n`;
}

export function fieldDoc(field: Field): string {
  if (field.type === 'reserved') return '';
  const reference =
    'values' in field && field.values !== undefined
      ? ` One of \`${lowerFirst(field.values)}\`.`
      : 'bits' in field && field.bits !== undefined
        ? ` Bits of \`${lowerFirst(field.bits)}\`.`
        : '';
  return docLines('  ', field.doc + reference);
}

/** Statements that write a field at `at`, an expression. */
export function writeStatement(field: Field, at: string, value: string, label: string): string {
  switch (field.type) {
    case 'reserved':
      return `writeZeros(b, ${at}, ${field.bytes});`;
    case 'hex':
      return `writeHex(b, ${at}, ${value}, ${field.bytes}, '${label}');`;
    case 'string':
    case 'bytes':
    case 'records':
      throw new Error(`${label} has no fixed size`);
    default:
      return `write${scalarSuffix[field.type]}(b, ${at}, ${value}, '${label}');`;
  }
}

/** An expression that reads a fixed-size field at `at`. */
export function readExpression(field: Field, at: string, bytes = 'b'): string {
  switch (field.type) {
    case 'u8':
      return `${bytes}[${at}]!`;
    case 'hex':
      return `readHex(${bytes}, ${at}, ${field.bytes})`;
    case 'reserved':
    case 'string':
    case 'bytes':
    case 'records':
      throw new Error(`${field.name} is not read this way`);
    default:
      return `read${scalarSuffix[field.type]}(${bytes}, ${at})`;
  }
}

export function offsetExpression(base: string, offset: number): string {
  return offset === 0 ? base : `${base} + ${offset}`;
}

/** Bytes of a run of fixed-size fields. */
export function totalBytes(fields: readonly Field[]): number {
  return fields.reduce((sum, field) => sum + fixedBytes(field)!, 0);
}

export function setterName(name: string): string {
  return `set${upperFirst(name)}`;
}
