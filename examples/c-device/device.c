/*
 * A small OPU on TCP, with nothing of the OPU SDK but the generated C code: 32 x 32 mirrors, a medium of random signs and
 * 32 x 32 pixels. It shakes hands, takes patterns, resets mirrors on a grid of periods, sends readouts, keeps them until
 * they are acknowledged, and answers repeated requests from its stored replies. One host at a time. Its mirrors and its
 * camera are numbers, so it makes a frame soon after its reset, and stamps it with the tick of the grid.
 * Clause numbers are those of SPEC.md. `opu conformance tcp://127.0.0.1:<port>` passes.
 * cc -std=c99 -I../../firmware-protocol/c -o device device.c ../../firmware-protocol/c/opu_protocol.c
 * ./device [port]          prints the address that it listens on
 */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "opu_protocol.h"

enum { SIDE = 32, PATTERN_BYTES = 128, IMAGE_BYTES = 1024, SLOTS = 64, REPLIES = 16, MAXIMUM = 65536, HEADER = 32, TRAILER = 4 };
enum { BUFFERS = 8, KEPT = 64, RING = KEPT + BUFFERS, WORDS = PATTERN_BYTES / 8, DARK = 10 };
enum { SETTLE = 1250, LOAD = 128, DELAY = 500, TRANSFER = 100, ROW = 100, READOUT = SIDE * ROW };
static const uint64_t HOUR = 360000000000u; /* ticks: longest period and exposure */
#define MESSAGE(name, member, ...) &(opu_message){ .type = OPU_TYPE_##name, .as.member = { __VA_ARGS__ } }

static int host = -1, greeted, in_control, running; /* host is the connection; -1 for none */
static uint64_t sent, host_id, boot_id, lease, lease_end, to_skip; /* to_skip: bytes of a message that is not taken */
static opu_message configuration = { .type = OPU_TYPE_CONFIGURE_REPLY, .as.configure_reply = { .period_ticks = 10000,
  .exposure_ticks = 2000, .region_width = SIDE, .region_height = SIDE, .reference_phase_steps = 1, .pattern_bytes = 128 } };
static struct { uint8_t bits[PATTERN_BYTES]; uint64_t arrival; int last; } ram[SLOTS];
static struct { opu_readout_record record; uint8_t image[IMAGE_BYTES]; } kept[RING]; /* made frames, until they are acknowledged */
static uint64_t signs[IMAGE_BYTES][2][WORDS]; /* of real and imaginary parts of the transmission matrix: 1 is +1, 0 is -1 */
static uint64_t next_pattern, shown, announced, missing = UINT64_MAX; /* patterns; missing: the gap that was asked for */
static uint64_t frame, to_send, acknowledged, readout_credit, frames_done; /* frames: acknowledged <= to_send <= frame */
static uint64_t start_tick, slot, last_reset; /* tick of the next slot of the grid, 0 before the first one; OPU-RUN-9 */
static uint32_t stops[REPLIES]; /* requests STOP and ABORT that wait for the frames under way */
static int stop_count, told; /* told: the kind of event that was told of the slots since the last frame */
static uint64_t counters[OPU_COUNTER_ID_SATURATED_PIXELS + 1], next_sequence;
static opu_message run_ended; /* of the last run; its type is 0 for none */
static struct { uint32_t id; opu_message message; } replies[REPLIES];
static uint8_t in[MAXIMUM + HEADER + TRAILER], out[MAXIMUM + HEADER + TRAILER];

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 100000000u + (uint64_t)t.tv_nsec / 10u;
}

static opu_text text(const char *s) { return (opu_text){ .data = s, .length = (uint32_t)strlen(s) }; }
static void say(const opu_message *m, uint32_t id, uint8_t flags) {
  size_t at = 0, length = 0;
  if (host < 0 || opu_write_message(m, flags, id, sent, out, sizeof out, &length) != OPU_OK) return;
  sent++;
  for (ssize_t n; at < length && (n = send(host, out + at, length - at, MSG_NOSIGNAL)) > 0; at += (size_t)n) {}
}

/* The final reply to a request, stored for when the request comes again (OPU-REQ-4). */
static void answer(const opu_message *m, uint32_t id) {
  if (id != 0 || m->type == OPU_TYPE_REFUSED) say(m, id, 0); /* OPU-REQ-8 */
  if (id != 0) replies[id % REPLIES].id = id, replies[id % REPLIES].message = *m;
}

static void refuse(uint32_t id, uint16_t type, uint16_t code, const char *field, double value, double bound, uint8_t term,
                   const char *why) {
  answer(MESSAGE(REFUSED, refused, code, term, type, value, bound, text(field), text(why)), id);
}
#define REFUSE(id, type, code, why) refuse(id, type, OPU_RESULT_CODE_##code, "", 0, 0, OPU_LIMITING_TERM_NONE, why)
#define REFUSE_VALUE(id, type, code, field, value, bound, term) \
  refuse(id, type, OPU_RESULT_CODE_##code, field, (double)(value), (double)(bound), term, "out of range")

static void done(uint32_t id, uint64_t value) { answer(MESSAGE(DONE, done, now(), value), id); }
static void say_credit(void) {
  if (in_control) say(MESSAGE(PATTERN_CREDIT, pattern_credit, next_pattern, announced = shown + SLOTS), 0, 0);
}

/* Period and exposure can be set; all or nothing (OPU-CFG-1). A query is judged alike, without its period (OPU-CFG-6). */
static void configure(uint32_t fields, uint64_t period, uint64_t exposure, uint32_t id, uint16_t type) {
  const uint32_t known = OPU_CONFIGURATION_FIELD_PERIOD | OPU_CONFIGURATION_FIELD_EXPOSURE;
  opu_message m = configuration;
  opu_configure_reply *c = &m.as.configure_reply;
  uint64_t shortest, readout = TRANSFER + READOUT;
  int is_query = type == OPU_TYPE_QUERY_PERIOD;
  size_t length;
  if (fields & OPU_CONFIGURATION_FIELD_PERIOD && !is_query) c->period_ticks = period;
  if (fields & OPU_CONFIGURATION_FIELD_EXPOSURE) c->exposure_ticks = exposure;
  shortest = SETTLE + DELAY + c->exposure_ticks; /* of OPU-CFG-4; loading is never the longest here */
  c->minimum_period_ticks = shortest >= readout ? shortest : readout;
  c->limiting_term = shortest >= readout ? OPU_LIMITING_TERM_MODULATOR_EXPOSURE : OPU_LIMITING_TERM_CAMERA_READOUT;
  if (!is_query && (running || to_send < frame)) REFUSE(id, type, WRONG_STATE, "a run is under way"); /* OPU-CFG-9 */
  else if (fields & ~known) REFUSE_VALUE(id, type, OUT_OF_RANGE, "fields", fields, known, 0);
  else if (c->exposure_ticks < 1) REFUSE_VALUE(id, type, OUT_OF_RANGE, "exposureTicks", 0, 1, 0);
  else if (c->exposure_ticks > HOUR) REFUSE_VALUE(id, type, OUT_OF_RANGE, "exposureTicks", c->exposure_ticks, HOUR, 0);
  else if (is_query) answer(MESSAGE(QUERY_PERIOD_REPLY, query_period_reply, c->minimum_period_ticks, c->limiting_term), id);
  else if (c->period_ticks > 2 * HOUR) REFUSE_VALUE(id, type, OUT_OF_RANGE, "periodTicks", c->period_ticks, 2 * HOUR, 0);
  else if (c->period_ticks < c->minimum_period_ticks)
    REFUSE_VALUE(id, type, PERIOD_TOO_SHORT, "periodTicks", c->period_ticks, c->minimum_period_ticks, c->limiting_term);
  else {
    opu_encode(&m, out, sizeof out, &length);
    c->configuration_hash = opu_crc32c(0, out, 80); /* OPU-CFG-7 */
    configuration = m;
    answer(&m, id);
  }
}

static void take_patterns(const opu_patterns *p) {
  uint64_t i, end = p->first_pattern_id + p->count, gap = p->first_pattern_id - next_pattern;
  if (p->first_pattern_id > next_pattern) { /* OPU-PAT-8 */
    if (missing != next_pattern) counters[OPU_COUNTER_ID_PATTERNS_REQUESTED] += gap,
      say(MESSAGE(PATTERN_RESEND, pattern_resend, next_pattern, gap > UINT32_MAX ? UINT32_MAX : (uint32_t)gap), 0, 0);
    missing = next_pattern;
  } else if (end > next_pattern && (p->encoding != OPU_PATTERN_ENCODING_BITS || p->pattern_bytes != PATTERN_BYTES ||
                                    p->data.length != (uint64_t)p->count * PATTERN_BYTES)) {
    REFUSE_VALUE(0, OPU_TYPE_PATTERNS, OUT_OF_RANGE, "patternBytes", p->pattern_bytes, PATTERN_BYTES, 0);
  } else if (end > shown + SLOTS) {
    REFUSE(0, OPU_TYPE_PATTERNS, NO_CREDIT, "there is no room for these patterns");
  } else { /* OPU-PAT-7 */
    for (i = next_pattern; i < end; i++) {
      memcpy(ram[i % SLOTS].bits, p->data.data + (i - p->first_pattern_id) * PATTERN_BYTES, PATTERN_BYTES);
      ram[i % SLOTS].arrival = now();
      ram[i % SLOTS].last = (p->flags & OPU_PATTERN_FLAG_LAST) && i + 1 == end;
    }
    if (end > next_pattern) next_pattern = end;
    say_credit();
  }
}

static void say_readout(uint64_t number, uint8_t flags) {
  uint8_t encoded[OPU_READOUT_RECORD_BYTES];
  opu_put_readout_record(encoded, &kept[number % RING].record);
  say(MESSAGE(READOUTS, readouts, .region_width = SIDE, .region_height = SIDE, .image_bytes = IMAGE_BYTES,
              .pixel_format = OPU_PIXEL_FORMAT_MONO8, .frames = { encoded, 1, OPU_READOUT_RECORD_BYTES },
              .data = { kept[number % RING].image, IMAGE_BYTES }), 0, flags);
}

/* The medium: independent entries +-1 +- i, the same whenever the device is switched on (Vigna's splitmix64). */
static void grow_medium(void) {
  uint64_t *word = &signs[0][0][0], state = 0, z;
  for (size_t i = 0; i < sizeof signs / sizeof *word; i++) {
    z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u, z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    word[i] = z ^ z >> 31;
  }
}

/* I = |T x|^2, 15 grey values above the dark ones on average where half the mirrors are on for 20 us. */
static void expose(const uint8_t *bits, uint64_t exposure, opu_readout_record *record, uint8_t *image) {
  uint64_t x[WORDS];
  memcpy(x, bits, sizeof x);
  for (int i = 0; i < IMAGE_BYTES; i++) {
    int part[2] = { 0, 0 };
    for (int k = 0; k < 2 * WORDS; k++) {
      uint64_t on = x[k % WORDS], plus = signs[i][k / WORDS][k % WORDS];
      part[k / WORDS] += __builtin_popcountll(on & plus) - __builtin_popcountll(on & ~plus);
    }
    double grey = DARK + 15.0 * (part[0] * part[0] + part[1] * part[1]) * (double)exposure / (1024.0 * 2000.0) + 0.5;
    image[i] = grey < 255 ? (uint8_t)grey : 255;
    record->saturated_pixels += image[i] == 255;
  }
}

/* Counts, and tells the first of several in a row (OPU-EVT-1). */
static void tell(int counter, int kind, double value, const char *why) {
  counters[counter]++;
  if (greeted && told != kind) say(MESSAGE(EVENT, event, now(), value, (uint16_t)(told = kind), text(why)), 0, 0);
}

static void make_frame(uint64_t reset) {
  uint64_t exposure = configuration.as.configure_reply.exposure_ticks;
  uint8_t *image = kept[frame % RING].image;
  opu_readout_record *record = &kept[frame % RING].record;
  *record = (opu_readout_record){ .frame = frame, .pattern_id = shown, .reset_tick = reset,
    .exposure_start_tick = reset + SETTLE + DELAY, .exposure_ticks = exposure };
  expose(ram[shown % SLOTS].bits, exposure, record, image);
  record->image_crc = opu_crc32c(0, image, IMAGE_BYTES);
  if (record->saturated_pixels > 0) record->flags |= OPU_READOUT_FLAG_SATURATED;
  if (ram[shown % SLOTS].last) running = 0, record->flags |= OPU_READOUT_FLAG_RUN_END;
  counters[OPU_COUNTER_ID_SATURATED_PIXELS] += record->saturated_pixels;
  frame++, shown++, frames_done++, counters[OPU_COUNTER_ID_FRAMES]++, told = 0, last_reset = reset;
  if (shown + SLOTS - announced >= SLOTS / 4) say_credit();
}

static void report(uint32_t id) {
  answer(MESSAGE(RUN_REPORT, run_report, now(), frames_done, next_pattern), id), say_credit();
}

/* Sends the readouts that are through the camera and that there is room for; says when the next one is. */
static uint64_t send_readouts(void) {
  for (; to_send < frame && to_send < readout_credit && to_send - acknowledged < KEPT; to_send++) {
    const opu_readout_record *record = &kept[to_send % RING].record;
    uint64_t ready = record->exposure_start_tick + record->exposure_ticks + TRANSFER + READOUT;
    if (ready > now()) return ready;
    say_readout(to_send, 0);
    if (!(record->flags & OPU_READOUT_FLAG_RUN_END)) continue;
    run_ended = *MESSAGE(RUN_ENDED, run_ended, .tick = now(), .frames_done = frames_done, .next_frame = frame);
    say(&run_ended, 0, 0);
  }
  for (; to_send == frame && stop_count > 0; stop_count--) report(stops[stop_count - 1]);
  return UINT64_MAX;
}

/* Works off the slots that have come; says when the next one comes (OPU-RUN-8, OPU-RUN-9). */
static uint64_t sequence(void) {
  while (running) {
    uint64_t arrival = ram[shown % SLOTS].arrival, after = slot == 0 ? start_tick : last_reset + SETTLE;
    uint64_t loaded = shown == next_pattern ? UINT64_MAX : (arrival > after ? arrival : after) + LOAD;
    if (slot == 0 && loaded == UINT64_MAX) return UINT64_MAX;
    if (slot == 0) slot = loaded; /* where the grid begins */
    if (slot > now()) return slot;
    if (frame - to_send >= BUFFERS) send_readouts();
    if (loaded > slot && frames_done > 0)
      tell(OPU_COUNTER_ID_UNDERRUN, OPU_EVENT_KIND_UNDERRUN, (double)shown, "the pattern is not loaded");
    else if (frame - to_send >= BUFFERS)
      tell(OPU_COUNTER_ID_STALL, OPU_EVENT_KIND_STALL, (double)shown, "no camera buffer is free");
    else make_frame(slot);
    slot += configuration.as.configure_reply.period_ticks;
  }
  return UINT64_MAX;
}

/* STOP and ABORT are answered when the frames under way are sent (OPU-RUN-4). */
static void stop(uint32_t id, uint16_t type) {
  running = 0;
  if (type == OPU_TYPE_ABORT) shown = next_pattern;
  if (to_send == frame) report(id);
  else if (stop_count == REPLIES) REFUSE(id, type, BUSY, "too many of these wait already");
  else {
    stops[stop_count++] = id;
    answer(MESSAGE(PENDING, pending, configuration.as.configure_reply.minimum_period_ticks), id);
  }
}

static void say_unavailable(uint64_t from, uint64_t end, uint8_t reason) {
  if (end > from) say(MESSAGE(READOUT_UNAVAILABLE, readout_unavailable, from, (uint32_t)(end - from), reason), 0, 0);
}

static void resend(uint64_t from, uint32_t count) { /* OPU-RDO-7 */
  uint64_t end = from + count;
  say_unavailable(from, end < acknowledged ? end : acknowledged, OPU_UNAVAILABLE_REASON_GONE);
  if (from < acknowledged) from = acknowledged;
  for (; from < end && from < to_send; counters[OPU_COUNTER_ID_READOUTS_RESENT]++) say_readout(from++, OPU_COMPATIBLE_FLAG_REPEATED);
  if (from < end && run_ended.type != 0 && to_send == frame) say(&run_ended, 0, OPU_COMPATIBLE_FLAG_REPEATED);
  say_unavailable(from, end, OPU_UNAVAILABLE_REASON_NOT_YET);
}

static void hello(const opu_hello *h, uint32_t id) {
  static char why[80];
  if (h->version_major != OPU_VERSION_MAJOR) { /* OPU-HS-2 */
    snprintf(why, sizeof why, "the host speaks version %u, this device version %u", h->version_major, OPU_VERSION_MAJOR);
    REFUSE(id, OPU_TYPE_HELLO, VERSION_MISMATCH, why);
    return;
  }
  if (h->host_id == 0 || h->host_id != host_id) { /* another host: replies and readouts of the last one are void */
    memset(replies, 0, sizeof replies);
    run_ended.type = stop_count = 0;
    acknowledged = to_send = readout_credit = frame;
  }
  host_id = h->host_id, greeted = 1;
  say(MESSAGE(HELLO_REPLY, hello_reply, OPU_VERSION_MAJOR, OPU_VERSION_MINOR, MAXIMUM, boot_id, OPU_SCHEMA_HASH,
              text("OPU SDK"), text("C device"), text("1"), text("1.0"), text("c-device")), id, 0);
}

static void answer_counters(uint32_t id) { /* OPU-EVT-2 */
  static uint8_t stored[REPLIES][OPU_COUNTER_ID_SATURATED_PIXELS * OPU_COUNTER_RECORD_BYTES];
  uint8_t *records = stored[id % REPLIES];
  for (uint32_t i = 0; i < OPU_COUNTER_ID_SATURATED_PIXELS; i++)
    opu_put_counter_record(records + i * OPU_COUNTER_RECORD_BYTES, &(opu_counter_record){ i + 1, counters[i + 1] });
  answer(MESSAGE(COUNTERS_REPLY, counters_reply, now(), { records, OPU_COUNTER_ID_SATURATED_PIXELS, 16 }), id);
}

static void handle(const opu_message *m, uint32_t id) {
  const opu_configure *c = &m->as.configure;
  const opu_query_period *q = &m->as.query_period;
  uint64_t asked = m->as.acquire_control.heartbeat_microseconds;
  if (!in_control && m->type > OPU_TYPE_CLOCK_SYNC && m->type != OPU_TYPE_GET_CONFIGURATION &&
      m->type != OPU_TYPE_GET_COUNTERS && m->type != OPU_TYPE_QUERY_PERIOD) { /* OPU-CTL-2 */
    REFUSE(id, m->type, NOT_IN_CONTROL, "send ACQUIRE_CONTROL first");
  } else switch (m->type) {
    case OPU_TYPE_DESCRIBE:
      answer(MESSAGE(DESCRIBE_REPLY, describe_reply, .modulator_width = SIDE, .modulator_height = SIDE, .sensor_width = SIDE,
        .sensor_height = SIDE, .region_x_step = SIDE, .region_y_step = SIDE, .pattern_slots = SLOTS, .frame_buffers = BUFFERS,
        .retained_readouts = KEPT, .minimum_exposure_ticks = 1, .maximum_exposure_ticks = HOUR, .transfer_ticks = TRANSFER,
        .minimum_period_ticks = TRANSFER + READOUT, .maximum_period_ticks = 2 * HOUR, .load_ticks = LOAD, .settle_ticks = SETTLE,
        .trigger_delay_ticks = DELAY, .refresh_ticks = 1, .load_row_ticks = LOAD / SIDE, .readout_row_ticks = ROW,
        .tick_picoseconds = 10000, .pixel_formats = OPU_PIXEL_FORMAT_BIT_MONO8, .stored_replies = REPLIES,
        .minimum_heartbeat_microseconds = 100000, .maximum_heartbeat_microseconds = 60000000), id);
      break;
    case OPU_TYPE_ACQUIRE_CONTROL: /* OPU-CTL-3, OPU-CTL-7 */
      lease = 100 * (asked == 0 || asked > 60000000 ? 60000000 : asked < 100000 ? 100000 : asked);
      in_control = 1, missing = UINT64_MAX;
      done(id, lease / 100), say_credit();
      break;
    case OPU_TYPE_RELEASE_CONTROL: in_control = running = 0; /* OPU-CTL-6 */ /* fall through */
    case OPU_TYPE_HEARTBEAT: done(id, 0); break;
    case OPU_TYPE_CLOCK_SYNC:
      answer(MESSAGE(CLOCK_SYNC_REPLY, clock_sync_reply, m->as.clock_sync.host_time, now(), now()), id); break;
    case OPU_TYPE_CONFIGURE: configure(c->fields, c->period_ticks, c->exposure_ticks, id, m->type); break;
    case OPU_TYPE_QUERY_PERIOD: configure(q->fields, 0, q->exposure_ticks, id, m->type); break;
    case OPU_TYPE_GET_COUNTERS: answer_counters(id); break;
    case OPU_TYPE_GET_CONFIGURATION: answer(&configuration, id); break;
    case OPU_TYPE_PATTERNS: take_patterns(&m->as.patterns); break;
    case OPU_TYPE_START:
      if (running) REFUSE(id, m->type, WRONG_STATE, "a run is under way");
      else start_tick = now(), running = 1, frames_done = slot = told = run_ended.type = 0,
           answer(MESSAGE(DONE, done, start_tick, frame), id);
      break;
    case OPU_TYPE_ABORT: case OPU_TYPE_STOP: stop(id, m->type); break;
    case OPU_TYPE_READOUT_ACK:
      while (acknowledged < m->as.readout_ack.next_frame && acknowledged < to_send) acknowledged++;
      break;
    case OPU_TYPE_READOUT_CREDIT:
      if (m->as.readout_credit.credit_limit > readout_credit) readout_credit = m->as.readout_credit.credit_limit;
      break;
    case OPU_TYPE_RESET_COUNTERS: memset(counters, 0, sizeof counters); done(id, 0); break;
    case OPU_TYPE_READOUT_RESEND: resend(m->as.readout_resend.from, m->as.readout_resend.count); break;
    default: REFUSE(id, m->type, NOT_SUPPORTED, "this device cannot do that");
  }
}

static void receive(const opu_header *h, const uint8_t *payload) {
  opu_message m = { 0 };
  opu_status status = opu_decode(h->type, payload, h->payload_length, &m);
  uint32_t id = h->request_id, slot = id % REPLIES;
  if (status == OPU_LINK_ERROR_KIND_UNKNOWN_TYPE) REFUSE(id, h->type, NOT_SUPPORTED, "unknown type");
  else if (status != OPU_OK) REFUSE(id, h->type, MALFORMED, "malformed payload");
  else if (m.type == OPU_TYPE_HELLO) hello(&m.as.hello, id);
  else if (!greeted) REFUSE(id, m.type, NO_HANDSHAKE, "send HELLO first");
  else if (id == 0 || replies[slot].id < id) handle(&m, id);
  else if (replies[slot].id > id) say(MESSAGE(REFUSED, refused, .result_code = OPU_RESULT_CODE_REPLY_GONE), id, 0);
  else counters[OPU_COUNTER_ID_REQUESTS_REPEATED]++, say(&replies[slot].message, id, OPU_COMPATIBLE_FLAG_REPEATED); /* OPU-REQ-4 */
  lease_end = now() + lease; /* OPU-CTL-4 */
}

/* A message whose header is intact and that is not taken all the same (OPU-LNK-5). */
static void refuse_header(const opu_header *h, opu_status status) {
  uint16_t code = status == OPU_LINK_ERROR_KIND_VERSION ? OPU_RESULT_CODE_VERSION_MISMATCH
    : status == OPU_LINK_ERROR_KIND_INCOMPATIBLE_FLAG ? OPU_RESULT_CODE_NOT_SUPPORTED
    : status == OPU_LINK_ERROR_KIND_TOO_LONG ? OPU_RESULT_CODE_NO_ROOM : OPU_RESULT_CODE_MALFORMED;
  refuse(h->request_id, h->type, code, "", 0, 0, 0, "this header is not for this device");
}

/* Works off the messages in the first `length` bytes of `in`; returns the bytes that are left, -1 to hang up. */
static ssize_t take(size_t length) {
  size_t at = 0, step;
  opu_header h;
  for (;; at += step) {
    if ((step = to_skip < length - at ? (size_t)to_skip : length - at) > 0) { to_skip -= step; continue; }
    if (length - at < HEADER) break;
    opu_status status = opu_read_header(in + at, MAXIMUM, &h);
    if (status == OPU_LINK_ERROR_KIND_BAD_MAGIC || status == OPU_LINK_ERROR_KIND_HEADER_CRC) return -1; /* OPU-CAR-6 */
    step = (size_t)h.payload_length + HEADER + TRAILER;
    if (status == OPU_OK && length - at < step) break;
    if (h.sequence > next_sequence) counters[OPU_COUNTER_ID_MESSAGES_LOST] += h.sequence - next_sequence;
    next_sequence = h.sequence + 1;
    if (status != OPU_OK) refuse_header(&h, status), to_skip = step, step = 0;
    else if (opu_check_payload(&h, in + at + HEADER) == OPU_OK) receive(&h, in + at + HEADER);
    else counters[OPU_COUNTER_ID_CRC_ERRORS]++;
  }
  memmove(in, in + at, length - at);
  return (ssize_t)(length - at);
}

int main(int argc, char **argv) {
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                 .sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 0)) };
  socklen_t size = sizeof address;
  int server = socket(AF_INET, SOCK_STREAM, 0);
  ssize_t held = 0;
  if (bind(server, (struct sockaddr *)&address, size) != 0 || listen(server, 4) != 0) return perror("listen"), 1;
  getsockname(server, (struct sockaddr *)&address, &size);
  boot_id = now(), grow_medium();
  configure(0, 0, 0, 0, OPU_TYPE_CONFIGURE); /* finds the minimum period and the hash */
  printf("tcp://127.0.0.1:%u\n", ntohs(address.sin_port)), fflush(stdout);
  for (;;) {
    struct pollfd polled = { .fd = host < 0 ? server : host, .events = POLLIN };
    uint64_t reset = sequence(), readout = send_readouts(), next = reset < readout ? reset : readout, tick = now();
    if (in_control && lease_end < next) next = lease_end;
    uint64_t wait = next <= tick ? 0 : (next - tick + 99999) / 100000; /* milliseconds */
    int ready = poll(&polled, 1, wait > 1000 ? 1000 : (int)wait);
    if (ready > 0 && host < 0) {
      host = accept(server, NULL, NULL);
      setsockopt(host, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
      held = greeted = 0, sent = next_sequence = to_skip = 0;
    } else if (ready > 0) {
      ssize_t n = recv(host, in + held, sizeof in - (size_t)held, 0);
      held = n <= 0 ? -1 : take((size_t)(held + n));
    }
    if (in_control && now() > lease_end) { /* OPU-CTL-4 */
      in_control = running = told = 0;
      tell(OPU_COUNTER_ID_WATCHDOG, OPU_EVENT_KIND_WATCHDOG, 0, "the host fell silent");
    }
    if (held < 0) { /* the connection ended, and the lease with it (OPU-CTL-5) */
      close(host);
      held = in_control = running = 0, host = -1;
    }
  }
}
