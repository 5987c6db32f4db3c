/* Reads each file named on the command line as a transfer, behind "--stream" as bytes of the carrier stream, or behind
 * "--mutations" as many transfers, and prints what it finds. The test beside the generated codec compares that with the vectors' JSON. */
#include <stdlib.h>
#include <string.h>

#include "print_message.h"

#define MAXIMUM_PAYLOAD 65536u

static uint8_t input[1 << 24];
static uint8_t copy[1 << 20];

static void check_message(const uint8_t *bytes, size_t length) {
  opu_header h;
  opu_message m;
  const uint8_t *payload;
  size_t written = 0;
  opu_status status = opu_read_message(bytes, length, MAXIMUM_PAYLOAD, &h, &payload);
  if (status == OPU_OK) status = opu_decode(h.type, payload, h.payload_length, &m);
  if (status != OPU_OK) {
    printf("error %s\n", status_name(status));
    return;
  }
  printf("type %s\n", opu_type_name(h.type));
  printf("header %llu %lu %u\n", (unsigned long long)h.sequence, (unsigned long)h.request_id, h.compatible_flags);
  print_message(&m);
  status = opu_write_message(&m, h.compatible_flags, h.request_id, h.sequence, copy, sizeof copy, &written);
  if (h.session != 0) opu_set_session(copy, h.session);
  printf("written %s\n", status == OPU_OK && written == length && memcmp(copy, bytes, length) == 0 ? "same" : "other");
  /* One byte less of room has to be noticed, not written over. */
  status = opu_write_message(&m, 0, 0, 0, copy, written - 1, &written);
  printf("cramped %s\n", status == OPU_NO_SPACE ? "refused" : "accepted");
}

static void check_stream(uint8_t *bytes, size_t length) {
  size_t start = 0;
  size_t at;
  for (at = 0; at < length; at++) {
    size_t decoded = 0;
    opu_header h;
    const uint8_t *payload;
    if (bytes[at] != 0) continue;
    if (at > start && opu_cobs_decode(bytes + start, at - start, bytes + start, &decoded) == OPU_OK &&
        opu_read_message(bytes + start, decoded, MAXIMUM_PAYLOAD, &h, &payload) == OPU_OK) {
      memcpy(copy, bytes + start, decoded);
      printf("type %s\n", opu_type_name(h.type));
    }
    start = at + 1;
  }
}

/* Messages that a test made up, each with its length in four bytes in front: one line for each. */
static void check_mutations(const uint8_t *bytes, size_t length) {
  size_t at = 0;
  while (at + 4 <= length) {
    size_t size = bytes[at] | (size_t)bytes[at + 1] << 8 | (size_t)bytes[at + 2] << 16 | (size_t)bytes[at + 3] << 24;
    opu_header h;
    opu_message m;
    const uint8_t *payload;
    size_t written = 0;
    /* Exactly as much memory as there are bytes, so that a sanitiser sees a step beyond. */
    uint8_t *exact = malloc(size == 0 ? 1 : size);
    opu_status status;
    if (exact == NULL) exit(EXIT_FAILURE);
    memcpy(exact, bytes + at + 4, size);
    at += 4 + size;
    status = opu_read_message(exact, size, MAXIMUM_PAYLOAD, &h, &payload);
    if (status == OPU_OK) status = opu_decode(h.type, payload, h.payload_length, &m);
    if (status == OPU_OK) {
      status = opu_write_message(&m, h.compatible_flags, h.request_id, h.sequence, copy, sizeof copy, &written);
  if (h.session != 0) opu_set_session(copy, h.session);
      printf("%s %lu\n", opu_type_name(h.type), (unsigned long)opu_crc32c(0, copy, written));
    } else printf("error %s\n", status_name(status));
    free(exact);
  }
}

int main(int argc, char **argv) {
  int i;
  int stream = 0;
  int mutations = 0;
  for (i = 1; i < argc; i++) {
    FILE *file;
    size_t length;
    if (strcmp(argv[i], "--stream") == 0) {
      stream = 1;
      continue;
    }
    if (strcmp(argv[i], "--mutations") == 0) {
      mutations = 1;
      continue;
    }
    file = fopen(argv[i], "rb");
    if (file == NULL) return EXIT_FAILURE;
    length = fread(input, 1, sizeof input, file);
    fclose(file);
    printf("file %s\n", argv[i]);
    if (stream) check_stream(input, length);
    else if (mutations) check_mutations(input, length);
    else check_message(input, length);
  }
  return EXIT_SUCCESS;
}
