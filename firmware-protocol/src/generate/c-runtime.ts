function crcTable(): string {
  const table = Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
    return c >>> 0;
  });
  const rows: string[] = [];
  for (let i = 0; i < 256; i += 8) {
    rows.push(
      `  ${table
        .slice(i, i + 8)
        .map((v) => `0x${v.toString(16).padStart(8, '0')}u`)
        .join(', ')}`,
    );
  }
  return rows.join(',\n');
}

/** The part of `c/opu_protocol.c` that does not depend on the schema. */
export function cRuntime(): string {
  return `#include "opu_protocol.h"

#include <string.h>

static uint16_t get_u16(const uint8_t *p) { return (uint16_t)(p[0] | (uint16_t)(p[1] << 8)); }

static uint32_t get_u32(const uint8_t *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint64_t get_u64(const uint8_t *p) { return (uint64_t)get_u32(p) | (uint64_t)get_u32(p + 4) << 32; }

static double get_f64(const uint8_t *p) {
  uint64_t bits = get_u64(p);
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static void put_u16(uint8_t *p, uint16_t v) {
  p[0] = (uint8_t)(v & 0xff);
  p[1] = (uint8_t)(v >> 8);
}

static void put_u32(uint8_t *p, uint32_t v) {
  p[0] = (uint8_t)(v & 0xff);
  p[1] = (uint8_t)(v >> 8 & 0xff);
  p[2] = (uint8_t)(v >> 16 & 0xff);
  p[3] = (uint8_t)(v >> 24);
}

static void put_u64(uint8_t *p, uint64_t v) {
  put_u32(p, (uint32_t)(v & 0xffffffffu));
  put_u32(p + 4, (uint32_t)(v >> 32));
}

static void put_f64(uint8_t *p, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  put_u64(p, bits);
}

static const uint32_t crc_table[256] = {
${crcTable()}
};

uint32_t opu_crc32c(uint32_t previous, const uint8_t *bytes, size_t length) {
  uint32_t c = ~previous;
  size_t i;
  for (i = 0; i < length; i++) c = crc_table[(c ^ bytes[i]) & 0xff] ^ c >> 8;
  return ~c;
}

opu_status opu_read_header(const uint8_t *bytes, uint32_t maximum_payload, opu_header *h) {
  if (get_u32(bytes) != OPU_MAGIC) return OPU_LINK_ERROR_KIND_BAD_MAGIC;
  if (opu_crc32c(0, bytes, 28) != get_u32(bytes + 28)) return OPU_LINK_ERROR_KIND_HEADER_CRC;
  h->version_major = bytes[4];
  h->version_minor = bytes[5];
  h->incompatible_flags = bytes[6];
  h->compatible_flags = bytes[7];
  h->type = get_u16(bytes + 8);
  h->session = get_u16(bytes + 10);
  h->request_id = get_u32(bytes + 12);
  h->sequence = get_u64(bytes + 16);
  h->payload_length = get_u32(bytes + 24);
  h->crc = get_u32(bytes + 28);
  if (h->version_major != OPU_VERSION_MAJOR) return OPU_LINK_ERROR_KIND_VERSION;
  if (h->incompatible_flags != 0) return OPU_LINK_ERROR_KIND_INCOMPATIBLE_FLAG;
  if (h->sequence > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (h->payload_length > maximum_payload) return OPU_LINK_ERROR_KIND_TOO_LONG;
  return OPU_OK;
}

opu_status opu_check_payload(const opu_header *h, const uint8_t *payload) {
  uint32_t crc = opu_crc32c(h->crc, payload, h->payload_length);
  return crc == get_u32(payload + h->payload_length) ? OPU_OK : OPU_LINK_ERROR_KIND_PAYLOAD_CRC;
}

opu_status opu_read_message(const uint8_t *bytes, size_t length, uint32_t maximum_payload, opu_header *h,
                            const uint8_t **payload) {
  opu_status status;
  if (length < OPU_HEADER_BYTES + OPU_TRAILER_BYTES) return OPU_LINK_ERROR_KIND_WRONG_LENGTH;
  status = opu_read_header(bytes, maximum_payload, h);
  if (status != OPU_OK) return status;
  if (length - OPU_HEADER_BYTES - OPU_TRAILER_BYTES != h->payload_length) return OPU_LINK_ERROR_KIND_WRONG_LENGTH;
  status = opu_check_payload(h, bytes + OPU_HEADER_BYTES);
  if (status != OPU_OK) return status;
  if (opu_type_name(h->type) == NULL) return OPU_LINK_ERROR_KIND_UNKNOWN_TYPE;
  *payload = bytes + OPU_HEADER_BYTES;
  return OPU_OK;
}

static void put_crcs(uint8_t *message, uint32_t payload_length) {
  uint8_t *end = message + OPU_HEADER_BYTES + payload_length;
  put_u32(message + 28, opu_crc32c(0, message, 28));
  put_u32(end, opu_crc32c(get_u32(message + 28), message + OPU_HEADER_BYTES, payload_length));
}

uint16_t opu_session_id(uint32_t host_nonce, uint32_t device_nonce) {
  uint8_t nonces[8];
  uint32_t sum;
  uint16_t folded;
  put_u32(nonces, host_nonce);
  put_u32(nonces + 4, device_nonce);
  sum = opu_crc32c(0, nonces, sizeof nonces);
  folded = (uint16_t)(sum >> 16 ^ (sum & 0xffffu));
  return folded != 0 ? folded : 1;
}

void opu_set_session(uint8_t *message, uint16_t session) {
  put_u16(message + 10, session);
  put_crcs(message, get_u32(message + 24));
}

size_t opu_seal(uint8_t *message, uint16_t type, uint8_t compatible_flags, uint32_t request_id, uint64_t sequence,
                uint32_t payload_length) {
  put_u32(message, OPU_MAGIC);
  message[4] = OPU_VERSION_MAJOR;
  message[5] = OPU_VERSION_MINOR;
  message[6] = 0;
  message[7] = compatible_flags;
  put_u16(message + 8, type);
  put_u16(message + 10, 0);
  put_u32(message + 12, request_id);
  put_u64(message + 16, sequence);
  put_u32(message + 24, payload_length);
  put_crcs(message, payload_length);
  return (size_t)OPU_HEADER_BYTES + payload_length + OPU_TRAILER_BYTES;
}

size_t opu_cobs_bound(size_t length) { return length + length / 254 + 3; }

size_t opu_cobs_frame(const uint8_t *message, size_t length, uint8_t *out) {
  size_t code_at = 1;
  size_t at = 2;
  uint8_t code = 1;
  size_t i;
  out[0] = 0;
  for (i = 0; i < length; i++) {
    if (message[i] != 0) {
      out[at++] = message[i];
      code++;
    }
    if (message[i] == 0 || code == 255) {
      out[code_at] = code;
      code_at = at++;
      code = 1;
    }
  }
  out[code_at] = code;
  out[at++] = 0;
  return at;
}

opu_status opu_cobs_decode(const uint8_t *frame, size_t length, uint8_t *out, size_t *written) {
  size_t at = 0;
  size_t n = 0;
  while (at < length) {
    uint8_t code = frame[at++];
    uint8_t i;
    if (code == 0 || length - at < (size_t)(code - 1)) return OPU_LINK_ERROR_KIND_BAD_FRAME;
    for (i = 1; i < code; i++) {
      uint8_t byte = frame[at++];
      if (byte == 0) return OPU_LINK_ERROR_KIND_BAD_FRAME;
      out[n++] = byte;
    }
    if (code != 255 && at < length) out[n++] = 0;
  }
  *written = n;
  return OPU_OK;
}
`;
}
