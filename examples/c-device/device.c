/*
 * A small OPU on TCP, with nothing of the OPU SDK but the generated C code: 32 x 32 mirrors imaged one to one on
 * 32 x 32 pixels. It shakes hands, takes patterns, sends readouts, keeps them until they are acknowledged, and answers
 * repeated requests from its stored replies. One host at a time. Clause numbers are those of SPEC.md.
 * cc -std=c99 -I../../firmware-protocol/c -o device device.c ../../firmware-protocol/c/opu_protocol.c
 * ./device [port]          prints the address that it listens on
 */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "opu_protocol.h"

enum { SIDE = 32, PATTERN_BYTES = 128, IMAGE_BYTES = 1024, SLOTS = 64, KEPT = 64, REPLIES = 16, MAXIMUM = 65536 };
enum { SETTLE = 1250, LOAD = 128, DELAY = 500, TRANSFER = 100, ROW = 100, ON = 200, OFF = 20 };
#define MESSAGE(name, member, ...) &(opu_message){ .type = OPU_TYPE_##name, .as.member = { __VA_ARGS__ } }

enum { CONFIGURE = OPU_TYPE_CONFIGURE, PATTERNS = OPU_TYPE_PATTERNS };

static int host = -1, greeted, in_control, running; /* host is the connection; -1 for none */
static uint64_t sent, host_id, boot_id, lease, lease_end;
static opu_message configuration = { .type = OPU_TYPE_CONFIGURE_REPLY, .as.configure_reply = { .period_ticks = 10000,
  .exposure_ticks = 2000, .region_width = SIDE, .region_height = SIDE, .reference_phase_steps = 1, .pattern_bytes = 128 } };
static struct { uint8_t bits[PATTERN_BYTES]; int last; } ram[SLOTS];
static struct { opu_readout_record record; uint8_t image[IMAGE_BYTES]; } kept[KEPT];
static uint64_t next_pattern, shown, announced, frame, acknowledged, readout_credit, next_reset, frames_done;
static uint64_t counters[OPU_COUNTER_ID_SATURATED_PIXELS + 1], next_sequence;
static opu_message run_ended; /* of the last run; its type is 0 for none */
static struct { uint32_t id; opu_message message; } replies[REPLIES];
static uint8_t in[MAXIMUM + 36], out[MAXIMUM + 36];

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
  if (id == 0) return;
  replies[id % REPLIES].id = id;
  replies[id % REPLIES].message = *m;
}

static void refuse(uint32_t id, uint16_t type, uint16_t code, const char *field, double value, double bound,
                   uint8_t term, const char *why) {
  answer(MESSAGE(REFUSED, refused, code, term, type, value, bound, text(field), text(why)), id);
}
#define REFUSE(id, type, code, why) refuse(id, type, OPU_RESULT_CODE_##code, "", 0, 0, OPU_LIMITING_TERM_NONE, why)
#define REFUSE_VALUE(id, type, code, field, value, bound, term) \
  refuse(id, type, OPU_RESULT_CODE_##code, field, (double)(value), (double)(bound), term, "out of range")

static void done(uint32_t id, uint64_t value) { answer(MESSAGE(DONE, done, .tick = now(), .value = value), id); }

static void say_credit(void) {
  if (!in_control) return;
  say(MESSAGE(PATTERN_CREDIT, pattern_credit, next_pattern, announced = shown + SLOTS), 0, 0);
}

/* Period and exposure can be set; all or nothing (OPU-CFG-1). */
static void configure(const opu_configure *q, uint32_t id) {
  const uint32_t known = OPU_CONFIGURATION_FIELD_PERIOD | OPU_CONFIGURATION_FIELD_EXPOSURE;
  opu_message m = configuration;
  opu_configure_reply *c = &m.as.configure_reply;
  uint64_t exposure, readout = TRANSFER + SIDE * ROW; /* of OPU-CFG-4; loading is never the longest here */
  size_t length;
  if (q->fields & OPU_CONFIGURATION_FIELD_PERIOD) c->period_ticks = q->period_ticks;
  if (q->fields & OPU_CONFIGURATION_FIELD_EXPOSURE) c->exposure_ticks = q->exposure_ticks;
  exposure = SETTLE + DELAY + c->exposure_ticks;
  c->minimum_period_ticks = exposure >= readout ? exposure : readout;
  c->limiting_term = exposure >= readout ? OPU_LIMITING_TERM_MODULATOR_EXPOSURE : OPU_LIMITING_TERM_CAMERA_READOUT;
  if (running) REFUSE(id, CONFIGURE, WRONG_STATE, "a run is under way");
  else if (q->fields & ~known) REFUSE_VALUE(id, CONFIGURE, OUT_OF_RANGE, "fields", q->fields, known, 0);
  else if (c->exposure_ticks < 1) REFUSE_VALUE(id, CONFIGURE, OUT_OF_RANGE, "exposureTicks", 0, 1, 0);
  else if (c->period_ticks < c->minimum_period_ticks)
    REFUSE_VALUE(id, CONFIGURE, PERIOD_TOO_SHORT, "periodTicks", c->period_ticks, c->minimum_period_ticks, c->limiting_term);
  else {
    opu_encode(&m, out, sizeof out, &length);
    c->configuration_hash = opu_crc32c(0, out, 80); /* OPU-CFG-7 */
    configuration = m;
    answer(&m, id);
  }
}

static void take_patterns(const opu_patterns *p) {
  uint64_t i, end = p->first_pattern_id + p->count, missing = p->first_pattern_id - next_pattern;
  if (p->first_pattern_id > next_pattern) { /* OPU-PAT-8 */
    say(MESSAGE(PATTERN_RESEND, pattern_resend, next_pattern, (uint32_t)missing), 0, 0);
  } else if (end > next_pattern && (p->encoding != OPU_PATTERN_ENCODING_BITS || p->pattern_bytes != PATTERN_BYTES ||
                                    p->data.length != (uint64_t)p->count * PATTERN_BYTES)) {
    REFUSE_VALUE(0, PATTERNS, OUT_OF_RANGE, "patternBytes", p->pattern_bytes, PATTERN_BYTES, 0);
  } else if (end > shown + SLOTS) {
    REFUSE(0, PATTERNS, NO_CREDIT, "there is no room for these patterns");
  } else { /* OPU-PAT-7 */
    for (i = next_pattern; i < end; i++) {
      memcpy(ram[i % SLOTS].bits, p->data.data + (i - p->first_pattern_id) * PATTERN_BYTES, PATTERN_BYTES);
      ram[i % SLOTS].last = (p->flags & OPU_PATTERN_FLAG_LAST) && i + 1 == end;
    }
    if (end > next_pattern) next_pattern = end;
    say_credit();
  }
}

static void say_readout(uint64_t number, uint8_t flags) {
  uint8_t encoded[OPU_READOUT_RECORD_BYTES];
  opu_put_readout_record(encoded, &kept[number % KEPT].record);
  say(MESSAGE(READOUTS, readouts, .region_width = SIDE, .region_height = SIDE, .image_bytes = IMAGE_BYTES,
              .pixel_format = OPU_PIXEL_FORMAT_MONO8, .frames = { encoded, 1, OPU_READOUT_RECORD_BYTES },
              .data = { kept[number % KEPT].image, IMAGE_BYTES }), 0, flags);
}

static void make_frame(void) {
  uint8_t *image = kept[frame % KEPT].image;
  int i, last = ram[shown % SLOTS].last;
  uint64_t reset = now();
  for (i = 0; i < IMAGE_BYTES; i++) image[i] = ram[shown % SLOTS].bits[i / 8] & 0x80 >> i % 8 ? ON : OFF;
  kept[frame % KEPT].record = (opu_readout_record){ .frame = frame, .pattern_id = shown, .reset_tick = reset,
    .exposure_start_tick = reset + SETTLE + DELAY, .exposure_ticks = configuration.as.configure_reply.exposure_ticks,
    .flags = last ? OPU_READOUT_FLAG_RUN_END : 0, .image_crc = opu_crc32c(0, image, IMAGE_BYTES) };
  next_reset = reset + configuration.as.configure_reply.period_ticks;
  say_readout(frame, 0);
  frame++, shown++, frames_done++, counters[OPU_COUNTER_ID_FRAMES]++;
  if (shown + SLOTS - announced >= SLOTS / 4) say_credit();
  if (!last) return;
  running = 0;
  run_ended = *MESSAGE(RUN_ENDED, run_ended, .tick = now(), .frames_done = frames_done, .next_frame = frame);
  say(&run_ended, 0, 0);
}

static void say_unavailable(uint64_t from, uint64_t end, uint8_t reason) {
  if (end > from) say(MESSAGE(READOUT_UNAVAILABLE, readout_unavailable, from, (uint32_t)(end - from), reason), 0, 0);
}

static void resend(uint64_t from, uint32_t count) { /* OPU-RDO-7 */
  uint64_t end = from + count;
  say_unavailable(from, end < acknowledged ? end : acknowledged, OPU_UNAVAILABLE_REASON_GONE);
  if (from < acknowledged) from = acknowledged;
  for (; from < end && from < frame; from++) say_readout(from, OPU_COMPATIBLE_FLAG_REPEATED);
  if (from < end && run_ended.type != 0) say(&run_ended, 0, OPU_COMPATIBLE_FLAG_REPEATED);
  say_unavailable(from, end, OPU_UNAVAILABLE_REASON_NOT_YET);
}

static void hello(const opu_hello *h, uint32_t id) {
  if (h->host_id == 0 || h->host_id != host_id) { /* another host: replies and readouts of the last one are void */
    memset(replies, 0, sizeof replies);
    run_ended.type = 0;
    acknowledged = readout_credit = frame;
  }
  host_id = h->host_id;
  greeted = 1;
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
  uint64_t asked = m->as.acquire_control.heartbeat_microseconds;
  if (!in_control && m->type > OPU_TYPE_CLOCK_SYNC && m->type != OPU_TYPE_GET_CONFIGURATION && m->type != OPU_TYPE_GET_COUNTERS) { /* OPU-CTL-2 */
    REFUSE(id, m->type, NOT_IN_CONTROL, "send ACQUIRE_CONTROL first");
    return;
  }
  switch (m->type) {
    case OPU_TYPE_DESCRIBE:
      answer(MESSAGE(DESCRIBE_REPLY, describe_reply, .modulator_width = SIDE, .modulator_height = SIDE,
        .sensor_width = SIDE, .sensor_height = SIDE, .region_x_step = SIDE, .region_y_step = SIDE,
        .pattern_slots = SLOTS, .frame_buffers = KEPT, .retained_readouts = KEPT, .minimum_exposure_ticks = 1,
        .maximum_exposure_ticks = OPU_U64_MAXIMUM / 2, .minimum_period_ticks = TRANSFER + SIDE * ROW,
        .maximum_period_ticks = OPU_U64_MAXIMUM, .load_ticks = LOAD, .settle_ticks = SETTLE, .trigger_delay_ticks = DELAY,
        .transfer_ticks = TRANSFER, .refresh_ticks = 1, .load_row_ticks = LOAD / SIDE, .readout_row_ticks = ROW,
        .tick_picoseconds = 10000, .pixel_formats = OPU_PIXEL_FORMAT_BIT_MONO8, .stored_replies = REPLIES,
        .minimum_heartbeat_microseconds = 100000, .maximum_heartbeat_microseconds = 60000000), id);
      break;
    case OPU_TYPE_ACQUIRE_CONTROL: /* OPU-CTL-3, OPU-CTL-7 */
      lease = 100 * (asked == 0 || asked > 60000000 ? 60000000 : asked < 100000 ? 100000 : asked);
      in_control = 1;
      done(id, lease / 100);
      say_credit();
      break;
    case OPU_TYPE_RELEASE_CONTROL: in_control = running = 0; /* fall through */
    case OPU_TYPE_HEARTBEAT: done(id, 0); break;
    case OPU_TYPE_CLOCK_SYNC:
      answer(MESSAGE(CLOCK_SYNC_REPLY, clock_sync_reply, m->as.clock_sync.host_time, now(), now()), id);
      break;
    case OPU_TYPE_CONFIGURE: configure(&m->as.configure, id); break;
    case OPU_TYPE_GET_COUNTERS: answer_counters(id); break;
    case OPU_TYPE_GET_CONFIGURATION: answer(&configuration, id); break;
    case OPU_TYPE_PATTERNS: take_patterns(&m->as.patterns); break;
    case OPU_TYPE_START:
      if (running) REFUSE(id, m->type, WRONG_STATE, "a run is under way");
      else running = 1, frames_done = run_ended.type = 0, done(id, frame);
      break;
    case OPU_TYPE_ABORT: shown = next_pattern; /* fall through */
    case OPU_TYPE_STOP:
      running = 0;
      answer(MESSAGE(RUN_REPORT, run_report, now(), frames_done, next_pattern), id);
      say_credit();
      break;
    case OPU_TYPE_READOUT_ACK:
      for (asked = m->as.readout_ack.next_frame; acknowledged < asked && acknowledged < frame;) acknowledged++;
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
  else say(&replies[slot].message, id, OPU_COMPATIBLE_FLAG_REPEATED); /* OPU-REQ-4 */
  lease_end = now() + lease; /* OPU-CTL-4 */
}

/* Works off the messages in the first `length` bytes of `in`; returns the bytes that are left, -1 to hang up. */
static ssize_t take(size_t length) {
  size_t at, step;
  opu_header h;
  for (at = 0; length - at >= 32; at += step) {
    if (opu_read_header(in + at, MAXIMUM, &h) != OPU_OK) return -1; /* OPU-CAR-6 */
    step = (size_t)h.payload_length + 36;
    if (length - at < step) break;
    if (h.sequence > next_sequence) counters[OPU_COUNTER_ID_MESSAGES_LOST] += h.sequence - next_sequence;
    next_sequence = h.sequence + 1;
    if (opu_check_payload(&h, in + at + 32) == OPU_OK) receive(&h, in + at + 32);
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
  boot_id = now();
  configure(&(opu_configure){ 0 }, 0); /* finds the minimum period and the hash */
  printf("tcp://127.0.0.1:%u\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    struct pollfd polled = { .fd = host < 0 ? server : host, .events = POLLIN };
    int due = running && shown < next_pattern && frame < readout_credit && frame - acknowledged < KEPT;
    int is_time = due && now() >= next_reset, ready = poll(&polled, 1, is_time ? 0 : due ? 1 : 100);
    if (is_time) make_frame();
    if (ready > 0 && host < 0) {
      host = accept(server, NULL, NULL);
      sent = next_sequence = 0;
      held = greeted = 0;
    } else if (ready > 0) {
      ssize_t n = recv(host, in + held, sizeof in - (size_t)held, 0);
      held = n <= 0 ? -1 : take((size_t)(held + n));
    }
    if (in_control && now() > lease_end) in_control = running = 0, counters[OPU_COUNTER_ID_WATCHDOG]++; /* OPU-CTL-4 */
    if (held < 0) { /* the connection ended, and the lease with it (OPU-CTL-5) */
      close(host);
      host = -1;
      held = in_control = running = 0;
    }
  }
}
