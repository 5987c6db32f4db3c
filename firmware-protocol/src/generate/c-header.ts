import { fixedBytes, type Schema } from '../schema/model/types.js';
import { cDoc, cFieldDoc, cMacro, cMember, cName, cNotice, hasMembers } from './c-fields.js';
import { schemaHash } from './canonical.js';
import { snakeCase } from './names.js';

const declarations = `
/* What a function found. The first values are those of OPU_LINK_ERROR_KIND_*. */
typedef int opu_status;
enum { OPU_OK = 0, OPU_NO_SPACE = 100, OPU_BAD_VALUE = 101 };

#define OPU_HEADER_BYTES 32u
#define OPU_TRAILER_BYTES 4u

typedef struct {
  uint8_t version_major;
  uint8_t version_minor;
  uint8_t incompatible_flags;
  uint8_t compatible_flags;
  uint16_t type;
  /* Id of the session that the message belongs to, 0 outside of one: see opu_session_id. */
  uint16_t session;
  uint32_t request_id;
  uint64_t sequence;
  uint32_t payload_length;
  uint32_t crc;
} opu_header;

/* UTF-8 without a terminating zero. Decoded texts point into the payload. */
typedef struct {
  const char *data;
  uint32_t length;
} opu_text;

/* Decoded bytes point into the payload. */
typedef struct {
  const uint8_t *data;
  uint32_t length;
} opu_bytes;

/* Encoded records one after the other, stride bytes each; see opu_get_* and opu_put_*. */
typedef struct {
  const uint8_t *data;
  uint32_t count;
  uint32_t stride;
} opu_records;

/* CRC-32C of bytes, going on from the CRC of what stood before; 0 to start. */
uint32_t opu_crc32c(uint32_t previous, const uint8_t *bytes, size_t length);

/* Checks and reads the 32 bytes of a header. h is filled unless magic or CRC are wrong. */
opu_status opu_read_header(const uint8_t *bytes, uint32_t maximum_payload, opu_header *h);

/* Checks the CRC behind a payload: h->payload_length bytes and 4 more. */
opu_status opu_check_payload(const opu_header *h, const uint8_t *payload);

/* Reads one whole message from a transfer of exactly length bytes. payload points into bytes. */
opu_status opu_read_message(const uint8_t *bytes, size_t length, uint32_t maximum_payload, opu_header *h,
                            const uint8_t **payload);

/* The id of a session, of the nonces of HELLO_REPLY; 1 to 65535. */
uint16_t opu_session_id(uint32_t host_nonce, uint32_t device_nonce);

/* Puts the id of a session into a sealed message, and both CRCs anew. */
void opu_set_session(uint8_t *message, uint16_t session);

/* Writes header and payload CRC around a payload that stands at message + OPU_HEADER_BYTES. Returns the message's bytes. */
size_t opu_seal(uint8_t *message, uint16_t type, uint8_t compatible_flags, uint32_t request_id, uint64_t sequence,
                uint32_t payload_length);

/* Bytes that opu_cobs_frame writes at most for a message of length bytes. */
size_t opu_cobs_bound(size_t length);

/* Frames a message for the carrier stream, zeros on both sides; out must not overlap. Returns the bytes written. */
size_t opu_cobs_frame(const uint8_t *message, size_t length, uint8_t *out);

/* Decodes the bytes between two zeros; out may be the same memory. Returns OPU_LINK_ERROR_KIND_BAD_FRAME if they are none. */
opu_status opu_cobs_decode(const uint8_t *frame, size_t length, uint8_t *out, size_t *written);
`;

function enumerations(schema: Schema): string {
  let out = '';
  for (const type of [...schema.enums, ...schema.bits]) {
    out += `\n${cDoc('', type.doc)}enum {\n`;
    out += type.values.map((v) => `${cDoc('  ', v.doc)}  ${cMacro(type.name, v.name)} = ${v.value}`).join(',\n');
    out += '\n};\n';
  }
  out += '\n/* Types of messages. */\nenum {\n';
  out += schema.messages
    .map((m) => `  ${cMacro('type', m.name)} = 0x${m.id.toString(16).padStart(4, '0')}`)
    .join(',\n');
  return `${out}\n};\n`;
}

function records(schema: Schema): string {
  let out = '';
  for (const record of schema.records) {
    const size = record.fields.reduce((sum, f) => sum + fixedBytes(f)!, 0);
    out += `\n${cDoc('', record.doc)}typedef struct {\n`;
    for (const f of record.fields) if (f.type !== 'reserved') out += `${cFieldDoc(f)}  ${cMember(f)};\n`;
    out += `} ${cName(record.name)};\n\n#define ${cMacro(record.name)}_BYTES ${size}u\n\n`;
    out += `/* Reads record index, which is below r->count. */\nvoid opu_get_${snakeCase(record.name)}(const opu_records *r, uint32_t index, ${cName(record.name)} *m);\n`;
    out += `/* Writes ${cMacro(record.name)}_BYTES bytes. */\nvoid opu_put_${snakeCase(record.name)}(uint8_t *p, const ${cName(record.name)} *m);\n`;
  }
  return out;
}

function messages(schema: Schema): string {
  let out = '';
  for (const m of schema.messages.filter(hasMembers)) {
    out += `\n${cDoc('', `${m.doc} Sent by the ${m.from}.`)}typedef struct {\n`;
    for (const f of m.fields) if (f.type !== 'reserved') out += `${cFieldDoc(f)}  ${cMember(f)};\n`;
    out += `} ${cName(m.name)};\n`;
  }
  out +=
    '\n/* Any message. Those without fields are their type alone. */\ntypedef struct {\n  uint16_t type;\n  union {\n';
  for (const m of schema.messages.filter(hasMembers)) out += `    ${cName(m.name)} ${snakeCase(m.name)};\n`;
  out += `  } as;\n} opu_message;

/* Name of a type of message; NULL for one that is not known. */
const char *opu_type_name(uint16_t type);

/* Decodes a payload. Texts, bytes and records point into it. */
opu_status opu_decode(uint16_t type, const uint8_t *payload, size_t length, opu_message *m);

/* Whether the fields of a decoded message fit each other: OPU_OK, or OPU_LINK_ERROR_KIND_MALFORMED. */
opu_status opu_check(const opu_message *m);

/* Encodes a payload. OPU_NO_SPACE if it does not fit, OPU_BAD_VALUE if a field cannot hold its value. */
opu_status opu_encode(const opu_message *m, uint8_t *payload, size_t capacity, size_t *written);

/* Encodes a whole message: header, payload, CRC. */
opu_status opu_write_message(const opu_message *m, uint8_t compatible_flags, uint32_t request_id, uint64_t sequence,
                             uint8_t *out, size_t capacity, size_t *written);
`;
  return out;
}

/** `c/opu_protocol.h`. */
export function cHeader(schema: Schema): string {
  const hash = Buffer.from(schemaHash(schema), 'hex');
  return `${cNotice}
/*
 * The OPU protocol: types, codec, CRC and framing. C99, no allocation, nothing of the library but string.h.
 * SPEC.md says what the messages mean.
 */
#ifndef OPU_PROTOCOL_H
#define OPU_PROTOCOL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define OPU_MAGIC 0x${schema.magic.toString(16)}u
#define OPU_VERSION_MAJOR ${schema.versionMajor}u
#define OPU_VERSION_MINOR ${schema.versionMinor}u
/* Exchanged in the handshake. An initialiser for a field of 16 bytes. */
#define OPU_SCHEMA_HASH { ${[...hash].map((b) => `0x${b.toString(16).padStart(2, '0')}`).join(', ')} }
/* Largest number that a u64 may hold. */
#define OPU_U64_MAXIMUM 0x1fffffffffffffull
${enumerations(schema)}${declarations}${records(schema)}${messages(schema)}
#ifdef __cplusplus
}
#endif

#endif
`;
}
