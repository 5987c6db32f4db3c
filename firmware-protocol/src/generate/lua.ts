import { type Field, fixedBytes, type Schema } from '../schema/model/types.js';
import { luaRuntime } from './lua-runtime.js';
import { snakeCase } from './names.js';

const protoType = { u8: 'uint8', u16: 'uint16', u32: 'uint32', u64: 'uint64', f64: 'double' } as const;

function quote(text: string): string {
  return JSON.stringify(text);
}

function protoField(owner: string, field: Field): string {
  const path = `opu.${snakeCase(owner)}.${snakeCase(field.name)}`;
  const args = `${quote(path)}, ${quote(field.name)}`;
  switch (field.type) {
    case 'reserved':
    case 'records':
      throw new Error(`${field.name} has no field of its own`);
    case 'hex':
    case 'bytes':
      return `ProtoField.bytes(${args})`;
    case 'string':
      return `ProtoField.string(${args})`;
    case 'f64':
      return `ProtoField.double(${args})`;
    default:
      if (field.values !== undefined)
        return `ProtoField.${protoType[field.type]}(${args}, base.DEC, values.${field.values})`;
      return `ProtoField.${protoType[field.type]}(${args}, ${field.bits === undefined ? 'base.DEC' : 'base.HEX'})`;
  }
}

function entry(owner: string, field: Field): string {
  const parts = [`name = ${quote(field.name)}`, `kind = ${quote(field.type)}`];
  const size = fixedBytes(field);
  if (size !== undefined) parts.push(`size = ${size}`);
  if ('since' in field && (field.since ?? 0) > 0) parts.push('later = true');
  if (field.type === 'records')
    parts.push(`record = record_${snakeCase(field.record)}, least = least_${snakeCase(field.record)}`);
  else if (field.type !== 'reserved') parts.push(`proto = register(${protoField(owner, field)})`);
  if ('bits' in field && field.bits !== undefined) parts.push(`bits = bit_names.${field.bits}`);
  return `{ ${parts.join(', ')} }`;
}

/** `wireshark/opu.lua`. */
export function luaDissector(schema: Schema): string {
  let out = `-- Generated from src/schema by \`npm run generate\`; edits are lost.
--
-- Wireshark dissector of the OPU protocol over TCP and USB bulk. Use: wireshark -X lua_script:opu.lua
-- It finds conversations by the magic of their first message; for any other choose Decode As, OPU.

local opu = Proto("opu", "Optical processing unit")

local MAGIC = 0x${schema.magic.toString(16)}
local VERSION_MAJOR = ${schema.versionMajor}
local HEADER_BYTES = 32
-- Longer ones are taken for damage, so that one wrong length does not swallow a capture.
local MAXIMUM_MESSAGE = 0x10000000

local values = {
`;
  for (const type of schema.enums) {
    out += `  ${type.name} = { ${type.values.map((v) => `[${v.value}] = ${quote(v.name)}`).join(', ')} },\n`;
  }
  out += '}\n\nlocal bit_names = {\n';
  for (const type of schema.bits) {
    out += `  ${type.name} = { ${type.values.map((v) => `{ ${v.value}, ${quote(v.name)} }`).join(', ')} },\n`;
  }
  out += `}
local compatible_flags = bit_names.CompatibleFlag

local type_names = {
${schema.messages.map((m) => `  [${m.id}] = ${quote(m.name)},`).join('\n')}
}

local all_fields = {}
local function register(field)
  all_fields[#all_fields + 1] = field
  return field
end

local header_fields = {
  message = register(ProtoField.string("opu.message", "message")),
  magic = register(ProtoField.uint32("opu.magic", "magic", base.HEX)),
  version_major = register(ProtoField.uint8("opu.version_major", "versionMajor")),
  version_minor = register(ProtoField.uint8("opu.version_minor", "versionMinor")),
  incompatible_flags = register(ProtoField.uint8("opu.incompatible_flags", "incompatibleFlags", base.HEX)),
  compatible_flags = register(ProtoField.uint8("opu.compatible_flags", "compatibleFlags", base.HEX)),
  type = register(ProtoField.uint16("opu.type", "type", base.HEX, type_names)),
  session = register(ProtoField.uint16("opu.session", "session", base.HEX)),
  request_id = register(ProtoField.uint32("opu.request_id", "requestId")),
  sequence = register(ProtoField.uint64("opu.sequence", "sequence")),
  payload_length = register(ProtoField.uint32("opu.payload_length", "payloadLength")),
  header_crc = register(ProtoField.uint32("opu.header_crc", "headerCrc", base.HEX)),
  payload_crc = register(ProtoField.uint32("opu.payload_crc", "payloadCrc", base.HEX)),
}

local groups, severity = expert.group, expert.severity
local function problem(name, text, group)
  return ProtoExpert.new("opu.expert." .. name, text, group, severity.ERROR)
end

local expert = {
  not_a_message = problem("not_a_message", "These bytes are no message", groups.MALFORMED),
  header_crc = problem("header_crc", "The header CRC is wrong", groups.CHECKSUM),
  payload_crc = problem("payload_crc", "The payload CRC is wrong", groups.CHECKSUM),
  version = problem("version", "Another major version", groups.PROTOCOL),
  incompatible_flag = problem("incompatible_flag", "An unknown incompatible flag", groups.PROTOCOL),
  unknown_type = problem("unknown_type", "An unknown type of message", groups.UNDECODED),
  wrong_length = problem("wrong_length", "The length differs from what the header says", groups.MALFORMED),
  malformed = problem("malformed", "The payload does not hold what its type needs", groups.MALFORMED),
  relation = problem("relation", "Fields do not fit each other", groups.PROTOCOL),
}
opu.experts = {
  expert.not_a_message, expert.header_crc, expert.payload_crc, expert.version, expert.incompatible_flag,
  expert.unknown_type, expert.wrong_length, expert.malformed,
  expert.relation,
}

`;
  for (const record of schema.records) {
    const least = record.fields
      .filter((f) => !('since' in f && (f.since ?? 0) > 0))
      .reduce((n, f) => n + fixedBytes(f)!, 0);
    out += `local least_${snakeCase(record.name)} = ${least}\nlocal record_${snakeCase(record.name)} = {\n`;
    out += `${record.fields.map((f) => `  ${entry(record.name, f)},`).join('\n')}\n}\n\n`;
  }
  out += 'local messages = {\n';
  for (const m of schema.messages) {
    const relations = (m.relations ?? []).map(
      ({ bytes, each, records }) => `{ bytes = ${quote(bytes)}, each = ${quote(each)}, records = ${quote(records)} }`,
    );
    const related = relations.length === 0 ? '' : ` relations = { ${relations.join(', ')} },`;
    out += `  [${m.id}] = { name = ${quote(m.name)},${related} fields = {`;
    out +=
      m.fields.length === 0 ? ' } },\n' : `\n${m.fields.map((f) => `    ${entry(m.name, f)},`).join('\n')}\n  } },\n`;
  }
  return `${out}}\n\nopu.fields = all_fields\n${luaRuntime}`;
}
