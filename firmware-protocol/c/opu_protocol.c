/* Generated from src/schema by `npm run generate`; edits are lost. */

#include "opu_protocol.h"

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
  0x00000000u, 0xf26b8303u, 0xe13b70f7u, 0x1350f3f4u, 0xc79a971fu, 0x35f1141cu, 0x26a1e7e8u, 0xd4ca64ebu,
  0x8ad958cfu, 0x78b2dbccu, 0x6be22838u, 0x9989ab3bu, 0x4d43cfd0u, 0xbf284cd3u, 0xac78bf27u, 0x5e133c24u,
  0x105ec76fu, 0xe235446cu, 0xf165b798u, 0x030e349bu, 0xd7c45070u, 0x25afd373u, 0x36ff2087u, 0xc494a384u,
  0x9a879fa0u, 0x68ec1ca3u, 0x7bbcef57u, 0x89d76c54u, 0x5d1d08bfu, 0xaf768bbcu, 0xbc267848u, 0x4e4dfb4bu,
  0x20bd8edeu, 0xd2d60dddu, 0xc186fe29u, 0x33ed7d2au, 0xe72719c1u, 0x154c9ac2u, 0x061c6936u, 0xf477ea35u,
  0xaa64d611u, 0x580f5512u, 0x4b5fa6e6u, 0xb93425e5u, 0x6dfe410eu, 0x9f95c20du, 0x8cc531f9u, 0x7eaeb2fau,
  0x30e349b1u, 0xc288cab2u, 0xd1d83946u, 0x23b3ba45u, 0xf779deaeu, 0x05125dadu, 0x1642ae59u, 0xe4292d5au,
  0xba3a117eu, 0x4851927du, 0x5b016189u, 0xa96ae28au, 0x7da08661u, 0x8fcb0562u, 0x9c9bf696u, 0x6ef07595u,
  0x417b1dbcu, 0xb3109ebfu, 0xa0406d4bu, 0x522bee48u, 0x86e18aa3u, 0x748a09a0u, 0x67dafa54u, 0x95b17957u,
  0xcba24573u, 0x39c9c670u, 0x2a993584u, 0xd8f2b687u, 0x0c38d26cu, 0xfe53516fu, 0xed03a29bu, 0x1f682198u,
  0x5125dad3u, 0xa34e59d0u, 0xb01eaa24u, 0x42752927u, 0x96bf4dccu, 0x64d4cecfu, 0x77843d3bu, 0x85efbe38u,
  0xdbfc821cu, 0x2997011fu, 0x3ac7f2ebu, 0xc8ac71e8u, 0x1c661503u, 0xee0d9600u, 0xfd5d65f4u, 0x0f36e6f7u,
  0x61c69362u, 0x93ad1061u, 0x80fde395u, 0x72966096u, 0xa65c047du, 0x5437877eu, 0x4767748au, 0xb50cf789u,
  0xeb1fcbadu, 0x197448aeu, 0x0a24bb5au, 0xf84f3859u, 0x2c855cb2u, 0xdeeedfb1u, 0xcdbe2c45u, 0x3fd5af46u,
  0x7198540du, 0x83f3d70eu, 0x90a324fau, 0x62c8a7f9u, 0xb602c312u, 0x44694011u, 0x5739b3e5u, 0xa55230e6u,
  0xfb410cc2u, 0x092a8fc1u, 0x1a7a7c35u, 0xe811ff36u, 0x3cdb9bddu, 0xceb018deu, 0xdde0eb2au, 0x2f8b6829u,
  0x82f63b78u, 0x709db87bu, 0x63cd4b8fu, 0x91a6c88cu, 0x456cac67u, 0xb7072f64u, 0xa457dc90u, 0x563c5f93u,
  0x082f63b7u, 0xfa44e0b4u, 0xe9141340u, 0x1b7f9043u, 0xcfb5f4a8u, 0x3dde77abu, 0x2e8e845fu, 0xdce5075cu,
  0x92a8fc17u, 0x60c37f14u, 0x73938ce0u, 0x81f80fe3u, 0x55326b08u, 0xa759e80bu, 0xb4091bffu, 0x466298fcu,
  0x1871a4d8u, 0xea1a27dbu, 0xf94ad42fu, 0x0b21572cu, 0xdfeb33c7u, 0x2d80b0c4u, 0x3ed04330u, 0xccbbc033u,
  0xa24bb5a6u, 0x502036a5u, 0x4370c551u, 0xb11b4652u, 0x65d122b9u, 0x97baa1bau, 0x84ea524eu, 0x7681d14du,
  0x2892ed69u, 0xdaf96e6au, 0xc9a99d9eu, 0x3bc21e9du, 0xef087a76u, 0x1d63f975u, 0x0e330a81u, 0xfc588982u,
  0xb21572c9u, 0x407ef1cau, 0x532e023eu, 0xa145813du, 0x758fe5d6u, 0x87e466d5u, 0x94b49521u, 0x66df1622u,
  0x38cc2a06u, 0xcaa7a905u, 0xd9f75af1u, 0x2b9cd9f2u, 0xff56bd19u, 0x0d3d3e1au, 0x1e6dcdeeu, 0xec064eedu,
  0xc38d26c4u, 0x31e6a5c7u, 0x22b65633u, 0xd0ddd530u, 0x0417b1dbu, 0xf67c32d8u, 0xe52cc12cu, 0x1747422fu,
  0x49547e0bu, 0xbb3ffd08u, 0xa86f0efcu, 0x5a048dffu, 0x8ecee914u, 0x7ca56a17u, 0x6ff599e3u, 0x9d9e1ae0u,
  0xd3d3e1abu, 0x21b862a8u, 0x32e8915cu, 0xc083125fu, 0x144976b4u, 0xe622f5b7u, 0xf5720643u, 0x07198540u,
  0x590ab964u, 0xab613a67u, 0xb831c993u, 0x4a5a4a90u, 0x9e902e7bu, 0x6cfbad78u, 0x7fab5e8cu, 0x8dc0dd8fu,
  0xe330a81au, 0x115b2b19u, 0x020bd8edu, 0xf0605beeu, 0x24aa3f05u, 0xd6c1bc06u, 0xc5914ff2u, 0x37faccf1u,
  0x69e9f0d5u, 0x9b8273d6u, 0x88d28022u, 0x7ab90321u, 0xae7367cau, 0x5c18e4c9u, 0x4f48173du, 0xbd23943eu,
  0xf36e6f75u, 0x0105ec76u, 0x12551f82u, 0xe03e9c81u, 0x34f4f86au, 0xc69f7b69u, 0xd5cf889du, 0x27a40b9eu,
  0x79b737bau, 0x8bdcb4b9u, 0x988c474du, 0x6ae7c44eu, 0xbe2da0a5u, 0x4c4623a6u, 0x5f16d052u, 0xad7d5351u
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

void opu_get_readout_record(const opu_records *r, uint32_t index, opu_readout_record *m) {
  const uint8_t *p = r->data + (size_t)index * r->stride;
  m->frame = get_u64(p + 0);
  m->pattern_id = get_u64(p + 8);
  m->reset_tick = get_u64(p + 16);
  m->exposure_start_tick = get_u64(p + 24);
  m->exposure_ticks = get_u64(p + 32);
  m->reference_phase = get_f64(p + 40);
  m->flags = get_u32(p + 48);
  m->saturated_pixels = get_u32(p + 52);
  m->dropped_before = get_u32(p + 56);
  m->image_crc = get_u32(p + 60);
}

void opu_put_readout_record(uint8_t *p, const opu_readout_record *m) {
  put_u64(p + 0, m->frame);
  put_u64(p + 8, m->pattern_id);
  put_u64(p + 16, m->reset_tick);
  put_u64(p + 24, m->exposure_start_tick);
  put_u64(p + 32, m->exposure_ticks);
  put_f64(p + 40, m->reference_phase);
  put_u32(p + 48, m->flags);
  put_u32(p + 52, m->saturated_pixels);
  put_u32(p + 56, m->dropped_before);
  put_u32(p + 60, m->image_crc);
}

static opu_status check_readout_record(const opu_records *r) {
  uint32_t i;
  if (r->stride < 64) return OPU_LINK_ERROR_KIND_MALFORMED;
  for (i = 0; i < r->count; i++) {
    const uint8_t *p = r->data + (size_t)i * r->stride;
    if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
    if (get_u64(p + 8) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
    if (get_u64(p + 16) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
    if (get_u64(p + 24) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
    if (get_u64(p + 32) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  }
  return OPU_OK;
}

void opu_get_counter_record(const opu_records *r, uint32_t index, opu_counter_record *m) {
  const uint8_t *p = r->data + (size_t)index * r->stride;
  m->id = get_u32(p + 0);
  m->value = get_u64(p + 8);
}

void opu_put_counter_record(uint8_t *p, const opu_counter_record *m) {
  put_u32(p + 0, m->id);
  memset(p + 4, 0, 4);
  put_u64(p + 8, m->value);
}

static opu_status check_counter_record(const opu_records *r) {
  uint32_t i;
  if (r->stride < 16) return OPU_LINK_ERROR_KIND_MALFORMED;
  for (i = 0; i < r->count; i++) {
    const uint8_t *p = r->data + (size_t)i * r->stride;
    if (get_u64(p + 8) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  }
  return OPU_OK;
}

void opu_get_sequence_step(const opu_records *r, uint32_t index, opu_sequence_step *m) {
  const uint8_t *p = r->data + (size_t)index * r->stride;
  m->index = get_u32(p + 0);
}

void opu_put_sequence_step(uint8_t *p, const opu_sequence_step *m) {
  put_u32(p + 0, m->index);
}

static opu_status check_sequence_step(const opu_records *r) {
  return r->stride < 4 ? OPU_LINK_ERROR_KIND_MALFORMED : OPU_OK;
}

static opu_status decode_hello(const uint8_t *p, size_t left, opu_hello *m) {
  if (left < 32) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->version_major = p[0];
  m->version_minor = p[1];
  m->maximum_payload = get_u32(p + 4);
  if (get_u64(p + 8) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->host_id = get_u64(p + 8);
  memcpy(m->schema_hash, p + 16, 16);
  p += 32;
  left -= 32;
  if (left < 2) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->host_name.length = get_u16(p);
  m->host_name.data = (const char *)(p + 2);
  if (m->host_name.length > 128 || left - 2 < m->host_name.length) return OPU_LINK_ERROR_KIND_MALFORMED;
  p += 2 + m->host_name.length;
  left -= 2 + m->host_name.length;
  if (left == 0) {
    m->host_nonce = 0;
  } else {
    if (left < 4) return OPU_LINK_ERROR_KIND_MALFORMED;
    m->host_nonce = get_u32(p + 0);
    p += 4;
    left -= 4;
  }
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_hello(const opu_hello *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 32) return OPU_NO_SPACE;
  p[0] = m->version_major;
  p[1] = m->version_minor;
  memset(p + 2, 0, 2);
  put_u32(p + 4, m->maximum_payload);
  if (m->host_id > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 8, m->host_id);
  memcpy(p + 16, m->schema_hash, 16);
  p += 32;
  left -= 32;
  {
    uint32_t length = m->host_name.length;
    if (length > 128) {
      length = 128;
      while (length > 0 && (m->host_name.data[length] & 0xc0) == 0x80) length--;
    }
    if (left < 2 || left - 2 < length) return OPU_NO_SPACE;
    put_u16(p, (uint16_t)length);
    if (length > 0) memcpy(p + 2, m->host_name.data, length);
    p += 2 + length;
    left -= 2 + length;
  }
  if (left < 4) return OPU_NO_SPACE;
  put_u32(p + 0, m->host_nonce);
  p += 4;
  left -= 4;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_hello_reply(const uint8_t *p, size_t left, opu_hello_reply *m) {
  if (left < 32) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->version_major = p[0];
  m->version_minor = p[1];
  m->maximum_payload = get_u32(p + 4);
  if (get_u64(p + 8) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->boot_id = get_u64(p + 8);
  memcpy(m->schema_hash, p + 16, 16);
  p += 32;
  left -= 32;
  if (left < 2) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->vendor.length = get_u16(p);
  m->vendor.data = (const char *)(p + 2);
  if (m->vendor.length > 64 || left - 2 < m->vendor.length) return OPU_LINK_ERROR_KIND_MALFORMED;
  p += 2 + m->vendor.length;
  left -= 2 + m->vendor.length;
  if (left < 2) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->model.length = get_u16(p);
  m->model.data = (const char *)(p + 2);
  if (m->model.length > 64 || left - 2 < m->model.length) return OPU_LINK_ERROR_KIND_MALFORMED;
  p += 2 + m->model.length;
  left -= 2 + m->model.length;
  if (left < 2) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->serial.length = get_u16(p);
  m->serial.data = (const char *)(p + 2);
  if (m->serial.length > 64 || left - 2 < m->serial.length) return OPU_LINK_ERROR_KIND_MALFORMED;
  p += 2 + m->serial.length;
  left -= 2 + m->serial.length;
  if (left < 2) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->firmware_version.length = get_u16(p);
  m->firmware_version.data = (const char *)(p + 2);
  if (m->firmware_version.length > 64 || left - 2 < m->firmware_version.length) return OPU_LINK_ERROR_KIND_MALFORMED;
  p += 2 + m->firmware_version.length;
  left -= 2 + m->firmware_version.length;
  if (left < 2) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->profile.length = get_u16(p);
  m->profile.data = (const char *)(p + 2);
  if (m->profile.length > 64 || left - 2 < m->profile.length) return OPU_LINK_ERROR_KIND_MALFORMED;
  p += 2 + m->profile.length;
  left -= 2 + m->profile.length;
  if (left == 0) {
    m->host_nonce = 0;
  } else {
    if (left < 4) return OPU_LINK_ERROR_KIND_MALFORMED;
    m->host_nonce = get_u32(p + 0);
    p += 4;
    left -= 4;
  }
  if (left == 0) {
    m->device_nonce = 0;
  } else {
    if (left < 4) return OPU_LINK_ERROR_KIND_MALFORMED;
    m->device_nonce = get_u32(p + 0);
    p += 4;
    left -= 4;
  }
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_hello_reply(const opu_hello_reply *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 32) return OPU_NO_SPACE;
  p[0] = m->version_major;
  p[1] = m->version_minor;
  memset(p + 2, 0, 2);
  put_u32(p + 4, m->maximum_payload);
  if (m->boot_id > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 8, m->boot_id);
  memcpy(p + 16, m->schema_hash, 16);
  p += 32;
  left -= 32;
  {
    uint32_t length = m->vendor.length;
    if (length > 64) return OPU_BAD_VALUE;
    if (left < 2 || left - 2 < length) return OPU_NO_SPACE;
    put_u16(p, (uint16_t)length);
    if (length > 0) memcpy(p + 2, m->vendor.data, length);
    p += 2 + length;
    left -= 2 + length;
  }
  {
    uint32_t length = m->model.length;
    if (length > 64) return OPU_BAD_VALUE;
    if (left < 2 || left - 2 < length) return OPU_NO_SPACE;
    put_u16(p, (uint16_t)length);
    if (length > 0) memcpy(p + 2, m->model.data, length);
    p += 2 + length;
    left -= 2 + length;
  }
  {
    uint32_t length = m->serial.length;
    if (length > 64) return OPU_BAD_VALUE;
    if (left < 2 || left - 2 < length) return OPU_NO_SPACE;
    put_u16(p, (uint16_t)length);
    if (length > 0) memcpy(p + 2, m->serial.data, length);
    p += 2 + length;
    left -= 2 + length;
  }
  {
    uint32_t length = m->firmware_version.length;
    if (length > 64) return OPU_BAD_VALUE;
    if (left < 2 || left - 2 < length) return OPU_NO_SPACE;
    put_u16(p, (uint16_t)length);
    if (length > 0) memcpy(p + 2, m->firmware_version.data, length);
    p += 2 + length;
    left -= 2 + length;
  }
  {
    uint32_t length = m->profile.length;
    if (length > 64) return OPU_BAD_VALUE;
    if (left < 2 || left - 2 < length) return OPU_NO_SPACE;
    put_u16(p, (uint16_t)length);
    if (length > 0) memcpy(p + 2, m->profile.data, length);
    p += 2 + length;
    left -= 2 + length;
  }
  if (left < 4) return OPU_NO_SPACE;
  put_u32(p + 0, m->host_nonce);
  p += 4;
  left -= 4;
  if (left < 4) return OPU_NO_SPACE;
  put_u32(p + 0, m->device_nonce);
  p += 4;
  left -= 4;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_describe_reply(const uint8_t *p, size_t left, opu_describe_reply *m) {
  if (left < 160) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->modulator_width = get_u32(p + 0);
  m->modulator_height = get_u32(p + 4);
  m->sensor_width = get_u32(p + 8);
  m->sensor_height = get_u32(p + 12);
  m->region_x_step = get_u32(p + 16);
  m->region_y_step = get_u32(p + 20);
  m->pattern_slots = get_u32(p + 24);
  m->frame_buffers = get_u32(p + 28);
  if (get_u64(p + 32) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->minimum_exposure_ticks = get_u64(p + 32);
  if (get_u64(p + 40) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->maximum_exposure_ticks = get_u64(p + 40);
  if (get_u64(p + 48) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->minimum_period_ticks = get_u64(p + 48);
  if (get_u64(p + 56) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->maximum_period_ticks = get_u64(p + 56);
  if (get_u64(p + 64) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->load_ticks = get_u64(p + 64);
  if (get_u64(p + 72) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->settle_ticks = get_u64(p + 72);
  if (get_u64(p + 80) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->trigger_delay_ticks = get_u64(p + 80);
  if (get_u64(p + 88) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->transfer_ticks = get_u64(p + 88);
  if (get_u64(p + 96) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->refresh_ticks = get_u64(p + 96);
  if (get_u64(p + 104) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->load_row_ticks = get_u64(p + 104);
  if (get_u64(p + 112) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->readout_row_ticks = get_u64(p + 112);
  m->tick_picoseconds = get_u32(p + 120);
  m->pixel_formats = get_u32(p + 124);
  m->features = get_u32(p + 128);
  m->modulator_kind = p[132];
  m->stored_replies = get_u16(p + 134);
  m->maximum_phase_steps = get_u32(p + 136);
  m->sequence_slots = get_u32(p + 140);
  m->sequence_patterns = get_u32(p + 144);
  m->retained_readouts = get_u32(p + 148);
  m->minimum_heartbeat_microseconds = get_u32(p + 152);
  m->maximum_heartbeat_microseconds = get_u32(p + 156);
  p += 160;
  left -= 160;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_describe_reply(const opu_describe_reply *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 160) return OPU_NO_SPACE;
  put_u32(p + 0, m->modulator_width);
  put_u32(p + 4, m->modulator_height);
  put_u32(p + 8, m->sensor_width);
  put_u32(p + 12, m->sensor_height);
  put_u32(p + 16, m->region_x_step);
  put_u32(p + 20, m->region_y_step);
  put_u32(p + 24, m->pattern_slots);
  put_u32(p + 28, m->frame_buffers);
  if (m->minimum_exposure_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 32, m->minimum_exposure_ticks);
  if (m->maximum_exposure_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 40, m->maximum_exposure_ticks);
  if (m->minimum_period_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 48, m->minimum_period_ticks);
  if (m->maximum_period_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 56, m->maximum_period_ticks);
  if (m->load_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 64, m->load_ticks);
  if (m->settle_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 72, m->settle_ticks);
  if (m->trigger_delay_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 80, m->trigger_delay_ticks);
  if (m->transfer_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 88, m->transfer_ticks);
  if (m->refresh_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 96, m->refresh_ticks);
  if (m->load_row_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 104, m->load_row_ticks);
  if (m->readout_row_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 112, m->readout_row_ticks);
  put_u32(p + 120, m->tick_picoseconds);
  put_u32(p + 124, m->pixel_formats);
  put_u32(p + 128, m->features);
  p[132] = m->modulator_kind;
  memset(p + 133, 0, 1);
  put_u16(p + 134, m->stored_replies);
  put_u32(p + 136, m->maximum_phase_steps);
  put_u32(p + 140, m->sequence_slots);
  put_u32(p + 144, m->sequence_patterns);
  put_u32(p + 148, m->retained_readouts);
  put_u32(p + 152, m->minimum_heartbeat_microseconds);
  put_u32(p + 156, m->maximum_heartbeat_microseconds);
  p += 160;
  left -= 160;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_acquire_control(const uint8_t *p, size_t left, opu_acquire_control *m) {
  if (left < 8) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->heartbeat_microseconds = get_u32(p + 0);
  p += 8;
  left -= 8;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_acquire_control(const opu_acquire_control *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 8) return OPU_NO_SPACE;
  put_u32(p + 0, m->heartbeat_microseconds);
  memset(p + 4, 0, 4);
  p += 8;
  left -= 8;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_clock_sync(const uint8_t *p, size_t left, opu_clock_sync *m) {
  if (left < 8) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->host_time = get_u64(p + 0);
  p += 8;
  left -= 8;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_clock_sync(const opu_clock_sync *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 8) return OPU_NO_SPACE;
  if (m->host_time > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->host_time);
  p += 8;
  left -= 8;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_clock_sync_reply(const uint8_t *p, size_t left, opu_clock_sync_reply *m) {
  if (left < 24) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->host_time = get_u64(p + 0);
  if (get_u64(p + 8) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->arrival_tick = get_u64(p + 8);
  if (get_u64(p + 16) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->departure_tick = get_u64(p + 16);
  p += 24;
  left -= 24;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_clock_sync_reply(const opu_clock_sync_reply *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 24) return OPU_NO_SPACE;
  if (m->host_time > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->host_time);
  if (m->arrival_tick > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 8, m->arrival_tick);
  if (m->departure_tick > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 16, m->departure_tick);
  p += 24;
  left -= 24;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_done(const uint8_t *p, size_t left, opu_done *m) {
  if (left < 16) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->tick = get_u64(p + 0);
  if (get_u64(p + 8) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->value = get_u64(p + 8);
  p += 16;
  left -= 16;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_done(const opu_done *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 16) return OPU_NO_SPACE;
  if (m->tick > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->tick);
  if (m->value > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 8, m->value);
  p += 16;
  left -= 16;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_pending(const uint8_t *p, size_t left, opu_pending *m) {
  if (left < 8) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->expected_ticks = get_u64(p + 0);
  p += 8;
  left -= 8;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_pending(const opu_pending *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 8) return OPU_NO_SPACE;
  if (m->expected_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->expected_ticks);
  p += 8;
  left -= 8;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_refused(const uint8_t *p, size_t left, opu_refused *m) {
  if (left < 24) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->result_code = get_u16(p + 0);
  m->limiting_term = p[2];
  m->request_type = get_u16(p + 4);
  m->value = get_f64(p + 8);
  m->bound = get_f64(p + 16);
  p += 24;
  left -= 24;
  if (left < 2) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->field.length = get_u16(p);
  m->field.data = (const char *)(p + 2);
  if (m->field.length > 64 || left - 2 < m->field.length) return OPU_LINK_ERROR_KIND_MALFORMED;
  p += 2 + m->field.length;
  left -= 2 + m->field.length;
  if (left < 2) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->text.length = get_u16(p);
  m->text.data = (const char *)(p + 2);
  if (m->text.length > 1024 || left - 2 < m->text.length) return OPU_LINK_ERROR_KIND_MALFORMED;
  p += 2 + m->text.length;
  left -= 2 + m->text.length;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_refused(const opu_refused *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 24) return OPU_NO_SPACE;
  put_u16(p + 0, m->result_code);
  p[2] = m->limiting_term;
  memset(p + 3, 0, 1);
  put_u16(p + 4, m->request_type);
  memset(p + 6, 0, 2);
  put_f64(p + 8, m->value);
  put_f64(p + 16, m->bound);
  p += 24;
  left -= 24;
  {
    uint32_t length = m->field.length;
    if (length > 64) return OPU_BAD_VALUE;
    if (left < 2 || left - 2 < length) return OPU_NO_SPACE;
    put_u16(p, (uint16_t)length);
    if (length > 0) memcpy(p + 2, m->field.data, length);
    p += 2 + length;
    left -= 2 + length;
  }
  {
    uint32_t length = m->text.length;
    if (length > 1024) {
      length = 1024;
      while (length > 0 && (m->text.data[length] & 0xc0) == 0x80) length--;
    }
    if (left < 2 || left - 2 < length) return OPU_NO_SPACE;
    put_u16(p, (uint16_t)length);
    if (length > 0) memcpy(p + 2, m->text.data, length);
    p += 2 + length;
    left -= 2 + length;
  }
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_configure(const uint8_t *p, size_t left, opu_configure *m) {
  if (left < 88) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->period_ticks = get_u64(p + 0);
  if (get_u64(p + 8) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->exposure_ticks = get_u64(p + 8);
  if (get_u64(p + 16) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->extra_settle_ticks = get_u64(p + 16);
  m->region_x = get_u32(p + 24);
  m->region_y = get_u32(p + 28);
  m->region_width = get_u32(p + 32);
  m->region_height = get_u32(p + 36);
  m->macro_columns = get_u32(p + 40);
  m->macro_rows = get_u32(p + 44);
  m->pixel_format = p[48];
  m->overrun_mode = p[49];
  m->trigger_mode = p[50];
  m->reference_on = p[51];
  m->reference_phase_steps = get_u32(p + 52);
  m->reference_amplitude = get_f64(p + 56);
  m->reference_tilt_x = get_f64(p + 64);
  m->reference_tilt_y = get_f64(p + 72);
  m->fields = get_u32(p + 80);
  p += 88;
  left -= 88;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_configure(const opu_configure *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 88) return OPU_NO_SPACE;
  if (m->period_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->period_ticks);
  if (m->exposure_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 8, m->exposure_ticks);
  if (m->extra_settle_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 16, m->extra_settle_ticks);
  put_u32(p + 24, m->region_x);
  put_u32(p + 28, m->region_y);
  put_u32(p + 32, m->region_width);
  put_u32(p + 36, m->region_height);
  put_u32(p + 40, m->macro_columns);
  put_u32(p + 44, m->macro_rows);
  p[48] = m->pixel_format;
  p[49] = m->overrun_mode;
  p[50] = m->trigger_mode;
  p[51] = m->reference_on;
  put_u32(p + 52, m->reference_phase_steps);
  put_f64(p + 56, m->reference_amplitude);
  put_f64(p + 64, m->reference_tilt_x);
  put_f64(p + 72, m->reference_tilt_y);
  put_u32(p + 80, m->fields);
  memset(p + 84, 0, 4);
  p += 88;
  left -= 88;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_configure_reply(const uint8_t *p, size_t left, opu_configure_reply *m) {
  if (left < 104) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->period_ticks = get_u64(p + 0);
  if (get_u64(p + 8) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->exposure_ticks = get_u64(p + 8);
  if (get_u64(p + 16) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->extra_settle_ticks = get_u64(p + 16);
  m->region_x = get_u32(p + 24);
  m->region_y = get_u32(p + 28);
  m->region_width = get_u32(p + 32);
  m->region_height = get_u32(p + 36);
  m->macro_columns = get_u32(p + 40);
  m->macro_rows = get_u32(p + 44);
  m->pixel_format = p[48];
  m->overrun_mode = p[49];
  m->trigger_mode = p[50];
  m->reference_on = p[51];
  m->reference_phase_steps = get_u32(p + 52);
  m->reference_amplitude = get_f64(p + 56);
  m->reference_tilt_x = get_f64(p + 64);
  m->reference_tilt_y = get_f64(p + 72);
  m->configuration_hash = get_u32(p + 80);
  m->pattern_bytes = get_u32(p + 84);
  if (get_u64(p + 88) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->minimum_period_ticks = get_u64(p + 88);
  m->limiting_term = p[96];
  p += 104;
  left -= 104;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_configure_reply(const opu_configure_reply *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 104) return OPU_NO_SPACE;
  if (m->period_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->period_ticks);
  if (m->exposure_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 8, m->exposure_ticks);
  if (m->extra_settle_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 16, m->extra_settle_ticks);
  put_u32(p + 24, m->region_x);
  put_u32(p + 28, m->region_y);
  put_u32(p + 32, m->region_width);
  put_u32(p + 36, m->region_height);
  put_u32(p + 40, m->macro_columns);
  put_u32(p + 44, m->macro_rows);
  p[48] = m->pixel_format;
  p[49] = m->overrun_mode;
  p[50] = m->trigger_mode;
  p[51] = m->reference_on;
  put_u32(p + 52, m->reference_phase_steps);
  put_f64(p + 56, m->reference_amplitude);
  put_f64(p + 64, m->reference_tilt_x);
  put_f64(p + 72, m->reference_tilt_y);
  put_u32(p + 80, m->configuration_hash);
  put_u32(p + 84, m->pattern_bytes);
  if (m->minimum_period_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 88, m->minimum_period_ticks);
  p[96] = m->limiting_term;
  memset(p + 97, 0, 1);
  memset(p + 98, 0, 2);
  memset(p + 100, 0, 4);
  p += 104;
  left -= 104;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_query_period(const uint8_t *p, size_t left, opu_query_period *m) {
  if (left < 88) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->period_ticks = get_u64(p + 0);
  if (get_u64(p + 8) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->exposure_ticks = get_u64(p + 8);
  if (get_u64(p + 16) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->extra_settle_ticks = get_u64(p + 16);
  m->region_x = get_u32(p + 24);
  m->region_y = get_u32(p + 28);
  m->region_width = get_u32(p + 32);
  m->region_height = get_u32(p + 36);
  m->macro_columns = get_u32(p + 40);
  m->macro_rows = get_u32(p + 44);
  m->pixel_format = p[48];
  m->overrun_mode = p[49];
  m->trigger_mode = p[50];
  m->reference_on = p[51];
  m->reference_phase_steps = get_u32(p + 52);
  m->reference_amplitude = get_f64(p + 56);
  m->reference_tilt_x = get_f64(p + 64);
  m->reference_tilt_y = get_f64(p + 72);
  m->fields = get_u32(p + 80);
  p += 88;
  left -= 88;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_query_period(const opu_query_period *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 88) return OPU_NO_SPACE;
  if (m->period_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->period_ticks);
  if (m->exposure_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 8, m->exposure_ticks);
  if (m->extra_settle_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 16, m->extra_settle_ticks);
  put_u32(p + 24, m->region_x);
  put_u32(p + 28, m->region_y);
  put_u32(p + 32, m->region_width);
  put_u32(p + 36, m->region_height);
  put_u32(p + 40, m->macro_columns);
  put_u32(p + 44, m->macro_rows);
  p[48] = m->pixel_format;
  p[49] = m->overrun_mode;
  p[50] = m->trigger_mode;
  p[51] = m->reference_on;
  put_u32(p + 52, m->reference_phase_steps);
  put_f64(p + 56, m->reference_amplitude);
  put_f64(p + 64, m->reference_tilt_x);
  put_f64(p + 72, m->reference_tilt_y);
  put_u32(p + 80, m->fields);
  memset(p + 84, 0, 4);
  p += 88;
  left -= 88;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_query_period_reply(const uint8_t *p, size_t left, opu_query_period_reply *m) {
  if (left < 16) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->minimum_period_ticks = get_u64(p + 0);
  m->limiting_term = p[8];
  p += 16;
  left -= 16;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_query_period_reply(const opu_query_period_reply *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 16) return OPU_NO_SPACE;
  if (m->minimum_period_ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->minimum_period_ticks);
  p[8] = m->limiting_term;
  memset(p + 9, 0, 1);
  memset(p + 10, 0, 2);
  memset(p + 12, 0, 4);
  p += 16;
  left -= 16;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_patterns(const uint8_t *p, size_t left, opu_patterns *m) {
  if (left < 28) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->first_pattern_id = get_u64(p + 0);
  m->count = get_u32(p + 8);
  m->encoding = p[12];
  m->flags = p[13];
  m->pattern_bytes = get_u32(p + 16);
  m->first_row = get_u32(p + 20);
  m->row_count = get_u32(p + 24);
  p += 28;
  left -= 28;
  if (left < 4) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->data.length = get_u32(p);
  m->data.data = p + 4;
  if (left - 4 < m->data.length) return OPU_LINK_ERROR_KIND_MALFORMED;
  p += 4 + (size_t)m->data.length;
  left -= 4 + (size_t)m->data.length;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_patterns(const opu_patterns *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 28) return OPU_NO_SPACE;
  if (m->first_pattern_id > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->first_pattern_id);
  put_u32(p + 8, m->count);
  p[12] = m->encoding;
  p[13] = m->flags;
  memset(p + 14, 0, 2);
  put_u32(p + 16, m->pattern_bytes);
  put_u32(p + 20, m->first_row);
  put_u32(p + 24, m->row_count);
  p += 28;
  left -= 28;
  if (left < 4 || left - 4 < m->data.length) return OPU_NO_SPACE;
  put_u32(p, m->data.length);
  if (m->data.length > 0) memmove(p + 4, m->data.data, m->data.length);
  p += 4 + (size_t)m->data.length;
  left -= 4 + (size_t)m->data.length;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_pattern_credit(const uint8_t *p, size_t left, opu_pattern_credit *m) {
  if (left < 16) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->next_pattern_id = get_u64(p + 0);
  if (get_u64(p + 8) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->credit_limit = get_u64(p + 8);
  p += 16;
  left -= 16;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_pattern_credit(const opu_pattern_credit *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 16) return OPU_NO_SPACE;
  if (m->next_pattern_id > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->next_pattern_id);
  if (m->credit_limit > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 8, m->credit_limit);
  p += 16;
  left -= 16;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_pattern_resend(const uint8_t *p, size_t left, opu_pattern_resend *m) {
  if (left < 16) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->from = get_u64(p + 0);
  m->count = get_u32(p + 8);
  p += 16;
  left -= 16;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_pattern_resend(const opu_pattern_resend *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 16) return OPU_NO_SPACE;
  if (m->from > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->from);
  put_u32(p + 8, m->count);
  memset(p + 12, 0, 4);
  p += 16;
  left -= 16;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_store_sequence(const uint8_t *p, size_t left, opu_store_sequence *m) {
  if (left < 28) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->sequence_id = get_u32(p + 0);
  m->first_index = get_u32(p + 4);
  m->count = get_u32(p + 8);
  m->encoding = p[12];
  m->flags = p[13];
  m->pattern_bytes = get_u32(p + 16);
  m->first_row = get_u32(p + 20);
  m->row_count = get_u32(p + 24);
  p += 28;
  left -= 28;
  if (left < 4) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->data.length = get_u32(p);
  m->data.data = p + 4;
  if (left - 4 < m->data.length) return OPU_LINK_ERROR_KIND_MALFORMED;
  p += 4 + (size_t)m->data.length;
  left -= 4 + (size_t)m->data.length;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_store_sequence(const opu_store_sequence *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 28) return OPU_NO_SPACE;
  put_u32(p + 0, m->sequence_id);
  put_u32(p + 4, m->first_index);
  put_u32(p + 8, m->count);
  p[12] = m->encoding;
  p[13] = m->flags;
  memset(p + 14, 0, 2);
  put_u32(p + 16, m->pattern_bytes);
  put_u32(p + 20, m->first_row);
  put_u32(p + 24, m->row_count);
  p += 28;
  left -= 28;
  if (left < 4 || left - 4 < m->data.length) return OPU_NO_SPACE;
  put_u32(p, m->data.length);
  if (m->data.length > 0) memmove(p + 4, m->data.data, m->data.length);
  p += 4 + (size_t)m->data.length;
  left -= 4 + (size_t)m->data.length;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_play_sequence(const uint8_t *p, size_t left, opu_play_sequence *m) {
  if (left < 16) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->first_pattern_id = get_u64(p + 0);
  m->sequence_id = get_u32(p + 8);
  m->repetitions = get_u32(p + 12);
  p += 16;
  left -= 16;
  if (left < 8) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->steps.count = get_u32(p);
  m->steps.stride = get_u32(p + 4);
  m->steps.data = p + 8;
  if ((uint64_t)m->steps.count * m->steps.stride > left - 8) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (check_sequence_step(&m->steps) != OPU_OK) return OPU_LINK_ERROR_KIND_MALFORMED;
  p += 8 + (size_t)m->steps.count * m->steps.stride;
  left -= 8 + (size_t)m->steps.count * m->steps.stride;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_play_sequence(const opu_play_sequence *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 16) return OPU_NO_SPACE;
  if (m->first_pattern_id > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->first_pattern_id);
  put_u32(p + 8, m->sequence_id);
  put_u32(p + 12, m->repetitions);
  p += 16;
  left -= 16;
  if (left < 8 || left - 8 < (uint64_t)m->steps.count * OPU_SEQUENCE_STEP_BYTES) return OPU_NO_SPACE;
  put_u32(p, m->steps.count);
  put_u32(p + 4, OPU_SEQUENCE_STEP_BYTES);
  if (m->steps.stride == OPU_SEQUENCE_STEP_BYTES) {
    if (m->steps.count > 0) memcpy(p + 8, m->steps.data, (size_t)m->steps.count * OPU_SEQUENCE_STEP_BYTES);
  } else {
    uint32_t i;
    for (i = 0; i < m->steps.count; i++) {
      opu_sequence_step r;
      opu_get_sequence_step(&m->steps, i, &r);
      opu_put_sequence_step(p + 8 + (size_t)i * OPU_SEQUENCE_STEP_BYTES, &r);
    }
  }
  p += 8 + (size_t)m->steps.count * OPU_SEQUENCE_STEP_BYTES;
  left -= 8 + (size_t)m->steps.count * OPU_SEQUENCE_STEP_BYTES;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_erase_sequence(const uint8_t *p, size_t left, opu_erase_sequence *m) {
  if (left < 8) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->sequence_id = get_u32(p + 0);
  p += 8;
  left -= 8;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_erase_sequence(const opu_erase_sequence *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 8) return OPU_NO_SPACE;
  put_u32(p + 0, m->sequence_id);
  memset(p + 4, 0, 4);
  p += 8;
  left -= 8;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_start(const uint8_t *p, size_t left, opu_start *m) {
  if (left < 8) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->flags = get_u32(p + 0);
  p += 8;
  left -= 8;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_start(const opu_start *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 8) return OPU_NO_SPACE;
  put_u32(p + 0, m->flags);
  memset(p + 4, 0, 4);
  p += 8;
  left -= 8;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_run_report(const uint8_t *p, size_t left, opu_run_report *m) {
  if (left < 24) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->tick = get_u64(p + 0);
  if (get_u64(p + 8) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->frames_done = get_u64(p + 8);
  if (get_u64(p + 16) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->next_pattern_id = get_u64(p + 16);
  p += 24;
  left -= 24;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_run_report(const opu_run_report *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 24) return OPU_NO_SPACE;
  if (m->tick > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->tick);
  if (m->frames_done > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 8, m->frames_done);
  if (m->next_pattern_id > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 16, m->next_pattern_id);
  p += 24;
  left -= 24;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_run_ended(const uint8_t *p, size_t left, opu_run_ended *m) {
  if (left < 24) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->tick = get_u64(p + 0);
  if (get_u64(p + 8) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->frames_done = get_u64(p + 8);
  if (get_u64(p + 16) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->next_frame = get_u64(p + 16);
  p += 24;
  left -= 24;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_run_ended(const opu_run_ended *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 24) return OPU_NO_SPACE;
  if (m->tick > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->tick);
  if (m->frames_done > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 8, m->frames_done);
  if (m->next_frame > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 16, m->next_frame);
  p += 24;
  left -= 24;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_readouts(const uint8_t *p, size_t left, opu_readouts *m) {
  if (left < 24) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->region_x = get_u32(p + 0);
  m->region_y = get_u32(p + 4);
  m->region_width = get_u32(p + 8);
  m->region_height = get_u32(p + 12);
  m->pixel_format = p[16];
  m->image_bytes = get_u32(p + 20);
  p += 24;
  left -= 24;
  if (left < 8) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->frames.count = get_u32(p);
  m->frames.stride = get_u32(p + 4);
  m->frames.data = p + 8;
  if ((uint64_t)m->frames.count * m->frames.stride > left - 8) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (check_readout_record(&m->frames) != OPU_OK) return OPU_LINK_ERROR_KIND_MALFORMED;
  p += 8 + (size_t)m->frames.count * m->frames.stride;
  left -= 8 + (size_t)m->frames.count * m->frames.stride;
  if (left < 4) return OPU_LINK_ERROR_KIND_MALFORMED;
  p += 4;
  left -= 4;
  if (left < 4) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->data.length = get_u32(p);
  m->data.data = p + 4;
  if (left - 4 < m->data.length) return OPU_LINK_ERROR_KIND_MALFORMED;
  p += 4 + (size_t)m->data.length;
  left -= 4 + (size_t)m->data.length;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_readouts(const opu_readouts *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 24) return OPU_NO_SPACE;
  put_u32(p + 0, m->region_x);
  put_u32(p + 4, m->region_y);
  put_u32(p + 8, m->region_width);
  put_u32(p + 12, m->region_height);
  p[16] = m->pixel_format;
  memset(p + 17, 0, 1);
  memset(p + 18, 0, 2);
  put_u32(p + 20, m->image_bytes);
  p += 24;
  left -= 24;
  if (left < 8 || left - 8 < (uint64_t)m->frames.count * OPU_READOUT_RECORD_BYTES) return OPU_NO_SPACE;
  put_u32(p, m->frames.count);
  put_u32(p + 4, OPU_READOUT_RECORD_BYTES);
  if (m->frames.stride == OPU_READOUT_RECORD_BYTES) {
    if (m->frames.count > 0) memcpy(p + 8, m->frames.data, (size_t)m->frames.count * OPU_READOUT_RECORD_BYTES);
  } else {
    uint32_t i;
    for (i = 0; i < m->frames.count; i++) {
      opu_readout_record r;
      opu_get_readout_record(&m->frames, i, &r);
      opu_put_readout_record(p + 8 + (size_t)i * OPU_READOUT_RECORD_BYTES, &r);
    }
  }
  p += 8 + (size_t)m->frames.count * OPU_READOUT_RECORD_BYTES;
  left -= 8 + (size_t)m->frames.count * OPU_READOUT_RECORD_BYTES;
  if (left < 4) return OPU_NO_SPACE;
  memset(p + 0, 0, 4);
  p += 4;
  left -= 4;
  if (left < 4 || left - 4 < m->data.length) return OPU_NO_SPACE;
  put_u32(p, m->data.length);
  if (m->data.length > 0) memmove(p + 4, m->data.data, m->data.length);
  p += 4 + (size_t)m->data.length;
  left -= 4 + (size_t)m->data.length;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_readout_ack(const uint8_t *p, size_t left, opu_readout_ack *m) {
  if (left < 8) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->next_frame = get_u64(p + 0);
  p += 8;
  left -= 8;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_readout_ack(const opu_readout_ack *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 8) return OPU_NO_SPACE;
  if (m->next_frame > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->next_frame);
  p += 8;
  left -= 8;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_readout_credit(const uint8_t *p, size_t left, opu_readout_credit *m) {
  if (left < 8) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->credit_limit = get_u64(p + 0);
  p += 8;
  left -= 8;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_readout_credit(const opu_readout_credit *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 8) return OPU_NO_SPACE;
  if (m->credit_limit > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->credit_limit);
  p += 8;
  left -= 8;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_readout_resend(const uint8_t *p, size_t left, opu_readout_resend *m) {
  if (left < 16) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->from = get_u64(p + 0);
  m->count = get_u32(p + 8);
  p += 16;
  left -= 16;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_readout_resend(const opu_readout_resend *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 16) return OPU_NO_SPACE;
  if (m->from > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->from);
  put_u32(p + 8, m->count);
  memset(p + 12, 0, 4);
  p += 16;
  left -= 16;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_readout_unavailable(const uint8_t *p, size_t left, opu_readout_unavailable *m) {
  if (left < 16) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->from = get_u64(p + 0);
  m->count = get_u32(p + 8);
  m->reason = p[12];
  p += 16;
  left -= 16;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_readout_unavailable(const opu_readout_unavailable *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 16) return OPU_NO_SPACE;
  if (m->from > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->from);
  put_u32(p + 8, m->count);
  p[12] = m->reason;
  memset(p + 13, 0, 1);
  memset(p + 14, 0, 2);
  p += 16;
  left -= 16;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_event(const uint8_t *p, size_t left, opu_event *m) {
  if (left < 18) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->tick = get_u64(p + 0);
  m->value = get_f64(p + 8);
  m->kind = get_u16(p + 16);
  p += 18;
  left -= 18;
  if (left < 2) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->text.length = get_u16(p);
  m->text.data = (const char *)(p + 2);
  if (m->text.length > 1024 || left - 2 < m->text.length) return OPU_LINK_ERROR_KIND_MALFORMED;
  p += 2 + m->text.length;
  left -= 2 + m->text.length;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_event(const opu_event *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 18) return OPU_NO_SPACE;
  if (m->tick > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->tick);
  put_f64(p + 8, m->value);
  put_u16(p + 16, m->kind);
  p += 18;
  left -= 18;
  {
    uint32_t length = m->text.length;
    if (length > 1024) {
      length = 1024;
      while (length > 0 && (m->text.data[length] & 0xc0) == 0x80) length--;
    }
    if (left < 2 || left - 2 < length) return OPU_NO_SPACE;
    put_u16(p, (uint16_t)length);
    if (length > 0) memcpy(p + 2, m->text.data, length);
    p += 2 + length;
    left -= 2 + length;
  }
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_counters_reply(const uint8_t *p, size_t left, opu_counters_reply *m) {
  if (left < 8) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->tick = get_u64(p + 0);
  p += 8;
  left -= 8;
  if (left < 8) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->counters.count = get_u32(p);
  m->counters.stride = get_u32(p + 4);
  m->counters.data = p + 8;
  if ((uint64_t)m->counters.count * m->counters.stride > left - 8) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (check_counter_record(&m->counters) != OPU_OK) return OPU_LINK_ERROR_KIND_MALFORMED;
  p += 8 + (size_t)m->counters.count * m->counters.stride;
  left -= 8 + (size_t)m->counters.count * m->counters.stride;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_counters_reply(const opu_counters_reply *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 8) return OPU_NO_SPACE;
  if (m->tick > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->tick);
  p += 8;
  left -= 8;
  if (left < 8 || left - 8 < (uint64_t)m->counters.count * OPU_COUNTER_RECORD_BYTES) return OPU_NO_SPACE;
  put_u32(p, m->counters.count);
  put_u32(p + 4, OPU_COUNTER_RECORD_BYTES);
  if (m->counters.stride == OPU_COUNTER_RECORD_BYTES) {
    if (m->counters.count > 0) memcpy(p + 8, m->counters.data, (size_t)m->counters.count * OPU_COUNTER_RECORD_BYTES);
  } else {
    uint32_t i;
    for (i = 0; i < m->counters.count; i++) {
      opu_counter_record r;
      opu_get_counter_record(&m->counters, i, &r);
      opu_put_counter_record(p + 8 + (size_t)i * OPU_COUNTER_RECORD_BYTES, &r);
    }
  }
  p += 8 + (size_t)m->counters.count * OPU_COUNTER_RECORD_BYTES;
  left -= 8 + (size_t)m->counters.count * OPU_COUNTER_RECORD_BYTES;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_set_pacing(const uint8_t *p, size_t left, opu_set_pacing *m) {
  if (left < 8) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->mode = p[0];
  p += 8;
  left -= 8;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_set_pacing(const opu_set_pacing *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 8) return OPU_NO_SPACE;
  p[0] = m->mode;
  memset(p + 1, 0, 1);
  memset(p + 2, 0, 2);
  memset(p + 4, 0, 4);
  p += 8;
  left -= 8;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_host_waiting(const uint8_t *p, size_t left, opu_host_waiting *m) {
  if (left < 8) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->device_sequence = get_u64(p + 0);
  p += 8;
  left -= 8;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_host_waiting(const opu_host_waiting *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 8) return OPU_NO_SPACE;
  if (m->device_sequence > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->device_sequence);
  p += 8;
  left -= 8;
  (void)left;
  *end = p;
  return OPU_OK;
}

static opu_status decode_spend(const uint8_t *p, size_t left, opu_spend *m) {
  if (left < 8) return OPU_LINK_ERROR_KIND_MALFORMED;
  if (get_u64(p + 0) > OPU_U64_MAXIMUM) return OPU_LINK_ERROR_KIND_MALFORMED;
  m->ticks = get_u64(p + 0);
  p += 8;
  left -= 8;
  (void)p;
  (void)left;
  return OPU_OK;
}

static opu_status encode_spend(const opu_spend *m, uint8_t *p, size_t left, uint8_t **end) {
  if (left < 8) return OPU_NO_SPACE;
  if (m->ticks > OPU_U64_MAXIMUM) return OPU_BAD_VALUE;
  put_u64(p + 0, m->ticks);
  p += 8;
  left -= 8;
  (void)left;
  *end = p;
  return OPU_OK;
}

const char *opu_type_name(uint16_t type) {
  switch (type) {
    case OPU_TYPE_HELLO:
      return "HELLO";
    case OPU_TYPE_HELLO_REPLY:
      return "HELLO_REPLY";
    case OPU_TYPE_DESCRIBE:
      return "DESCRIBE";
    case OPU_TYPE_DESCRIBE_REPLY:
      return "DESCRIBE_REPLY";
    case OPU_TYPE_ACQUIRE_CONTROL:
      return "ACQUIRE_CONTROL";
    case OPU_TYPE_RELEASE_CONTROL:
      return "RELEASE_CONTROL";
    case OPU_TYPE_HEARTBEAT:
      return "HEARTBEAT";
    case OPU_TYPE_CLOCK_SYNC:
      return "CLOCK_SYNC";
    case OPU_TYPE_CLOCK_SYNC_REPLY:
      return "CLOCK_SYNC_REPLY";
    case OPU_TYPE_DONE:
      return "DONE";
    case OPU_TYPE_PENDING:
      return "PENDING";
    case OPU_TYPE_REFUSED:
      return "REFUSED";
    case OPU_TYPE_CONFIGURE:
      return "CONFIGURE";
    case OPU_TYPE_CONFIGURE_REPLY:
      return "CONFIGURE_REPLY";
    case OPU_TYPE_GET_CONFIGURATION:
      return "GET_CONFIGURATION";
    case OPU_TYPE_QUERY_PERIOD:
      return "QUERY_PERIOD";
    case OPU_TYPE_QUERY_PERIOD_REPLY:
      return "QUERY_PERIOD_REPLY";
    case OPU_TYPE_PATTERNS:
      return "PATTERNS";
    case OPU_TYPE_PATTERN_CREDIT:
      return "PATTERN_CREDIT";
    case OPU_TYPE_PATTERN_RESEND:
      return "PATTERN_RESEND";
    case OPU_TYPE_STORE_SEQUENCE:
      return "STORE_SEQUENCE";
    case OPU_TYPE_PLAY_SEQUENCE:
      return "PLAY_SEQUENCE";
    case OPU_TYPE_ERASE_SEQUENCE:
      return "ERASE_SEQUENCE";
    case OPU_TYPE_START:
      return "START";
    case OPU_TYPE_STOP:
      return "STOP";
    case OPU_TYPE_ABORT:
      return "ABORT";
    case OPU_TYPE_RUN_REPORT:
      return "RUN_REPORT";
    case OPU_TYPE_SOFTWARE_TRIGGER:
      return "SOFTWARE_TRIGGER";
    case OPU_TYPE_RUN_ENDED:
      return "RUN_ENDED";
    case OPU_TYPE_READOUTS:
      return "READOUTS";
    case OPU_TYPE_READOUT_ACK:
      return "READOUT_ACK";
    case OPU_TYPE_READOUT_CREDIT:
      return "READOUT_CREDIT";
    case OPU_TYPE_READOUT_RESEND:
      return "READOUT_RESEND";
    case OPU_TYPE_READOUT_UNAVAILABLE:
      return "READOUT_UNAVAILABLE";
    case OPU_TYPE_EVENT:
      return "EVENT";
    case OPU_TYPE_GET_COUNTERS:
      return "GET_COUNTERS";
    case OPU_TYPE_COUNTERS_REPLY:
      return "COUNTERS_REPLY";
    case OPU_TYPE_RESET_COUNTERS:
      return "RESET_COUNTERS";
    case OPU_TYPE_SET_PACING:
      return "SET_PACING";
    case OPU_TYPE_HOST_WAITING:
      return "HOST_WAITING";
    case OPU_TYPE_SPEND:
      return "SPEND";
    default:
      return NULL;
  }
}

opu_status opu_decode(uint16_t type, const uint8_t *payload, size_t length, opu_message *m) {
  m->type = type;
  switch (type) {
    case OPU_TYPE_HELLO:
      return decode_hello(payload, length, &m->as.hello);
    case OPU_TYPE_HELLO_REPLY:
      return decode_hello_reply(payload, length, &m->as.hello_reply);
    case OPU_TYPE_DESCRIBE:
      return OPU_OK;
    case OPU_TYPE_DESCRIBE_REPLY:
      return decode_describe_reply(payload, length, &m->as.describe_reply);
    case OPU_TYPE_ACQUIRE_CONTROL:
      return decode_acquire_control(payload, length, &m->as.acquire_control);
    case OPU_TYPE_RELEASE_CONTROL:
      return OPU_OK;
    case OPU_TYPE_HEARTBEAT:
      return OPU_OK;
    case OPU_TYPE_CLOCK_SYNC:
      return decode_clock_sync(payload, length, &m->as.clock_sync);
    case OPU_TYPE_CLOCK_SYNC_REPLY:
      return decode_clock_sync_reply(payload, length, &m->as.clock_sync_reply);
    case OPU_TYPE_DONE:
      return decode_done(payload, length, &m->as.done);
    case OPU_TYPE_PENDING:
      return decode_pending(payload, length, &m->as.pending);
    case OPU_TYPE_REFUSED:
      return decode_refused(payload, length, &m->as.refused);
    case OPU_TYPE_CONFIGURE:
      return decode_configure(payload, length, &m->as.configure);
    case OPU_TYPE_CONFIGURE_REPLY:
      return decode_configure_reply(payload, length, &m->as.configure_reply);
    case OPU_TYPE_GET_CONFIGURATION:
      return OPU_OK;
    case OPU_TYPE_QUERY_PERIOD:
      return decode_query_period(payload, length, &m->as.query_period);
    case OPU_TYPE_QUERY_PERIOD_REPLY:
      return decode_query_period_reply(payload, length, &m->as.query_period_reply);
    case OPU_TYPE_PATTERNS:
      return decode_patterns(payload, length, &m->as.patterns);
    case OPU_TYPE_PATTERN_CREDIT:
      return decode_pattern_credit(payload, length, &m->as.pattern_credit);
    case OPU_TYPE_PATTERN_RESEND:
      return decode_pattern_resend(payload, length, &m->as.pattern_resend);
    case OPU_TYPE_STORE_SEQUENCE:
      return decode_store_sequence(payload, length, &m->as.store_sequence);
    case OPU_TYPE_PLAY_SEQUENCE:
      return decode_play_sequence(payload, length, &m->as.play_sequence);
    case OPU_TYPE_ERASE_SEQUENCE:
      return decode_erase_sequence(payload, length, &m->as.erase_sequence);
    case OPU_TYPE_START:
      return decode_start(payload, length, &m->as.start);
    case OPU_TYPE_STOP:
      return OPU_OK;
    case OPU_TYPE_ABORT:
      return OPU_OK;
    case OPU_TYPE_RUN_REPORT:
      return decode_run_report(payload, length, &m->as.run_report);
    case OPU_TYPE_SOFTWARE_TRIGGER:
      return OPU_OK;
    case OPU_TYPE_RUN_ENDED:
      return decode_run_ended(payload, length, &m->as.run_ended);
    case OPU_TYPE_READOUTS:
      return decode_readouts(payload, length, &m->as.readouts);
    case OPU_TYPE_READOUT_ACK:
      return decode_readout_ack(payload, length, &m->as.readout_ack);
    case OPU_TYPE_READOUT_CREDIT:
      return decode_readout_credit(payload, length, &m->as.readout_credit);
    case OPU_TYPE_READOUT_RESEND:
      return decode_readout_resend(payload, length, &m->as.readout_resend);
    case OPU_TYPE_READOUT_UNAVAILABLE:
      return decode_readout_unavailable(payload, length, &m->as.readout_unavailable);
    case OPU_TYPE_EVENT:
      return decode_event(payload, length, &m->as.event);
    case OPU_TYPE_GET_COUNTERS:
      return OPU_OK;
    case OPU_TYPE_COUNTERS_REPLY:
      return decode_counters_reply(payload, length, &m->as.counters_reply);
    case OPU_TYPE_RESET_COUNTERS:
      return OPU_OK;
    case OPU_TYPE_SET_PACING:
      return decode_set_pacing(payload, length, &m->as.set_pacing);
    case OPU_TYPE_HOST_WAITING:
      return decode_host_waiting(payload, length, &m->as.host_waiting);
    case OPU_TYPE_SPEND:
      return decode_spend(payload, length, &m->as.spend);
    default:
      return OPU_LINK_ERROR_KIND_UNKNOWN_TYPE;
  }
}

opu_status opu_check(const opu_message *m) {
  if (m->type == OPU_TYPE_READOUTS &&
      (uint64_t)m->as.readouts.frames.count * m->as.readouts.image_bytes != m->as.readouts.data.length)
    return OPU_LINK_ERROR_KIND_MALFORMED;
  return OPU_OK;
}

opu_status opu_encode(const opu_message *m, uint8_t *payload, size_t capacity, size_t *written) {
  uint8_t *end = payload;
  opu_status status = OPU_OK;
  switch (m->type) {
    case OPU_TYPE_HELLO:
      status = encode_hello(&m->as.hello, payload, capacity, &end);
      break;
    case OPU_TYPE_HELLO_REPLY:
      status = encode_hello_reply(&m->as.hello_reply, payload, capacity, &end);
      break;
    case OPU_TYPE_DESCRIBE:
      break;
    case OPU_TYPE_DESCRIBE_REPLY:
      status = encode_describe_reply(&m->as.describe_reply, payload, capacity, &end);
      break;
    case OPU_TYPE_ACQUIRE_CONTROL:
      status = encode_acquire_control(&m->as.acquire_control, payload, capacity, &end);
      break;
    case OPU_TYPE_RELEASE_CONTROL:
      break;
    case OPU_TYPE_HEARTBEAT:
      break;
    case OPU_TYPE_CLOCK_SYNC:
      status = encode_clock_sync(&m->as.clock_sync, payload, capacity, &end);
      break;
    case OPU_TYPE_CLOCK_SYNC_REPLY:
      status = encode_clock_sync_reply(&m->as.clock_sync_reply, payload, capacity, &end);
      break;
    case OPU_TYPE_DONE:
      status = encode_done(&m->as.done, payload, capacity, &end);
      break;
    case OPU_TYPE_PENDING:
      status = encode_pending(&m->as.pending, payload, capacity, &end);
      break;
    case OPU_TYPE_REFUSED:
      status = encode_refused(&m->as.refused, payload, capacity, &end);
      break;
    case OPU_TYPE_CONFIGURE:
      status = encode_configure(&m->as.configure, payload, capacity, &end);
      break;
    case OPU_TYPE_CONFIGURE_REPLY:
      status = encode_configure_reply(&m->as.configure_reply, payload, capacity, &end);
      break;
    case OPU_TYPE_GET_CONFIGURATION:
      break;
    case OPU_TYPE_QUERY_PERIOD:
      status = encode_query_period(&m->as.query_period, payload, capacity, &end);
      break;
    case OPU_TYPE_QUERY_PERIOD_REPLY:
      status = encode_query_period_reply(&m->as.query_period_reply, payload, capacity, &end);
      break;
    case OPU_TYPE_PATTERNS:
      status = encode_patterns(&m->as.patterns, payload, capacity, &end);
      break;
    case OPU_TYPE_PATTERN_CREDIT:
      status = encode_pattern_credit(&m->as.pattern_credit, payload, capacity, &end);
      break;
    case OPU_TYPE_PATTERN_RESEND:
      status = encode_pattern_resend(&m->as.pattern_resend, payload, capacity, &end);
      break;
    case OPU_TYPE_STORE_SEQUENCE:
      status = encode_store_sequence(&m->as.store_sequence, payload, capacity, &end);
      break;
    case OPU_TYPE_PLAY_SEQUENCE:
      status = encode_play_sequence(&m->as.play_sequence, payload, capacity, &end);
      break;
    case OPU_TYPE_ERASE_SEQUENCE:
      status = encode_erase_sequence(&m->as.erase_sequence, payload, capacity, &end);
      break;
    case OPU_TYPE_START:
      status = encode_start(&m->as.start, payload, capacity, &end);
      break;
    case OPU_TYPE_STOP:
      break;
    case OPU_TYPE_ABORT:
      break;
    case OPU_TYPE_RUN_REPORT:
      status = encode_run_report(&m->as.run_report, payload, capacity, &end);
      break;
    case OPU_TYPE_SOFTWARE_TRIGGER:
      break;
    case OPU_TYPE_RUN_ENDED:
      status = encode_run_ended(&m->as.run_ended, payload, capacity, &end);
      break;
    case OPU_TYPE_READOUTS:
      status = encode_readouts(&m->as.readouts, payload, capacity, &end);
      break;
    case OPU_TYPE_READOUT_ACK:
      status = encode_readout_ack(&m->as.readout_ack, payload, capacity, &end);
      break;
    case OPU_TYPE_READOUT_CREDIT:
      status = encode_readout_credit(&m->as.readout_credit, payload, capacity, &end);
      break;
    case OPU_TYPE_READOUT_RESEND:
      status = encode_readout_resend(&m->as.readout_resend, payload, capacity, &end);
      break;
    case OPU_TYPE_READOUT_UNAVAILABLE:
      status = encode_readout_unavailable(&m->as.readout_unavailable, payload, capacity, &end);
      break;
    case OPU_TYPE_EVENT:
      status = encode_event(&m->as.event, payload, capacity, &end);
      break;
    case OPU_TYPE_GET_COUNTERS:
      break;
    case OPU_TYPE_COUNTERS_REPLY:
      status = encode_counters_reply(&m->as.counters_reply, payload, capacity, &end);
      break;
    case OPU_TYPE_RESET_COUNTERS:
      break;
    case OPU_TYPE_SET_PACING:
      status = encode_set_pacing(&m->as.set_pacing, payload, capacity, &end);
      break;
    case OPU_TYPE_HOST_WAITING:
      status = encode_host_waiting(&m->as.host_waiting, payload, capacity, &end);
      break;
    case OPU_TYPE_SPEND:
      status = encode_spend(&m->as.spend, payload, capacity, &end);
      break;
    default:
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
