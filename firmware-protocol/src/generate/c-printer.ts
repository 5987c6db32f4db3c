import type { Field, RecordType, Schema } from '../schema/model/types.js';
import { cMacro, cName, cNotice, hasMembers } from './c-fields.js';
import { snakeCase } from './names.js';

function print(field: Field, label: string, value: string): string {
  switch (field.type) {
    case 'reserved':
      return '';
    case 'hex':
      return `  print_hex("${label}", ${value}, ${field.bytes});\n`;
    case 'string':
    case 'bytes':
      return `  print_hex("${label}", (const uint8_t *)${value}.data, ${value}.length);\n`;
    case 'records':
      return `  for (i = 0; i < ${value}.count; i++) print_${snakeCase(field.record)}("${label}", &${value}, i);\n`;
    case 'f64':
      return `  printf("${label} %.17g\\n", ${value});\n`;
    default:
      return `  printf("${label} %llu\\n", (unsigned long long)${value});\n`;
  }
}

function recordPrinter(record: RecordType): string {
  let out = `\nstatic void print_${snakeCase(record.name)}(const char *label, const opu_records *records, uint32_t index) {\n`;
  out += `  ${cName(record.name)} r;\n  opu_get_${snakeCase(record.name)}(records, index, &r);\n`;
  for (const f of record.fields) {
    if (f.type === 'reserved') continue;
    const format = f.type === 'f64' ? '%.17g' : '%llu';
    const cast = f.type === 'f64' ? '' : '(unsigned long long)';
    out += `  printf("%s.%u.${f.name} ${format}\\n", label, (unsigned)index, ${cast}r.${snakeCase(f.name)});\n`;
  }
  return `${out}}\n`;
}

/** `c/test/print_message.h`: prints every field of a message, for tests of the C codec. */
export function cPrinter(schema: Schema): string {
  let out = `${cNotice}
#include <stdio.h>

#include "../opu_protocol.h"

static void print_hex(const char *label, const uint8_t *bytes, size_t length) {
  size_t i;
  printf("%s ", label);
  for (i = 0; i < length; i++) printf("%02x", bytes[i]);
  printf("\\n");
}
`;
  for (const record of schema.records) out += recordPrinter(record);
  out += '\nstatic void print_message(const opu_message *m) {\n  uint32_t i;\n  (void)i;\n  switch (m->type) {\n';
  for (const m of schema.messages.filter(hasMembers)) {
    out += `    case ${cMacro('type', m.name)}: {\n      const ${cName(m.name)} *v = &m->as.${snakeCase(m.name)};\n`;
    for (const f of m.fields) {
      out += print(f, f.name, `v->${snakeCase(f.name)}`).replace(/^(?=.)/gm, '    ');
    }
    out += '      break;\n    }\n';
  }
  out += '    default:\n      break;\n  }\n}\n\n';
  out +=
    'static const char *status_name(opu_status status) {\n  switch (status) {\n    case OPU_OK:\n      return "OK";\n';
  for (const v of schema.enums.find((e) => e.name === 'LinkErrorKind')!.values) {
    out += `    case ${cMacro('LinkErrorKind', v.name)}:\n      return "${v.name}";\n`;
  }
  return `${out}    default:\n      return "OTHER";\n  }\n}\n`;
}
