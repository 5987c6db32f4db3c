import { type Field, fixedBytes, type NamedValue, type Schema } from '../schema/model/types.js';
import { validVectors } from '../vectors/valid.js';
import { validBytes } from '../vectors/wire.js';

function hex16(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`;
}

function typeName(field: Field): string {
  switch (field.type) {
    case 'reserved':
      return field.bytes === 1 ? 'u8' : `u${field.bytes * 8}`;
    case 'hex':
      return `hex[${field.bytes}]`;
    case 'string':
      return `string, at most ${field.maximumBytes}`;
    case 'records':
      return `records of ${field.record}`;
    default:
      return field.type;
  }
}

function meaning(field: Field): string {
  if (field.type === 'reserved') return '0';
  const reference =
    'values' in field && field.values !== undefined
      ? ` ${field.values}.`
      : 'bits' in field && field.bits !== undefined
        ? ` Bits of ${field.bits}.`
        : '';
  const since =
    (field.since ?? 0) > 0
      ? ` Since ${field.since}, otherwise ${JSON.stringify('default' in field ? (field.default ?? 0) : 0)}.`
      : '';
  return `${field.doc}${reference}${since}`.replaceAll('|', '\\|');
}

function fieldTable(fields: readonly Field[]): string {
  let out = '| offset | type | field | |\n|---|---|---|---|\n';
  let at: number | undefined = 0;
  for (const field of fields) {
    const name = field.type === 'reserved' ? 'reserved' : field.name;
    out += `| ${at ?? ''} | ${typeName(field)} | ${name} | ${meaning(field)} |\n`;
    const size = fixedBytes(field);
    at = at === undefined || size === undefined ? undefined : at + size;
  }
  return out;
}

/** Section A of SPEC.md. */
export function markdownMessages(schema: Schema): string {
  let out = '| type | message | from | answered by |\n|---|---|---|---|\n';
  for (const m of schema.messages) {
    out += `| ${hex16(m.id)} | [${m.name}](#${m.name.toLowerCase()}) | ${m.from[0]} | ${(m.replies ?? []).join(', ')} |\n`;
  }
  for (const m of schema.messages) {
    out += `\n### ${m.name}\n\n${hex16(m.id)}, sent by the ${m.from}. ${m.doc}\n`;
    if (m.replies !== undefined) out += `Answered by ${m.replies.join(' or ')}, or REFUSED.\n`;
    out += m.fields.length === 0 ? '\nNo payload.\n' : `\n${fieldTable(m.fields)}`;
    for (const { bytes, each, records } of m.relations ?? []) {
      out += `\n\`${bytes}\` has exactly \`${each}\` bytes for each of \`${records}\`.\n`;
    }
  }
  for (const record of schema.records) {
    const size = record.fields.reduce((sum, f) => sum + fixedBytes(f)!, 0);
    out += `\n### Record ${record.name}\n\n${record.doc} ${size} bytes.\n\n${fieldTable(record.fields)}`;
  }
  return out;
}

function valueTable(values: readonly NamedValue[]): string {
  return `| value | name | |\n|---|---|---|\n${values.map((v) => `| ${v.value} | ${v.name} | ${v.doc} |\n`).join('')}`;
}

/** Section B of SPEC.md. */
export function markdownValues(schema: Schema): string {
  const enums = schema.enums.map((e) => `### ${e.name}\n\n${e.doc}\n\n${valueTable(e.values)}`);
  const bits = schema.bits.map((b) => `### ${b.name} (bits)\n\n${b.doc}\n\n${valueTable(b.values)}`);
  return [...enums, ...bits].join('\n');
}

/** Section C of SPEC.md. */
export function markdownBytes(schema: Schema): string {
  return ['hello.typical', 'pattern_credit.typical', 'patterns.typical', 'readout_ack.lowest']
    .map((name) => {
      const vector = validVectors(schema).find((v) => v.name === name)!;
      const bytes = validBytes(schema, vector);
      const lines: string[] = [];
      for (let at = 0; at < bytes.length; at += 16) {
        lines.push(
          `${at.toString(16).padStart(4, '0')}  ${bytes
            .subarray(at, at + 16)
            .toString('hex')
            .replace(/..(?=.)/g, '$& ')}`,
        );
      }
      const { sequence, requestId } = vector.header;
      const fields = JSON.stringify(vector.message, undefined, 2);
      return `### ${vector.type}, sequence ${sequence}, request ${requestId}\n\n\`\`\`json\n${fields}\n\`\`\`\n\n\`\`\`\n${lines.join('\n')}\n\`\`\`\n`;
    })
    .join('\n');
}

/** Puts generated sections between their marks. Throws when a mark is missing. */
export function fillMarkdown(text: string, sections: Readonly<Record<string, string>>): string {
  let result = text;
  for (const [name, section] of Object.entries(sections)) {
    const pattern = new RegExp(`(<!-- generated ${name} -->\n)[\\s\\S]*?(<!-- /generated -->)`);
    if (!pattern.test(result)) throw new Error(`SPEC.md has no section <!-- generated ${name} -->`);
    result = result.replace(pattern, (_, open: string, close: string) => `${open}\n${section}\n${close}`);
  }
  return result;
}
