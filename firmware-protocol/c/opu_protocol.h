/* Generated from src/schema by `npm run generate`; edits are lost. */

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

#define OPU_MAGIC 0xb155504fu
#define OPU_VERSION_MAJOR 1u
#define OPU_VERSION_MINOR 1u
/* Exchanged in the handshake. An initialiser for a field of 16 bytes. */
#define OPU_SCHEMA_HASH { 0xf6, 0x36, 0xdc, 0x71, 0x84, 0xa0, 0x86, 0xa8, 0xce, 0x15, 0x25, 0x4b, 0xda, 0x15, 0x85, 0x01 }
/* Largest number that a u64 may hold. */
#define OPU_U64_MAXIMUM 0x1fffffffffffffull

/* What shows the patterns. */
enum {
  /* Digital micromirror device. */
  OPU_MODULATOR_KIND_DMD = 0,
  /* Liquid-crystal modulator, locked to its refresh. */
  OPU_MODULATOR_KIND_LIQUID_CRYSTAL = 1
};

/* How the pixels of a readout are stored. Rows follow each other without padding; an image starts on a byte. */
enum {
  /* One byte a pixel. */
  OPU_PIXEL_FORMAT_MONO8 = 0,
  /* Ten bits a pixel, least significant bit first, without gaps; the last byte of an image is filled with zeros. */
  OPU_PIXEL_FORMAT_MONO10_PACKED = 1,
  /* Twelve bits a pixel, least significant bit first, without gaps; the last byte of an image is filled with zeros. */
  OPU_PIXEL_FORMAT_MONO12_PACKED = 2,
  /* Two bytes a pixel, little-endian. */
  OPU_PIXEL_FORMAT_MONO16 = 3,
  /* IEEE 754 single precision, little-endian, in units where every mirror on gives 1 on average. */
  OPU_PIXEL_FORMAT_FLOAT32 = 4
};

/* How the patterns of one message are written. */
enum {
  /* patternBytes bytes a pattern: one bit a mirror or macro-pixel, row by row, most significant bit first, the last byte filled with zeros. */
  OPU_PATTERN_ENCODING_BITS = 0,
  /* Only rows firstRow to firstRow + rowCount - 1 of each pattern, as a string of bits like BITS; all other rows are those of the pattern before it (by id). */
  OPU_PATTERN_ENCODING_ROWS = 1,
  /* For each pattern the lengths of runs of equal bits, starting with a run of zeros (which may be empty) and alternating, each an unsigned LEB128 number; the lengths of a pattern add up to 8 x patternBytes. */
  OPU_PATTERN_ENCODING_RUN_LENGTH = 2
};

/* What happens when a frame is due and no camera buffer is free. */
enum {
  /* The pattern waits for a later slot; nothing is lost. */
  OPU_OVERRUN_MODE_HOLD = 0,
  /* The frame is made and its image discarded; the next readout says how many were. */
  OPU_OVERRUN_MODE_DROP = 1
};

/* What fires a frame. */
enum {
  /* The sequencer's own period. */
  OPU_TRIGGER_MODE_INTERNAL = 0,
  /* SOFTWARE_TRIGGER. */
  OPU_TRIGGER_MODE_SOFTWARE = 1,
  /* An edge at the device's trigger input. */
  OPU_TRIGGER_MODE_EXTERNAL = 2
};

/* What sets the minimum frame period. */
enum {
  /* Not about the period. */
  OPU_LIMITING_TERM_NONE = 0,
  /* S + W + D + E. */
  OPU_LIMITING_TERM_MODULATOR_EXPOSURE = 1,
  /* S + L. */
  OPU_LIMITING_TERM_MODULATOR_LOAD = 2,
  /* T + Q. */
  OPU_LIMITING_TERM_CAMERA_READOUT = 3
};

/* Why a readout is not sent again. */
enum {
  /* It has not been made; it will be sent when it is. */
  OPU_UNAVAILABLE_REASON_NOT_YET = 0,
  /* It is no longer kept, because it was acknowledged or the device was restarted. */
  OPU_UNAVAILABLE_REASON_GONE = 1
};

/* How virtual time passes. */
enum {
  /* As fast as there are events. */
  OPU_PACING_MODE_FREE = 0,
  /* Only while the host says that it waits. */
  OPU_PACING_MODE_LOCKSTEP = 1
};

/* What an EVENT tells. */
enum {
  /* A slot passed because the pattern was not loaded; value = id of the pattern. */
  OPU_EVENT_KIND_UNDERRUN = 1,
  /* A slot passed because no camera buffer was free; value = id of the pattern. */
  OPU_EVENT_KIND_STALL = 2,
  /* A frame was made and discarded; value = its number. */
  OPU_EVENT_KIND_OVERRUN = 3,
  /* A trigger edge fired nothing; value = an IgnoredTriggerReason. */
  OPU_EVENT_KIND_IGNORED_TRIGGER = 4,
  /* The control lease ran out; the sequencer is stopped and the light off. */
  OPU_EVENT_KIND_WATCHDOG = 5,
  /* Value = degrees Celsius. */
  OPU_EVENT_KIND_TEMPERATURE = 6,
  /* Bytes came that are no message; value = a LinkErrorKind. */
  OPU_EVENT_KIND_LINK_ERROR = 7,
  /* The device found itself damaged; the text says more. */
  OPU_EVENT_KIND_FAULT = 8
};

/* Why a trigger edge fired nothing. */
enum {
  /* No run is under way. */
  OPU_IGNORED_TRIGGER_REASON_NOT_RUNNING = 1,
  /* The next pattern is not loaded. */
  OPU_IGNORED_TRIGGER_REASON_NOT_LOADED = 2,
  /* No camera buffer is free. */
  OPU_IGNORED_TRIGGER_REASON_NO_BUFFER = 3,
  /* The minimum period since the last frame has not passed. */
  OPU_IGNORED_TRIGGER_REASON_TOO_EARLY = 4
};

/* What was wrong with bytes that came. */
enum {
  /* They do not start like a message. */
  OPU_LINK_ERROR_KIND_BAD_MAGIC = 1,
  /* The header is damaged. */
  OPU_LINK_ERROR_KIND_HEADER_CRC = 2,
  /* The payload is damaged. */
  OPU_LINK_ERROR_KIND_PAYLOAD_CRC = 3,
  /* The payload is longer than was agreed. */
  OPU_LINK_ERROR_KIND_TOO_LONG = 4,
  /* The frame or transfer is shorter or longer than its header says. */
  OPU_LINK_ERROR_KIND_WRONG_LENGTH = 5,
  /* Another major version. */
  OPU_LINK_ERROR_KIND_VERSION = 6,
  /* An incompatible flag that is not known here. */
  OPU_LINK_ERROR_KIND_INCOMPATIBLE_FLAG = 7,
  /* A type of message that is not known here. */
  OPU_LINK_ERROR_KIND_UNKNOWN_TYPE = 8,
  /* No COBS frame. */
  OPU_LINK_ERROR_KIND_BAD_FRAME = 9,
  /* The payload does not hold what its type needs. */
  OPU_LINK_ERROR_KIND_MALFORMED = 10,
  /* Messages are missing or came twice. */
  OPU_LINK_ERROR_KIND_SEQUENCE = 11
};

/* What is counted. Counters are never reset by being read. */
enum {
  /* Frames made. */
  OPU_COUNTER_ID_FRAMES = 1,
  /* Slots passed because the pattern was not loaded. */
  OPU_COUNTER_ID_UNDERRUN = 2,
  /* Slots passed because no camera buffer was free. */
  OPU_COUNTER_ID_STALL = 3,
  /* Frames made and discarded. */
  OPU_COUNTER_ID_OVERRUN = 4,
  /* Trigger edges that fired nothing. */
  OPU_COUNTER_ID_IGNORED_TRIGGERS = 5,
  /* Headers and payloads with a wrong CRC. */
  OPU_COUNTER_ID_CRC_ERRORS = 6,
  /* Bytes outside of any message. */
  OPU_COUNTER_ID_FRAMING_ERRORS = 7,
  /* Gaps in the sequence of received messages. */
  OPU_COUNTER_ID_MESSAGES_LOST = 8,
  /* Readouts sent again. */
  OPU_COUNTER_ID_READOUTS_RESENT = 9,
  /* Patterns that were asked for again. */
  OPU_COUNTER_ID_PATTERNS_REQUESTED = 10,
  /* Requests that came again and were answered from the stored reply. */
  OPU_COUNTER_ID_REQUESTS_REPEATED = 11,
  /* Control leases that ran out. */
  OPU_COUNTER_ID_WATCHDOG = 12,
  /* Saturated pixels in all readouts. */
  OPU_COUNTER_ID_SATURATED_PIXELS = 13,
  /* Events not sent to a host whose link took less than it was given. */
  OPU_COUNTER_ID_EVENTS_LEFT_OUT = 14,
  /* Messages of another session than that of their connection. */
  OPU_COUNTER_ID_MESSAGES_FOREIGN = 15
};

/* Why a request was refused. */
enum {
  /* The device does not know this type of message, or lacks the feature. */
  OPU_RESULT_CODE_NOT_SUPPORTED = 1,
  /* The payload does not hold what its type needs. */
  OPU_RESULT_CODE_MALFORMED = 2,
  /* Another major version; the text names both. */
  OPU_RESULT_CODE_VERSION_MISMATCH = 3,
  /* HELLO has to come first. */
  OPU_RESULT_CODE_NO_HANDSHAKE = 4,
  /* Only the holder of the control lease may ask for this. */
  OPU_RESULT_CODE_NOT_IN_CONTROL = 5,
  /* Another host holds the control lease. */
  OPU_RESULT_CODE_CONTROL_TAKEN = 6,
  /* A value is outside of its bounds: field, value and bound are given. */
  OPU_RESULT_CODE_OUT_OF_RANGE = 7,
  /* The period is below the minimum: bound and limiting term are given. */
  OPU_RESULT_CODE_PERIOD_TOO_SHORT = 8,
  /* Not possible now: a run is under way, or none is. */
  OPU_RESULT_CODE_WRONG_STATE = 9,
  /* The device is doing something else; ask again. */
  OPU_RESULT_CODE_BUSY = 10,
  /* More than the device has room for. */
  OPU_RESULT_CODE_NO_ROOM = 11,
  /* More was sent than the device had given credit for. */
  OPU_RESULT_CODE_NO_CREDIT = 12,
  /* No stored sequence has this number. */
  OPU_RESULT_CODE_UNKNOWN_SEQUENCE = 13,
  /* The trigger fired nothing; value is an IgnoredTriggerReason. */
  OPU_RESULT_CODE_TRIGGER_IGNORED = 14,
  /* The request came again after its stored reply was dropped. */
  OPU_RESULT_CODE_REPLY_GONE = 15,
  /* The device cannot do it because something in it is damaged. */
  OPU_RESULT_CODE_DEVICE_FAULT = 16,
  /* Another request put an end to it. */
  OPU_RESULT_CODE_ABORTED = 17
};

/* Flags of the header that a reader may ignore. */
enum {
  /* The content was sent before: a request that is repeated, a stored reply, patterns or readouts sent again. */
  OPU_COMPATIBLE_FLAG_REPEATED = 1
};

/* Flags of PATTERNS. */
enum {
  /* The last pattern in this message is the last one of the run. */
  OPU_PATTERN_FLAG_LAST = 1
};

/* Flags of one readout. */
enum {
  /* The mirrors may not have been at rest for the whole exposure. */
  OPU_READOUT_FLAG_GHOST_RISK = 1,
  /* At least one pixel is saturated. */
  OPU_READOUT_FLAG_SATURATED = 2,
  /* The readout of the last pattern of the run. */
  OPU_READOUT_FLAG_RUN_END = 4,
  /* The exposure was ended early. */
  OPU_READOUT_FLAG_EXPOSURE_CUT = 8
};

/* Which values of a CONFIGURE count; the others keep what they are. */
enum {
  /* periodTicks. */
  OPU_CONFIGURATION_FIELD_PERIOD = 1,
  /* exposureTicks. */
  OPU_CONFIGURATION_FIELD_EXPOSURE = 2,
  /* extraSettleTicks. */
  OPU_CONFIGURATION_FIELD_EXTRA_SETTLE = 4,
  /* regionX, regionY, regionWidth, regionHeight. */
  OPU_CONFIGURATION_FIELD_REGION_OF_INTEREST = 8,
  /* pixelFormat. */
  OPU_CONFIGURATION_FIELD_PIXEL_FORMAT = 16,
  /* overrunMode. */
  OPU_CONFIGURATION_FIELD_OVERRUN = 32,
  /* triggerMode. */
  OPU_CONFIGURATION_FIELD_TRIGGER = 64,
  /* macroColumns, macroRows. */
  OPU_CONFIGURATION_FIELD_MACRO_PIXELS = 128,
  /* referenceOn, referenceAmplitude, referencePhaseSteps, referenceTiltX, referenceTiltY. */
  OPU_CONFIGURATION_FIELD_REFERENCE = 256
};

/* Pixel formats that a device offers. */
enum {
  /* PixelFormat MONO8. */
  OPU_PIXEL_FORMAT_BIT_MONO8 = 1,
  /* PixelFormat MONO10_PACKED. */
  OPU_PIXEL_FORMAT_BIT_MONO10_PACKED = 2,
  /* PixelFormat MONO12_PACKED. */
  OPU_PIXEL_FORMAT_BIT_MONO12_PACKED = 4,
  /* PixelFormat MONO16. */
  OPU_PIXEL_FORMAT_BIT_MONO16 = 8,
  /* PixelFormat FLOAT32. */
  OPU_PIXEL_FORMAT_BIT_FLOAT32 = 16
};

/* What a device can do beyond what every device can. */
enum {
  /* TriggerMode SOFTWARE. */
  OPU_DEVICE_FEATURE_SOFTWARE_TRIGGER = 1,
  /* TriggerMode EXTERNAL. */
  OPU_DEVICE_FEATURE_EXTERNAL_TRIGGER = 2,
  /* A reference beam that can be switched and stepped in phase. */
  OPU_DEVICE_FEATURE_REFERENCE_BEAM = 4,
  /* A reference beam that can be tilted (off-axis). */
  OPU_DEVICE_FEATURE_REFERENCE_TILT = 8,
  /* Layouts other than raw. */
  OPU_DEVICE_FEATURE_MACRO_PIXELS = 16,
  /* STORE_SEQUENCE, PLAY_SEQUENCE, ERASE_SEQUENCE. */
  OPU_DEVICE_FEATURE_STORED_SEQUENCES = 32,
  /* PatternEncoding ROWS. */
  OPU_DEVICE_FEATURE_ROW_PATTERNS = 64,
  /* PatternEncoding RUN_LENGTH. */
  OPU_DEVICE_FEATURE_RUN_LENGTH_PATTERNS = 128,
  /* OverrunMode DROP. */
  OPU_DEVICE_FEATURE_DROP_MODE = 256,
  /* SET_PACING, HOST_WAITING, SPEND: time is virtual. */
  OPU_DEVICE_FEATURE_VIRTUAL_CLOCK = 512,
  /* It is a recording: patterns and configurations that were not recorded are refused. */
  OPU_DEVICE_FEATURE_RECORDING = 1024
};

/* Types of messages. */
enum {
  OPU_TYPE_HELLO = 0x0001,
  OPU_TYPE_HELLO_REPLY = 0x0002,
  OPU_TYPE_DESCRIBE = 0x0003,
  OPU_TYPE_DESCRIBE_REPLY = 0x0004,
  OPU_TYPE_ACQUIRE_CONTROL = 0x0005,
  OPU_TYPE_RELEASE_CONTROL = 0x0006,
  OPU_TYPE_HEARTBEAT = 0x0007,
  OPU_TYPE_CLOCK_SYNC = 0x0008,
  OPU_TYPE_CLOCK_SYNC_REPLY = 0x0009,
  OPU_TYPE_DONE = 0x0101,
  OPU_TYPE_PENDING = 0x0102,
  OPU_TYPE_REFUSED = 0x0103,
  OPU_TYPE_CONFIGURE = 0x0201,
  OPU_TYPE_CONFIGURE_REPLY = 0x0202,
  OPU_TYPE_GET_CONFIGURATION = 0x0203,
  OPU_TYPE_QUERY_PERIOD = 0x0204,
  OPU_TYPE_QUERY_PERIOD_REPLY = 0x0205,
  OPU_TYPE_PATTERNS = 0x0301,
  OPU_TYPE_PATTERN_CREDIT = 0x0302,
  OPU_TYPE_PATTERN_RESEND = 0x0303,
  OPU_TYPE_STORE_SEQUENCE = 0x0311,
  OPU_TYPE_PLAY_SEQUENCE = 0x0312,
  OPU_TYPE_ERASE_SEQUENCE = 0x0313,
  OPU_TYPE_START = 0x0401,
  OPU_TYPE_STOP = 0x0402,
  OPU_TYPE_ABORT = 0x0403,
  OPU_TYPE_RUN_REPORT = 0x0404,
  OPU_TYPE_SOFTWARE_TRIGGER = 0x0405,
  OPU_TYPE_RUN_ENDED = 0x0406,
  OPU_TYPE_READOUTS = 0x0501,
  OPU_TYPE_READOUT_ACK = 0x0502,
  OPU_TYPE_READOUT_CREDIT = 0x0503,
  OPU_TYPE_READOUT_RESEND = 0x0504,
  OPU_TYPE_READOUT_UNAVAILABLE = 0x0505,
  OPU_TYPE_EVENT = 0x0601,
  OPU_TYPE_GET_COUNTERS = 0x0602,
  OPU_TYPE_COUNTERS_REPLY = 0x0603,
  OPU_TYPE_RESET_COUNTERS = 0x0604,
  OPU_TYPE_SET_PACING = 0x0701,
  OPU_TYPE_HOST_WAITING = 0x0702,
  OPU_TYPE_SPEND = 0x0703
};

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

/* What is known of one frame. */
typedef struct {
  /* Number of the frame since power-on; never wraps. */
  uint64_t frame;
  /* The pattern that was on the modulator. */
  uint64_t pattern_id;
  /* Tick of the reset pulse that showed the pattern. */
  uint64_t reset_tick;
  /* Tick on which the exposure started. */
  uint64_t exposure_start_tick;
  /* Length of the exposure, ticks. */
  uint64_t exposure_ticks;
  /* Phase of the reference beam, radians; 0 when it is off. */
  double reference_phase;
  /* Flags of the frame. Bits OPU_READOUT_FLAG_*. */
  uint32_t flags;
  /* Pixels at full scale. */
  uint32_t saturated_pixels;
  /* Frames that were discarded just before this one. */
  uint32_t dropped_before;
  /* CRC-32C of the bytes of the image. */
  uint32_t image_crc;
} opu_readout_record;

#define OPU_READOUT_RECORD_BYTES 64u

/* Reads record index, which is below r->count. */
void opu_get_readout_record(const opu_records *r, uint32_t index, opu_readout_record *m);
/* Writes OPU_READOUT_RECORD_BYTES bytes. */
void opu_put_readout_record(uint8_t *p, const opu_readout_record *m);

/* One counter. */
typedef struct {
  /* Which counter. OPU_COUNTER_ID_*. */
  uint32_t id;
  /* Its value since power-on or the last reset. */
  uint64_t value;
} opu_counter_record;

#define OPU_COUNTER_RECORD_BYTES 16u

/* Reads record index, which is below r->count. */
void opu_get_counter_record(const opu_records *r, uint32_t index, opu_counter_record *m);
/* Writes OPU_COUNTER_RECORD_BYTES bytes. */
void opu_put_counter_record(uint8_t *p, const opu_counter_record *m);

/* One step of a stored sequence that is played. */
typedef struct {
  /* Which pattern of the stored sequence, from 0. */
  uint32_t index;
} opu_sequence_step;

#define OPU_SEQUENCE_STEP_BYTES 4u

/* Reads record index, which is below r->count. */
void opu_get_sequence_step(const opu_records *r, uint32_t index, opu_sequence_step *m);
/* Writes OPU_SEQUENCE_STEP_BYTES bytes. */
void opu_put_sequence_step(uint8_t *p, const opu_sequence_step *m);

/* Opens a connection. The first message of every connection. Sent by the host. */
typedef struct {
  /* Major version that the host speaks. */
  uint8_t version_major;
  /* Highest minor version that the host knows. */
  uint8_t version_minor;
  /* Longest payload that the host takes, bytes. */
  uint32_t maximum_payload;
  /* A number that the host keeps over reconnections; stored replies belong to it. 0 keeps nothing. */
  uint64_t host_id;
  /* Hash of the host's schema; tells skew, decides nothing. */
  uint8_t schema_hash[16];
  /* Program and machine, for logs. */
  opu_text host_name;
  /* Drawn anew for each connection: the half of the session id that the host chooses. 0 wants none. */
  uint32_t host_nonce;
} opu_hello;

/* Versions, limits and identity of the device. Sent by the device. */
typedef struct {
  /* Major version that the device speaks. */
  uint8_t version_major;
  /* Highest minor version that the device knows. */
  uint8_t version_minor;
  /* Longest payload that the device takes, bytes. */
  uint32_t maximum_payload;
  /* Changes with every power-on: frame numbers, stored patterns and replies from before are void. */
  uint64_t boot_id;
  /* Hash of the device's schema. */
  uint8_t schema_hash[16];
  /* Who made the device. */
  opu_text vendor;
  /* What it is called. */
  opu_text model;
  /* Its serial number. */
  opu_text serial;
  /* Version of its firmware. */
  opu_text firmware_version;
  /* Name of the profile that it follows. */
  opu_text profile;
  /* That of the HELLO which this answers; 0 where the session has no id. */
  uint32_t host_nonce;
  /* Drawn anew for each session: the half of the session id that the device chooses. */
  uint32_t device_nonce;
} opu_hello_reply;

/* What the device is and can do. L, S, D, T, V, Nram and Nbuf are those of the timing rules. Sent by the device. */
typedef struct {
  /* Mirrors in a row. */
  uint32_t modulator_width;
  /* Rows of mirrors. */
  uint32_t modulator_height;
  /* Pixels in a row of the sensor. */
  uint32_t sensor_width;
  /* Rows of the sensor. */
  uint32_t sensor_height;
  /* Left edge and width of a region of interest are multiples of it, pixels. */
  uint32_t region_x_step;
  /* Top edge and height of a region of interest are multiples of it, pixels. */
  uint32_t region_y_step;
  /* Nram: patterns that fit in pattern RAM. */
  uint32_t pattern_slots;
  /* Nbuf: camera frame buffers. */
  uint32_t frame_buffers;
  /* Shortest exposure, ticks. */
  uint64_t minimum_exposure_ticks;
  /* Longest exposure, ticks. */
  uint64_t maximum_exposure_ticks;
  /* Shortest frame period of any configuration, ticks. */
  uint64_t minimum_period_ticks;
  /* Longest frame period, ticks. */
  uint64_t maximum_period_ticks;
  /* L: loading one whole pattern into the modulator, ticks. */
  uint64_t load_ticks;
  /* S: reset pulse to settled, ticks. */
  uint64_t settle_ticks;
  /* D: camera trigger to start of exposure, ticks. */
  uint64_t trigger_delay_ticks;
  /* T: end of exposure to start of readout, ticks. */
  uint64_t transfer_ticks;
  /* V: refresh period of the modulator, ticks; 1 for a DMD. */
  uint64_t refresh_ticks;
  /* Loading one row of mirrors, ticks. */
  uint64_t load_row_ticks;
  /* Reading one row of the sensor, ticks. */
  uint64_t readout_row_ticks;
  /* Length of one tick, picoseconds; 10 000 unless the device differs. */
  uint32_t tick_picoseconds;
  /* Pixel formats that it offers. Bits OPU_PIXEL_FORMAT_BIT_*. */
  uint32_t pixel_formats;
  /* What else it can do. Bits OPU_DEVICE_FEATURE_*. */
  uint32_t features;
  /* What shows the patterns. OPU_MODULATOR_KIND_*. */
  uint8_t modulator_kind;
  /* Replies that it stores for repeated requests. */
  uint16_t stored_replies;
  /* Most phases that the reference beam can step through. */
  uint32_t maximum_phase_steps;
  /* Sequences that it can store. */
  uint32_t sequence_slots;
  /* Patterns that it can store in all sequences together. */
  uint32_t sequence_patterns;
  /* Readouts that it keeps until they are acknowledged. */
  uint32_t retained_readouts;
  /* Shortest heartbeat interval that it grants. */
  uint32_t minimum_heartbeat_microseconds;
  /* Longest heartbeat interval that it grants. */
  uint32_t maximum_heartbeat_microseconds;
} opu_describe_reply;

/* Asks for the control lease. DONE.value is the heartbeat interval that was granted, microseconds. Sent by the host. */
typedef struct {
  /* The host will let at most this pass between two messages; 0 asks for the longest that the device grants. */
  uint32_t heartbeat_microseconds;
} opu_acquire_control;

/* Asks for the time of the device. Sent by the host. */
typedef struct {
  /* The host's own time of sending, in a unit of its own. */
  uint64_t host_time;
} opu_clock_sync;

/* When the question came and when this answer left. Sent by the device. */
typedef struct {
  /* As it was in CLOCK_SYNC. */
  uint64_t host_time;
  /* Tick on which the last byte of CLOCK_SYNC came. */
  uint64_t arrival_tick;
  /* Tick on which the first byte of this message leaves. */
  uint64_t departure_tick;
} opu_clock_sync_reply;

/* The request was carried out. Sent by the device. */
typedef struct {
  /* Tick on which it took effect. */
  uint64_t tick;
  /* What the request says about it; 0 otherwise. */
  uint64_t value;
} opu_done;

/* The request is being carried out; the final reply follows under the same request id. Sent by the device. */
typedef struct {
  /* How long it is expected to take from now, ticks. */
  uint64_t expected_ticks;
} opu_pending;

/* The request was not carried out, and nothing was changed. Sent by the device. */
typedef struct {
  /* Why. OPU_RESULT_CODE_*. */
  uint16_t result_code;
  /* What sets the minimum period, if that is why. OPU_LIMITING_TERM_*. */
  uint8_t limiting_term;
  /* Type of the message that is refused. */
  uint16_t request_type;
  /* The value that was asked for, where a field is named. */
  double value;
  /* The nearest value that is allowed, where a field is named. */
  double bound;
  /* Name of the field that is to blame; empty for none. */
  opu_text field;
  /* For people. */
  opu_text text;
} opu_refused;

/* Sets how frames are made. Applied whole or refused whole. Sent by the host. */
typedef struct {
  /* P: frame period, ticks. */
  uint64_t period_ticks;
  /* E: exposure, ticks. */
  uint64_t exposure_ticks;
  /* W: extra wait before the exposure, ticks. */
  uint64_t extra_settle_ticks;
  /* Left edge of the region of interest, pixels. */
  uint32_t region_x;
  /* Top edge of the region of interest, pixels. */
  uint32_t region_y;
  /* Width of the region of interest, pixels. */
  uint32_t region_width;
  /* Height of the region of interest, pixels. */
  uint32_t region_height;
  /* Values in a row of a pattern; 0 with macroRows 0 is raw: one bit a mirror. */
  uint32_t macro_columns;
  /* Rows of values of a pattern; 0 with macroColumns 0 is raw. */
  uint32_t macro_rows;
  /* Pixels of readouts. OPU_PIXEL_FORMAT_*. */
  uint8_t pixel_format;
  /* What happens when no camera buffer is free. OPU_OVERRUN_MODE_*. */
  uint8_t overrun_mode;
  /* What fires a frame. OPU_TRIGGER_MODE_*. */
  uint8_t trigger_mode;
  /* 1 when the reference beam is on, 0 when it is off. */
  uint8_t reference_on;
  /* Phases that the reference beam steps through frame by frame; at least 1. */
  uint32_t reference_phase_steps;
  /* Amplitude of the reference beam in units of the mean field that every mirror on gives. */
  double reference_amplitude;
  /* Tilt of the reference beam along x, radians a pixel. */
  double reference_tilt_x;
  /* Tilt of the reference beam along y, radians a pixel. */
  double reference_tilt_y;
  /* Which of the values above count. Bits OPU_CONFIGURATION_FIELD_*. */
  uint32_t fields;
} opu_configure;

/* The configuration as it is applied. Sent by the device. */
typedef struct {
  /* P: frame period, ticks. */
  uint64_t period_ticks;
  /* E: exposure, ticks. */
  uint64_t exposure_ticks;
  /* W: extra wait before the exposure, ticks. */
  uint64_t extra_settle_ticks;
  /* Left edge of the region of interest, pixels. */
  uint32_t region_x;
  /* Top edge of the region of interest, pixels. */
  uint32_t region_y;
  /* Width of the region of interest, pixels. */
  uint32_t region_width;
  /* Height of the region of interest, pixels. */
  uint32_t region_height;
  /* Values in a row of a pattern; 0 with macroRows 0 is raw: one bit a mirror. */
  uint32_t macro_columns;
  /* Rows of values of a pattern; 0 with macroColumns 0 is raw. */
  uint32_t macro_rows;
  /* Pixels of readouts. OPU_PIXEL_FORMAT_*. */
  uint8_t pixel_format;
  /* What happens when no camera buffer is free. OPU_OVERRUN_MODE_*. */
  uint8_t overrun_mode;
  /* What fires a frame. OPU_TRIGGER_MODE_*. */
  uint8_t trigger_mode;
  /* 1 when the reference beam is on, 0 when it is off. */
  uint8_t reference_on;
  /* Phases that the reference beam steps through frame by frame; at least 1. */
  uint32_t reference_phase_steps;
  /* Amplitude of the reference beam in units of the mean field that every mirror on gives. */
  double reference_amplitude;
  /* Tilt of the reference beam along x, radians a pixel. */
  double reference_tilt_x;
  /* Tilt of the reference beam along y, radians a pixel. */
  double reference_tilt_y;
  /* CRC-32C of the bytes of this payload before this field. */
  uint32_t configuration_hash;
  /* Bytes of one pattern: ceil(values / 8). */
  uint32_t pattern_bytes;
  /* Pmin: shortest frame period that this configuration allows, ticks. */
  uint64_t minimum_period_ticks;
  /* What sets the minimum period. OPU_LIMITING_TERM_*. */
  uint8_t limiting_term;
} opu_configure_reply;

/* Asks for the minimum period of a configuration without applying it. periodTicks is not looked at. Sent by the host. */
typedef struct {
  /* P: frame period, ticks. */
  uint64_t period_ticks;
  /* E: exposure, ticks. */
  uint64_t exposure_ticks;
  /* W: extra wait before the exposure, ticks. */
  uint64_t extra_settle_ticks;
  /* Left edge of the region of interest, pixels. */
  uint32_t region_x;
  /* Top edge of the region of interest, pixels. */
  uint32_t region_y;
  /* Width of the region of interest, pixels. */
  uint32_t region_width;
  /* Height of the region of interest, pixels. */
  uint32_t region_height;
  /* Values in a row of a pattern; 0 with macroRows 0 is raw: one bit a mirror. */
  uint32_t macro_columns;
  /* Rows of values of a pattern; 0 with macroColumns 0 is raw. */
  uint32_t macro_rows;
  /* Pixels of readouts. OPU_PIXEL_FORMAT_*. */
  uint8_t pixel_format;
  /* What happens when no camera buffer is free. OPU_OVERRUN_MODE_*. */
  uint8_t overrun_mode;
  /* What fires a frame. OPU_TRIGGER_MODE_*. */
  uint8_t trigger_mode;
  /* 1 when the reference beam is on, 0 when it is off. */
  uint8_t reference_on;
  /* Phases that the reference beam steps through frame by frame; at least 1. */
  uint32_t reference_phase_steps;
  /* Amplitude of the reference beam in units of the mean field that every mirror on gives. */
  double reference_amplitude;
  /* Tilt of the reference beam along x, radians a pixel. */
  double reference_tilt_x;
  /* Tilt of the reference beam along y, radians a pixel. */
  double reference_tilt_y;
  /* Which of the values above count. Bits OPU_CONFIGURATION_FIELD_*. */
  uint32_t fields;
} opu_query_period;

/* The minimum period of a candidate. Sent by the device. */
typedef struct {
  /* Pmin of the candidate, ticks. */
  uint64_t minimum_period_ticks;
  /* What sets it. OPU_LIMITING_TERM_*. */
  uint8_t limiting_term;
} opu_query_period_reply;

/* Patterns for the pattern RAM, in the order of their ids. Answered by PATTERN_CREDIT, not by a reply. Sent by the host. */
typedef struct {
  /* Id of the first pattern; the others follow by one. */
  uint64_t first_pattern_id;
  /* Patterns in this message. */
  uint32_t count;
  /* How the patterns are written. OPU_PATTERN_ENCODING_*. */
  uint8_t encoding;
  /* Flags. Bits OPU_PATTERN_FLAG_*. */
  uint8_t flags;
  /* Bytes of one whole pattern in the present layout. */
  uint32_t pattern_bytes;
  /* First row that is sent (encoding ROWS); 0 otherwise. */
  uint32_t first_row;
  /* Rows that are sent (encoding ROWS); 0 otherwise. */
  uint32_t row_count;
  /* The patterns one after the other, each starting on a byte. */
  opu_bytes data;
} opu_patterns;

/* What has come and what there is room for. Sent by the device. */
typedef struct {
  /* The id that is expected next: all below have come. */
  uint64_t next_pattern_id;
  /* There is room for all patterns whose id is below this. */
  uint64_t credit_limit;
} opu_pattern_credit;

/* Patterns are missing and have to be sent again. Sent by the device. */
typedef struct {
  /* Id of the first missing pattern. */
  uint64_t from;
  /* How many are missing from there on. */
  uint32_t count;
} opu_pattern_resend;

/* Stores patterns of a sequence. A sequence may come in several messages, from its first pattern on. Sent by the host. */
typedef struct {
  /* Number of the sequence, chosen by the host. */
  uint32_t sequence_id;
  /* Place of the first pattern of this message; 0 starts the sequence anew. */
  uint32_t first_index;
  /* Patterns in this message. */
  uint32_t count;
  /* How the patterns are written. OPU_PATTERN_ENCODING_*. */
  uint8_t encoding;
  /* Flags. Bits OPU_PATTERN_FLAG_*. */
  uint8_t flags;
  /* Bytes of one whole pattern in the present layout. */
  uint32_t pattern_bytes;
  /* First row that is sent (encoding ROWS); 0 otherwise. */
  uint32_t first_row;
  /* Rows that are sent (encoding ROWS); 0 otherwise. */
  uint32_t row_count;
  /* The patterns one after the other, each starting on a byte. */
  opu_bytes data;
} opu_store_sequence;

/* Starts a run that takes its patterns from a stored sequence. DONE.tick is the start. Sent by the host. */
typedef struct {
  /* Id that the first pattern shown gets; the others follow by one. */
  uint64_t first_pattern_id;
  /* Number of the sequence. */
  uint32_t sequence_id;
  /* How often the steps are played; 0 means until STOP or ABORT. */
  uint32_t repetitions;
  /* Patterns in the order of playing; none means all in order. */
  opu_records steps;
} opu_play_sequence;

/* Forgets a stored sequence. Sent by the host. */
typedef struct {
  /* Number of the sequence; 0xffffffff for all. */
  uint32_t sequence_id;
} opu_erase_sequence;

/* Starts a run. DONE.tick is the tick on which it takes effect, DONE.value the number of the first frame. Sent by the host. */
typedef struct {
  /* None defined; 0. */
  uint32_t flags;
} opu_start;

/* Answers STOP and ABORT once the last frame is finished. Sent by the device. */
typedef struct {
  /* Tick on which the sequencer came to rest. */
  uint64_t tick;
  /* Frames made since the start. */
  uint64_t frames_done;
  /* The id that is expected next from the host. */
  uint64_t next_pattern_id;
} opu_run_report;

/* The last pattern's readout was sent and the sequencer idles. Not a reply. Sent by the device. */
typedef struct {
  /* Tick on which the last readout had been sent. */
  uint64_t tick;
  /* Frames made since the start. */
  uint64_t frames_done;
  /* Number that the next frame will get: all readouts of the run are below. */
  uint64_t next_frame;
} opu_run_ended;

/* One or more readouts of equal shape, in the order of their frames. Sent by the device. */
typedef struct {
  /* Left edge of the region of interest, pixels. */
  uint32_t region_x;
  /* Top edge of the region of interest, pixels. */
  uint32_t region_y;
  /* Width of the region of interest, pixels. */
  uint32_t region_width;
  /* Height of the region of interest, pixels. */
  uint32_t region_height;
  /* How the pixels are stored. OPU_PIXEL_FORMAT_*. */
  uint8_t pixel_format;
  /* Bytes of one image. */
  uint32_t image_bytes;
  /* What is known of each frame. */
  opu_records frames;
  /* The images one after the other, imageBytes each. */
  opu_bytes data;
} opu_readouts;

/* The host has all readouts up to here; the device need not keep them. Sent by the host. */
typedef struct {
  /* All readouts whose frame is below this are safe. */
  uint64_t next_frame;
} opu_readout_ack;

/* How many readouts the host has room for. Sent by the host. */
typedef struct {
  /* There is room for all readouts whose frame is below this. */
  uint64_t credit_limit;
} opu_readout_credit;

/* Readouts are missing. Answered by READOUTS or READOUT_UNAVAILABLE for each of them. Sent by the host. */
typedef struct {
  /* Frame of the first missing readout. */
  uint64_t from;
  /* How many are missing from there on. */
  uint32_t count;
} opu_readout_resend;

/* These readouts are not sent (again), and why. Sent by the device. */
typedef struct {
  /* Frame of the first of them. */
  uint64_t from;
  /* How many, from there on. */
  uint32_t count;
  /* Why. OPU_UNAVAILABLE_REASON_*. */
  uint8_t reason;
} opu_readout_unavailable;

/* Something happened. Not a reply. Sent by the device. */
typedef struct {
  /* When. */
  uint64_t tick;
  /* As the kind says. */
  double value;
  /* What. OPU_EVENT_KIND_*. */
  uint16_t kind;
  /* For people. */
  opu_text text;
} opu_event;

/* All counters, read on one tick. Sent by the device. */
typedef struct {
  /* When they were read. */
  uint64_t tick;
  /* The counters. */
  opu_records counters;
} opu_counters_reply;

/* Sets how virtual time passes. Only for devices with the feature VIRTUAL_CLOCK. Sent by the host. */
typedef struct {
  /* How. OPU_PACING_MODE_*. */
  uint8_t mode;
} opu_set_pacing;

/* The host has worked off all that it received and sends nothing until it hears from the device. Sent by the host. */
typedef struct {
  /* Messages of the device that it has worked off: one more than the sequence of the last of them. */
  uint64_t device_sequence;
} opu_host_waiting;

/* Books host work: virtual time passes by this much. DONE.tick is the time after it. Sent by the host. */
typedef struct {
  /* How much, ticks. */
  uint64_t ticks;
} opu_spend;

/* Any message. Those without fields are their type alone. */
typedef struct {
  uint16_t type;
  union {
    opu_hello hello;
    opu_hello_reply hello_reply;
    opu_describe_reply describe_reply;
    opu_acquire_control acquire_control;
    opu_clock_sync clock_sync;
    opu_clock_sync_reply clock_sync_reply;
    opu_done done;
    opu_pending pending;
    opu_refused refused;
    opu_configure configure;
    opu_configure_reply configure_reply;
    opu_query_period query_period;
    opu_query_period_reply query_period_reply;
    opu_patterns patterns;
    opu_pattern_credit pattern_credit;
    opu_pattern_resend pattern_resend;
    opu_store_sequence store_sequence;
    opu_play_sequence play_sequence;
    opu_erase_sequence erase_sequence;
    opu_start start;
    opu_run_report run_report;
    opu_run_ended run_ended;
    opu_readouts readouts;
    opu_readout_ack readout_ack;
    opu_readout_credit readout_credit;
    opu_readout_resend readout_resend;
    opu_readout_unavailable readout_unavailable;
    opu_event event;
    opu_counters_reply counters_reply;
    opu_set_pacing set_pacing;
    opu_host_waiting host_waiting;
    opu_spend spend;
  } as;
} opu_message;

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

#ifdef __cplusplus
}
#endif

#endif
