import type { RecordType } from '../schema/model/types.js';
import { fixedBytes } from '../schema/model/types.js';
import {
  docLines,
  fieldDoc,
  initialValue,
  isReserved,
  offsetExpression,
  readExpression,
  setterName,
  totalBytes,
  typescriptType,
  writeStatement,
} from './typescript-fields.js';

/** Interface and list class of one record. */
export function typescriptRecord(record: RecordType): string {
  const fields = record.fields.filter((f) => !isReserved(f));
  const size = totalBytes(record.fields);
  const base = totalBytes(record.fields.filter((f) => !('since' in f) || (f.since ?? 0) === 0));
  const name = `${record.name}List`;
  let out = docLines('', record.doc);
  out += `export interface ${record.name} {\n`;
  for (const field of fields) out += `${fieldDoc(field)}  ${field.name}: ${typescriptType(field)};\n`;
  out += '}\n\n';
  out += docLines('', `${record.name}s in place.`);
  out += `export class ${name} extends RecordList<${record.name}> {\n`;
  out += `  /** Bytes of one record of this version. */\n  static readonly recordBytes = ${size};\n`;
  out += `  /** Bytes that a record has at least. */\n  static readonly minimumBytes = ${base};\n\n`;
  out += `  /** Room for \`count\` records, all zero, to be filled in place. */\n`;
  out += `  static allocate(count: number): ${name} {\n    return new ${name}(new Uint8Array(count * ${size}), 0, count, ${size});\n  }\n\n`;
  out += `  static from(records: readonly ${record.name}[]): ${name} {\n    const list = ${name}.allocate(records.length);\n`;
  out += `    for (let i = 0; i < records.length; i++) list.set(i, records[i]!);\n    return list;\n  }\n\n`;
  let at = 0;
  for (const field of record.fields) {
    if (field.type !== 'reserved') {
      const label = `${record.name}.${field.name}`;
      const place = at === 0 ? 'this.place(index)' : `this.place(index) + ${at}`;
      const later = (field.since ?? 0) > 0;
      const bytes = fixedBytes(field)!;
      out += docLines('  ', field.doc);
      out += `  ${field.name}(index: number): ${typescriptType(field)} {\n`;
      if (later) out += `    if (this.stride < ${at + bytes}) return ${initialValue(field)};\n`;
      out += `    return ${readExpression(field, place, 'this.bytes')};\n  }\n\n`;
      out += `  ${setterName(field.name)}(index: number, value: ${typescriptType(field)}): void {\n`;
      out += `    ${writeStatement(field, place, 'value', label).replace('(b, ', '(this.bytes, ')}\n  }\n\n`;
    }
    at += fixedBytes(field)!;
  }
  out += `  override get(index: number): ${record.name} {\n    return {\n`;
  for (const field of fields) out += `      ${field.name}: this.${field.name}(index),\n`;
  out += '    };\n  }\n\n';
  out += `  override set(index: number, record: ${record.name}): void {\n`;
  for (const field of fields) out += `    this.${setterName(field.name)}(index, record.${field.name});\n`;
  out += '  }\n\n';
  out += `  /** Looks for a value that cannot be read. Returns the name of its field. */\n`;
  out += `  static problem(b: Uint8Array, start: number, count: number, stride: number): string | undefined {\n`;
  const u64: { name: string; at: number; later: boolean }[] = [];
  at = 0;
  for (const field of record.fields) {
    if (field.type === 'u64') u64.push({ name: field.name, at, later: (field.since ?? 0) > 0 });
    at += fixedBytes(field)!;
  }
  if (u64.length > 0) {
    out += '    for (let i = 0; i < count; i++) {\n      const at = start + i * stride;\n';
    for (const f of u64) {
      const guard = f.later ? `stride >= ${f.at + 8} && ` : '';
      out += `      if (${guard}!isSafeU64(b, ${offsetExpression('at', f.at)})) return '${f.name}';\n`;
    }
    out += '    }\n';
  }
  out += '    return undefined;\n  }\n}\n';
  return out;
}
