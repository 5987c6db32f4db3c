import { type Field, fixedBytes, type MessageType, type RecordType, type Schema } from '../schema/model/types.js';
import { cDefault, cMacro, cName, cNotice, cRead, cRuns, cWrite, hasMembers, isLater } from './c-fields.js';
import { cRuntime } from './c-runtime.js';
import { snakeCase } from './names.js';

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

function sum(fields: readonly Field[]): number {
  return fields.reduce((total, field) => total + fixedBytes(field)!, 0);
}

const MALFORMED = 'OPU_LINK_ERROR_KIND_MALFORMED';

function recordFunctions(record: RecordType): string {
  const name = cName(record.name);
  let get = '';
  let put = '';
  let large = '';
  let at = 0;
  for (const field of record.fields) {
    const size = fixedBytes(field)!;
    if (isLater(field)) {
      get += `  if (r->stride >= ${at + size}) {\n${indent(cRead(field, at))}  } else {\n${indent(cDefault(field))}  }\n`;
    } else get += cRead(field, at);
    if (field.type === 'u64') {
      const guard = isLater(field) ? `r->stride >= ${at + size} && ` : '';
      large += `    if (${guard}get_u64(p + ${at}) > OPU_U64_MAXIMUM) return ${MALFORMED};\n`;
    }
    put += cWrite(field, at);
    at += size;
  }
  const least = sum(record.fields.filter((f) => !isLater(f)));
  const check = `static opu_status check_${snakeCase(record.name)}(const opu_records *r) {
${large === '' ? `  return r->stride < ${least} ? ${MALFORMED} : OPU_OK;\n` : `  uint32_t i;\n  if (r->stride < ${least}) return ${MALFORMED};\n  for (i = 0; i < r->count; i++) {\n    const uint8_t *p = r->data + (size_t)i * r->stride;\n${large}  }\n  return OPU_OK;\n`}}
`;
  return `
void opu_get_${snakeCase(record.name)}(const opu_records *r, uint32_t index, ${name} *m) {
  const uint8_t *p = r->data + (size_t)index * r->stride;
${get}}

void opu_put_${snakeCase(record.name)}(uint8_t *p, const ${name} *m) {
${put}}

${check}`;
}

function decodeVariable(field: Field): string {
  const name = `m->${snakeCase(field.name)}`;
  switch (field.type) {
    case 'string':
      return `  if (left < 2) return ${MALFORMED};
  ${name}.length = get_u16(p);
  ${name}.data = (const char *)(p + 2);
  if (${name}.length > ${field.maximumBytes} || left - 2 < ${name}.length) return ${MALFORMED};
  p += 2 + ${name}.length;
  left -= 2 + ${name}.length;
`;
    case 'bytes':
      return `  if (left < 4) return ${MALFORMED};
  ${name}.length = get_u32(p);
  ${name}.data = p + 4;
  if (left - 4 < ${name}.length) return ${MALFORMED};
  p += 4 + (size_t)${name}.length;
  left -= 4 + (size_t)${name}.length;
`;
    case 'records':
      return `  if (left < 8) return ${MALFORMED};
  ${name}.count = get_u32(p);
  ${name}.stride = get_u32(p + 4);
  ${name}.data = p + 8;
  if ((uint64_t)${name}.count * ${name}.stride > left - 8) return ${MALFORMED};
  if (check_${snakeCase(field.record)}(&${name}) != OPU_OK) return ${MALFORMED};
  p += 8 + (size_t)${name}.count * ${name}.stride;
  left -= 8 + (size_t)${name}.count * ${name}.stride;
`;
    default:
      throw new Error(field.name);
  }
}

function decodeRun(run: readonly Field[]): string {
  const first = run[0]!;
  if (fixedBytes(first) === undefined) return decodeVariable(first);
  const size = sum(run);
  let out = `  if (left < ${size}) return ${MALFORMED};\n`;
  let at = 0;
  for (const field of run) {
    if (field.type === 'u64') out += `  if (get_u64(p + ${at}) > OPU_U64_MAXIMUM) return ${MALFORMED};\n`;
    out += cRead(field, at);
    at += fixedBytes(field)!;
  }
  return `${out}  p += ${size};\n  left -= ${size};\n`;
}

function decodeFunction(message: MessageType): string {
  let body = '';
  for (const run of cRuns(message.fields)) {
    const first = run[0]!;
    body += isLater(first)
      ? `  if (left == 0) {\n${indent(cDefault(first))}  } else {\n${indent(decodeRun(run))}  }\n`
      : decodeRun(run);
  }
  return `
static opu_status decode_${snakeCase(message.name)}(const uint8_t *p, size_t left, ${cName(message.name)} *m) {
${body}  (void)p;
  (void)left;
  return OPU_OK;
}
`;
}

function encodeVariable(field: Field): string {
  const name = `m->${snakeCase(field.name)}`;
  switch (field.type) {
    case 'string': {
      const bound =
        field.forPeople === true
          ? `    if (length > ${field.maximumBytes}) {\n      length = ${field.maximumBytes};\n      while (length > 0 && (${name}.data[length] & 0xc0) == 0x80) length--;\n    }\n`
          : `    if (length > ${field.maximumBytes}) return OPU_BAD_VALUE;\n`;
      return `  {\n    uint32_t length = ${name}.length;\n${bound}    if (left < 2 || left - 2 < length) return OPU_NO_SPACE;
    put_u16(p, (uint16_t)length);
    if (length > 0) memcpy(p + 2, ${name}.data, length);
    p += 2 + length;
    left -= 2 + length;
  }
`;
    }
    case 'bytes':
      return `  if (left < 4 || left - 4 < ${name}.length) return OPU_NO_SPACE;
  put_u32(p, ${name}.length);
  if (${name}.length > 0) memmove(p + 4, ${name}.data, ${name}.length);
  p += 4 + (size_t)${name}.length;
  left -= 4 + (size_t)${name}.length;
`;
    case 'records': {
      const record = snakeCase(field.record);
      const bytes = `${cMacro(field.record)}_BYTES`;
      return `  if (left < 8 || left - 8 < (uint64_t)${name}.count * ${bytes}) return OPU_NO_SPACE;
  put_u32(p, ${name}.count);
  put_u32(p + 4, ${bytes});
  if (${name}.stride == ${bytes}) {
    if (${name}.count > 0) memcpy(p + 8, ${name}.data, (size_t)${name}.count * ${bytes});
  } else {
    uint32_t i;
    for (i = 0; i < ${name}.count; i++) {
      opu_${record} r;
      opu_get_${record}(&${name}, i, &r);
      opu_put_${record}(p + 8 + (size_t)i * ${bytes}, &r);
    }
  }
  p += 8 + (size_t)${name}.count * ${bytes};
  left -= 8 + (size_t)${name}.count * ${bytes};
`;
    }
    default:
      throw new Error(field.name);
  }
}

function encodeFunction(message: MessageType): string {
  let body = '';
  for (const run of cRuns(message.fields)) {
    if (fixedBytes(run[0]!) === undefined) {
      body += encodeVariable(run[0]!);
      continue;
    }
    const size = sum(run);
    body += `  if (left < ${size}) return OPU_NO_SPACE;\n`;
    let at = 0;
    for (const field of run) {
      if (field.type === 'u64') body += `  if (m->${snakeCase(field.name)} > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;\n`;
      body += cWrite(field, at);
      at += fixedBytes(field)!;
    }
    body += `  p += ${size};\n  left -= ${size};\n`;
  }
  return `
static opu_status encode_${snakeCase(message.name)}(const ${cName(message.name)} *m, uint8_t *p, size_t left, uint8_t **end) {
${body}  (void)left;
  *end = p;
  return OPU_OK;
}
`;
}

function relationChecks(schema: Schema): string {
  let out = '';
  for (const m of schema.messages) {
    for (const { bytes, each, records } of m.relations ?? []) {
      const member = (name: string): string => `m->as.${snakeCase(m.name)}.${snakeCase(name)}`;
      out += `  if (m->type == ${cMacro('type', m.name)} &&\n      (uint64_t)${member(records)}.count * ${member(each)} != ${member(bytes)}.length)\n    return OPU_LINK_ERROR_KIND_MALFORMED;\n`;
    }
  }
  return out;
}

/** `c/opu_protocol.c`. */
export function cSource(schema: Schema): string {
  const cases = (line: (m: MessageType) => string): string =>
    schema.messages.map((m) => `    case ${cMacro('type', m.name)}:\n      ${line(m)}\n`).join('');
  let out = `${cNotice}\n${cRuntime()}`;
  for (const record of schema.records) out += recordFunctions(record);
  for (const message of schema.messages.filter(hasMembers)) out += decodeFunction(message) + encodeFunction(message);
  out += `
const char *opu_type_name(uint16_t type) {
  switch (type) {
${cases((m) => `return "${m.name}";`)}    default:
      return NULL;
  }
}

opu_status opu_decode(uint16_t type, const uint8_t *payload, size_t length, opu_message *m) {
  m->type = type;
  switch (type) {
${cases((m) => (hasMembers(m) ? `return decode_${snakeCase(m.name)}(payload, length, &m->as.${snakeCase(m.name)});` : 'return OPU_OK;'))}    default:
      return OPU_LINK_ERROR_KIND_UNKNOWN_TYPE;
  }
}

opu_status opu_check(const opu_message *m) {
${relationChecks(schema)}  return OPU_OK;
}

opu_status opu_encode(const opu_message *m, uint8_t *payload, size_t capacity, size_t *written) {
  uint8_t *end = payload;
  opu_status status = OPU_OK;
  switch (m->type) {
${cases((m) => (hasMembers(m) ? `status = encode_${snakeCase(m.name)}(&m->as.${snakeCase(m.name)}, payload, capacity, &end);\n      break;` : 'break;'))}    default:
      return OPU_BAD_VALUE;
  }
  *written = (size_t)(end - payload);
  return status;
}

opu_status opu_write_message(const opu_message *m, uint8_t compatible_flags, uint32_t request_id, uint64_t sequence,
                             uint8_t *out, size_t capacity, size_t *written) {
  size_t length;
  opu_status status;
  if (capacity < OPU_HEADER_BYTES + OPU_TRAILER_BYTES) return OPU_NO_SPACE;
  if (sequence > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  status = opu_encode(m, out + OPU_HEADER_BYTES, capacity - OPU_HEADER_BYTES - OPU_TRAILER_BYTES, &length);
  if (status != OPU_OK) return status;
  if (length > 0xffffffffu) return OPU_BAD_VALUE;
  *written = opu_seal(out, m->type, compatible_flags, request_id, sequence, (uint32_t)length);
  return OPU_OK;
}
`;
  return out;
}
