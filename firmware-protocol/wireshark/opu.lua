-- Generated from src/schema by `npm run generate`; edits are lost.
--
-- Wireshark dissector of the OPU protocol over TCP and USB bulk. Use: wireshark -X lua_script:opu.lua
-- It finds conversations by the magic of their first message; for any other choose Decode As, OPU.

local opu = Proto("opu", "Optical processing unit")

local MAGIC = 0xb155504f
local VERSION_MAJOR = 1
local HEADER_BYTES = 32
-- Longer ones are taken for damage, so that one wrong length does not swallow a capture.
local MAXIMUM_MESSAGE = 0x10000000

local values = {
  ModulatorKind = { [0] = "DMD", [1] = "LIQUID_CRYSTAL" },
  PixelFormat = { [0] = "MONO8", [1] = "MONO10_PACKED", [2] = "MONO12_PACKED", [3] = "MONO16", [4] = "FLOAT32" },
  PatternEncoding = { [0] = "BITS", [1] = "ROWS", [2] = "RUN_LENGTH" },
  OverrunMode = { [0] = "HOLD", [1] = "DROP" },
  TriggerMode = { [0] = "INTERNAL", [1] = "SOFTWARE", [2] = "EXTERNAL" },
  LimitingTerm = { [0] = "NONE", [1] = "MODULATOR_EXPOSURE", [2] = "MODULATOR_LOAD", [3] = "CAMERA_READOUT" },
  UnavailableReason = { [0] = "NOT_YET", [1] = "GONE" },
  PacingMode = { [0] = "FREE", [1] = "LOCKSTEP" },
  EventKind = { [1] = "UNDERRUN", [2] = "STALL", [3] = "OVERRUN", [4] = "IGNORED_TRIGGER", [5] = "WATCHDOG", [6] = "TEMPERATURE", [7] = "LINK_ERROR", [8] = "FAULT" },
  IgnoredTriggerReason = { [1] = "NOT_RUNNING", [2] = "NOT_LOADED", [3] = "NO_BUFFER", [4] = "TOO_EARLY" },
  LinkErrorKind = { [1] = "BAD_MAGIC", [2] = "HEADER_CRC", [3] = "PAYLOAD_CRC", [4] = "TOO_LONG", [5] = "WRONG_LENGTH", [6] = "VERSION", [7] = "INCOMPATIBLE_FLAG", [8] = "UNKNOWN_TYPE", [9] = "BAD_FRAME", [10] = "MALFORMED", [11] = "SEQUENCE" },
  CounterId = { [1] = "FRAMES", [2] = "UNDERRUN", [3] = "STALL", [4] = "OVERRUN", [5] = "IGNORED_TRIGGERS", [6] = "CRC_ERRORS", [7] = "FRAMING_ERRORS", [8] = "MESSAGES_LOST", [9] = "READOUTS_RESENT", [10] = "PATTERNS_REQUESTED", [11] = "REQUESTS_REPEATED", [12] = "WATCHDOG", [13] = "SATURATED_PIXELS", [14] = "EVENTS_LEFT_OUT", [15] = "MESSAGES_FOREIGN" },
  ResultCode = { [1] = "NOT_SUPPORTED", [2] = "MALFORMED", [3] = "VERSION_MISMATCH", [4] = "NO_HANDSHAKE", [5] = "NOT_IN_CONTROL", [6] = "CONTROL_TAKEN", [7] = "OUT_OF_RANGE", [8] = "PERIOD_TOO_SHORT", [9] = "WRONG_STATE", [10] = "BUSY", [11] = "NO_ROOM", [12] = "NO_CREDIT", [13] = "UNKNOWN_SEQUENCE", [14] = "TRIGGER_IGNORED", [15] = "REPLY_GONE", [16] = "DEVICE_FAULT", [17] = "ABORTED" },
}

local bit_names = {
  CompatibleFlag = { { 1, "REPEATED" } },
  PatternFlag = { { 1, "LAST" } },
  ReadoutFlag = { { 1, "GHOST_RISK" }, { 2, "SATURATED" }, { 4, "RUN_END" }, { 8, "EXPOSURE_CUT" } },
  ConfigurationField = { { 1, "PERIOD" }, { 2, "EXPOSURE" }, { 4, "EXTRA_SETTLE" }, { 8, "REGION_OF_INTEREST" }, { 16, "PIXEL_FORMAT" }, { 32, "OVERRUN" }, { 64, "TRIGGER" }, { 128, "MACRO_PIXELS" }, { 256, "REFERENCE" } },
  PixelFormatBit = { { 1, "MONO8" }, { 2, "MONO10_PACKED" }, { 4, "MONO12_PACKED" }, { 8, "MONO16" }, { 16, "FLOAT32" } },
  DeviceFeature = { { 1, "SOFTWARE_TRIGGER" }, { 2, "EXTERNAL_TRIGGER" }, { 4, "REFERENCE_BEAM" }, { 8, "REFERENCE_TILT" }, { 16, "MACRO_PIXELS" }, { 32, "STORED_SEQUENCES" }, { 64, "ROW_PATTERNS" }, { 128, "RUN_LENGTH_PATTERNS" }, { 256, "DROP_MODE" }, { 512, "VIRTUAL_CLOCK" }, { 1024, "RECORDING" } },
}
local compatible_flags = bit_names.CompatibleFlag

local type_names = {
  [1] = "HELLO",
  [2] = "HELLO_REPLY",
  [3] = "DESCRIBE",
  [4] = "DESCRIBE_REPLY",
  [5] = "ACQUIRE_CONTROL",
  [6] = "RELEASE_CONTROL",
  [7] = "HEARTBEAT",
  [8] = "CLOCK_SYNC",
  [9] = "CLOCK_SYNC_REPLY",
  [257] = "DONE",
  [258] = "PENDING",
  [259] = "REFUSED",
  [513] = "CONFIGURE",
  [514] = "CONFIGURE_REPLY",
  [515] = "GET_CONFIGURATION",
  [516] = "QUERY_PERIOD",
  [517] = "QUERY_PERIOD_REPLY",
  [769] = "PATTERNS",
  [770] = "PATTERN_CREDIT",
  [771] = "PATTERN_RESEND",
  [785] = "STORE_SEQUENCE",
  [786] = "PLAY_SEQUENCE",
  [787] = "ERASE_SEQUENCE",
  [1025] = "START",
  [1026] = "STOP",
  [1027] = "ABORT",
  [1028] = "RUN_REPORT",
  [1029] = "SOFTWARE_TRIGGER",
  [1030] = "RUN_ENDED",
  [1281] = "READOUTS",
  [1282] = "READOUT_ACK",
  [1283] = "READOUT_CREDIT",
  [1284] = "READOUT_RESEND",
  [1285] = "READOUT_UNAVAILABLE",
  [1537] = "EVENT",
  [1538] = "GET_COUNTERS",
  [1539] = "COUNTERS_REPLY",
  [1540] = "RESET_COUNTERS",
  [1793] = "SET_PACING",
  [1794] = "HOST_WAITING",
  [1795] = "SPEND",
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

local least_readout_record = 64
local record_readout_record = {
  { name = "frame", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.readout_record.frame", "frame", base.DEC)) },
  { name = "patternId", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.readout_record.pattern_id", "patternId", base.DEC)) },
  { name = "resetTick", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.readout_record.reset_tick", "resetTick", base.DEC)) },
  { name = "exposureStartTick", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.readout_record.exposure_start_tick", "exposureStartTick", base.DEC)) },
  { name = "exposureTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.readout_record.exposure_ticks", "exposureTicks", base.DEC)) },
  { name = "referencePhase", kind = "f64", size = 8, proto = register(ProtoField.double("opu.readout_record.reference_phase", "referencePhase")) },
  { name = "flags", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.readout_record.flags", "flags", base.HEX)), bits = bit_names.ReadoutFlag },
  { name = "saturatedPixels", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.readout_record.saturated_pixels", "saturatedPixels", base.DEC)) },
  { name = "droppedBefore", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.readout_record.dropped_before", "droppedBefore", base.DEC)) },
  { name = "imageCrc", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.readout_record.image_crc", "imageCrc", base.DEC)) },
}

local least_counter_record = 16
local record_counter_record = {
  { name = "id", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.counter_record.id", "id", base.DEC, values.CounterId)) },
  { name = "reserved", kind = "reserved", size = 4 },
  { name = "value", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.counter_record.value", "value", base.DEC)) },
}

local least_sequence_step = 4
local record_sequence_step = {
  { name = "index", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.sequence_step.index", "index", base.DEC)) },
}

local messages = {
  [1] = { name = "HELLO", fields = {
    { name = "versionMajor", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.hello.version_major", "versionMajor", base.DEC)) },
    { name = "versionMinor", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.hello.version_minor", "versionMinor", base.DEC)) },
    { name = "reserved", kind = "reserved", size = 2 },
    { name = "maximumPayload", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.hello.maximum_payload", "maximumPayload", base.DEC)) },
    { name = "hostId", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.hello.host_id", "hostId", base.DEC)) },
    { name = "schemaHash", kind = "hex", size = 16, proto = register(ProtoField.bytes("opu.hello.schema_hash", "schemaHash")) },
    { name = "hostName", kind = "string", proto = register(ProtoField.string("opu.hello.host_name", "hostName")) },
    { name = "hostNonce", kind = "u32", size = 4, later = true, proto = register(ProtoField.uint32("opu.hello.host_nonce", "hostNonce", base.DEC)) },
  } },
  [2] = { name = "HELLO_REPLY", fields = {
    { name = "versionMajor", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.hello_reply.version_major", "versionMajor", base.DEC)) },
    { name = "versionMinor", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.hello_reply.version_minor", "versionMinor", base.DEC)) },
    { name = "reserved", kind = "reserved", size = 2 },
    { name = "maximumPayload", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.hello_reply.maximum_payload", "maximumPayload", base.DEC)) },
    { name = "bootId", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.hello_reply.boot_id", "bootId", base.DEC)) },
    { name = "schemaHash", kind = "hex", size = 16, proto = register(ProtoField.bytes("opu.hello_reply.schema_hash", "schemaHash")) },
    { name = "vendor", kind = "string", proto = register(ProtoField.string("opu.hello_reply.vendor", "vendor")) },
    { name = "model", kind = "string", proto = register(ProtoField.string("opu.hello_reply.model", "model")) },
    { name = "serial", kind = "string", proto = register(ProtoField.string("opu.hello_reply.serial", "serial")) },
    { name = "firmwareVersion", kind = "string", proto = register(ProtoField.string("opu.hello_reply.firmware_version", "firmwareVersion")) },
    { name = "profile", kind = "string", proto = register(ProtoField.string("opu.hello_reply.profile", "profile")) },
    { name = "hostNonce", kind = "u32", size = 4, later = true, proto = register(ProtoField.uint32("opu.hello_reply.host_nonce", "hostNonce", base.DEC)) },
    { name = "deviceNonce", kind = "u32", size = 4, later = true, proto = register(ProtoField.uint32("opu.hello_reply.device_nonce", "deviceNonce", base.DEC)) },
  } },
  [3] = { name = "DESCRIBE", fields = { } },
  [4] = { name = "DESCRIBE_REPLY", fields = {
    { name = "modulatorWidth", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.describe_reply.modulator_width", "modulatorWidth", base.DEC)) },
    { name = "modulatorHeight", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.describe_reply.modulator_height", "modulatorHeight", base.DEC)) },
    { name = "sensorWidth", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.describe_reply.sensor_width", "sensorWidth", base.DEC)) },
    { name = "sensorHeight", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.describe_reply.sensor_height", "sensorHeight", base.DEC)) },
    { name = "regionXStep", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.describe_reply.region_x_step", "regionXStep", base.DEC)) },
    { name = "regionYStep", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.describe_reply.region_y_step", "regionYStep", base.DEC)) },
    { name = "patternSlots", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.describe_reply.pattern_slots", "patternSlots", base.DEC)) },
    { name = "frameBuffers", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.describe_reply.frame_buffers", "frameBuffers", base.DEC)) },
    { name = "minimumExposureTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.describe_reply.minimum_exposure_ticks", "minimumExposureTicks", base.DEC)) },
    { name = "maximumExposureTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.describe_reply.maximum_exposure_ticks", "maximumExposureTicks", base.DEC)) },
    { name = "minimumPeriodTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.describe_reply.minimum_period_ticks", "minimumPeriodTicks", base.DEC)) },
    { name = "maximumPeriodTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.describe_reply.maximum_period_ticks", "maximumPeriodTicks", base.DEC)) },
    { name = "loadTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.describe_reply.load_ticks", "loadTicks", base.DEC)) },
    { name = "settleTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.describe_reply.settle_ticks", "settleTicks", base.DEC)) },
    { name = "triggerDelayTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.describe_reply.trigger_delay_ticks", "triggerDelayTicks", base.DEC)) },
    { name = "transferTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.describe_reply.transfer_ticks", "transferTicks", base.DEC)) },
    { name = "refreshTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.describe_reply.refresh_ticks", "refreshTicks", base.DEC)) },
    { name = "loadRowTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.describe_reply.load_row_ticks", "loadRowTicks", base.DEC)) },
    { name = "readoutRowTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.describe_reply.readout_row_ticks", "readoutRowTicks", base.DEC)) },
    { name = "tickPicoseconds", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.describe_reply.tick_picoseconds", "tickPicoseconds", base.DEC)) },
    { name = "pixelFormats", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.describe_reply.pixel_formats", "pixelFormats", base.HEX)), bits = bit_names.PixelFormatBit },
    { name = "features", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.describe_reply.features", "features", base.HEX)), bits = bit_names.DeviceFeature },
    { name = "modulatorKind", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.describe_reply.modulator_kind", "modulatorKind", base.DEC, values.ModulatorKind)) },
    { name = "reserved", kind = "reserved", size = 1 },
    { name = "storedReplies", kind = "u16", size = 2, proto = register(ProtoField.uint16("opu.describe_reply.stored_replies", "storedReplies", base.DEC)) },
    { name = "maximumPhaseSteps", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.describe_reply.maximum_phase_steps", "maximumPhaseSteps", base.DEC)) },
    { name = "sequenceSlots", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.describe_reply.sequence_slots", "sequenceSlots", base.DEC)) },
    { name = "sequencePatterns", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.describe_reply.sequence_patterns", "sequencePatterns", base.DEC)) },
    { name = "retainedReadouts", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.describe_reply.retained_readouts", "retainedReadouts", base.DEC)) },
    { name = "minimumHeartbeatMicroseconds", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.describe_reply.minimum_heartbeat_microseconds", "minimumHeartbeatMicroseconds", base.DEC)) },
    { name = "maximumHeartbeatMicroseconds", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.describe_reply.maximum_heartbeat_microseconds", "maximumHeartbeatMicroseconds", base.DEC)) },
  } },
  [5] = { name = "ACQUIRE_CONTROL", fields = {
    { name = "heartbeatMicroseconds", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.acquire_control.heartbeat_microseconds", "heartbeatMicroseconds", base.DEC)) },
    { name = "reserved", kind = "reserved", size = 4 },
  } },
  [6] = { name = "RELEASE_CONTROL", fields = { } },
  [7] = { name = "HEARTBEAT", fields = { } },
  [8] = { name = "CLOCK_SYNC", fields = {
    { name = "hostTime", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.clock_sync.host_time", "hostTime", base.DEC)) },
  } },
  [9] = { name = "CLOCK_SYNC_REPLY", fields = {
    { name = "hostTime", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.clock_sync_reply.host_time", "hostTime", base.DEC)) },
    { name = "arrivalTick", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.clock_sync_reply.arrival_tick", "arrivalTick", base.DEC)) },
    { name = "departureTick", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.clock_sync_reply.departure_tick", "departureTick", base.DEC)) },
  } },
  [257] = { name = "DONE", fields = {
    { name = "tick", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.done.tick", "tick", base.DEC)) },
    { name = "value", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.done.value", "value", base.DEC)) },
  } },
  [258] = { name = "PENDING", fields = {
    { name = "expectedTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.pending.expected_ticks", "expectedTicks", base.DEC)) },
  } },
  [259] = { name = "REFUSED", fields = {
    { name = "resultCode", kind = "u16", size = 2, proto = register(ProtoField.uint16("opu.refused.result_code", "resultCode", base.DEC, values.ResultCode)) },
    { name = "limitingTerm", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.refused.limiting_term", "limitingTerm", base.DEC, values.LimitingTerm)) },
    { name = "reserved", kind = "reserved", size = 1 },
    { name = "requestType", kind = "u16", size = 2, proto = register(ProtoField.uint16("opu.refused.request_type", "requestType", base.DEC)) },
    { name = "reserved2", kind = "reserved", size = 2 },
    { name = "value", kind = "f64", size = 8, proto = register(ProtoField.double("opu.refused.value", "value")) },
    { name = "bound", kind = "f64", size = 8, proto = register(ProtoField.double("opu.refused.bound", "bound")) },
    { name = "field", kind = "string", proto = register(ProtoField.string("opu.refused.field", "field")) },
    { name = "text", kind = "string", proto = register(ProtoField.string("opu.refused.text", "text")) },
  } },
  [513] = { name = "CONFIGURE", fields = {
    { name = "periodTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.configure.period_ticks", "periodTicks", base.DEC)) },
    { name = "exposureTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.configure.exposure_ticks", "exposureTicks", base.DEC)) },
    { name = "extraSettleTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.configure.extra_settle_ticks", "extraSettleTicks", base.DEC)) },
    { name = "regionX", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.configure.region_x", "regionX", base.DEC)) },
    { name = "regionY", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.configure.region_y", "regionY", base.DEC)) },
    { name = "regionWidth", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.configure.region_width", "regionWidth", base.DEC)) },
    { name = "regionHeight", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.configure.region_height", "regionHeight", base.DEC)) },
    { name = "macroColumns", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.configure.macro_columns", "macroColumns", base.DEC)) },
    { name = "macroRows", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.configure.macro_rows", "macroRows", base.DEC)) },
    { name = "pixelFormat", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.configure.pixel_format", "pixelFormat", base.DEC, values.PixelFormat)) },
    { name = "overrunMode", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.configure.overrun_mode", "overrunMode", base.DEC, values.OverrunMode)) },
    { name = "triggerMode", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.configure.trigger_mode", "triggerMode", base.DEC, values.TriggerMode)) },
    { name = "referenceOn", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.configure.reference_on", "referenceOn", base.DEC)) },
    { name = "referencePhaseSteps", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.configure.reference_phase_steps", "referencePhaseSteps", base.DEC)) },
    { name = "referenceAmplitude", kind = "f64", size = 8, proto = register(ProtoField.double("opu.configure.reference_amplitude", "referenceAmplitude")) },
    { name = "referenceTiltX", kind = "f64", size = 8, proto = register(ProtoField.double("opu.configure.reference_tilt_x", "referenceTiltX")) },
    { name = "referenceTiltY", kind = "f64", size = 8, proto = register(ProtoField.double("opu.configure.reference_tilt_y", "referenceTiltY")) },
    { name = "fields", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.configure.fields", "fields", base.HEX)), bits = bit_names.ConfigurationField },
    { name = "reserved", kind = "reserved", size = 4 },
  } },
  [514] = { name = "CONFIGURE_REPLY", fields = {
    { name = "periodTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.configure_reply.period_ticks", "periodTicks", base.DEC)) },
    { name = "exposureTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.configure_reply.exposure_ticks", "exposureTicks", base.DEC)) },
    { name = "extraSettleTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.configure_reply.extra_settle_ticks", "extraSettleTicks", base.DEC)) },
    { name = "regionX", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.configure_reply.region_x", "regionX", base.DEC)) },
    { name = "regionY", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.configure_reply.region_y", "regionY", base.DEC)) },
    { name = "regionWidth", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.configure_reply.region_width", "regionWidth", base.DEC)) },
    { name = "regionHeight", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.configure_reply.region_height", "regionHeight", base.DEC)) },
    { name = "macroColumns", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.configure_reply.macro_columns", "macroColumns", base.DEC)) },
    { name = "macroRows", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.configure_reply.macro_rows", "macroRows", base.DEC)) },
    { name = "pixelFormat", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.configure_reply.pixel_format", "pixelFormat", base.DEC, values.PixelFormat)) },
    { name = "overrunMode", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.configure_reply.overrun_mode", "overrunMode", base.DEC, values.OverrunMode)) },
    { name = "triggerMode", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.configure_reply.trigger_mode", "triggerMode", base.DEC, values.TriggerMode)) },
    { name = "referenceOn", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.configure_reply.reference_on", "referenceOn", base.DEC)) },
    { name = "referencePhaseSteps", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.configure_reply.reference_phase_steps", "referencePhaseSteps", base.DEC)) },
    { name = "referenceAmplitude", kind = "f64", size = 8, proto = register(ProtoField.double("opu.configure_reply.reference_amplitude", "referenceAmplitude")) },
    { name = "referenceTiltX", kind = "f64", size = 8, proto = register(ProtoField.double("opu.configure_reply.reference_tilt_x", "referenceTiltX")) },
    { name = "referenceTiltY", kind = "f64", size = 8, proto = register(ProtoField.double("opu.configure_reply.reference_tilt_y", "referenceTiltY")) },
    { name = "configurationHash", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.configure_reply.configuration_hash", "configurationHash", base.DEC)) },
    { name = "patternBytes", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.configure_reply.pattern_bytes", "patternBytes", base.DEC)) },
    { name = "minimumPeriodTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.configure_reply.minimum_period_ticks", "minimumPeriodTicks", base.DEC)) },
    { name = "limitingTerm", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.configure_reply.limiting_term", "limitingTerm", base.DEC, values.LimitingTerm)) },
    { name = "reserved", kind = "reserved", size = 1 },
    { name = "reserved2", kind = "reserved", size = 2 },
    { name = "reserved3", kind = "reserved", size = 4 },
  } },
  [515] = { name = "GET_CONFIGURATION", fields = { } },
  [516] = { name = "QUERY_PERIOD", fields = {
    { name = "periodTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.query_period.period_ticks", "periodTicks", base.DEC)) },
    { name = "exposureTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.query_period.exposure_ticks", "exposureTicks", base.DEC)) },
    { name = "extraSettleTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.query_period.extra_settle_ticks", "extraSettleTicks", base.DEC)) },
    { name = "regionX", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.query_period.region_x", "regionX", base.DEC)) },
    { name = "regionY", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.query_period.region_y", "regionY", base.DEC)) },
    { name = "regionWidth", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.query_period.region_width", "regionWidth", base.DEC)) },
    { name = "regionHeight", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.query_period.region_height", "regionHeight", base.DEC)) },
    { name = "macroColumns", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.query_period.macro_columns", "macroColumns", base.DEC)) },
    { name = "macroRows", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.query_period.macro_rows", "macroRows", base.DEC)) },
    { name = "pixelFormat", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.query_period.pixel_format", "pixelFormat", base.DEC, values.PixelFormat)) },
    { name = "overrunMode", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.query_period.overrun_mode", "overrunMode", base.DEC, values.OverrunMode)) },
    { name = "triggerMode", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.query_period.trigger_mode", "triggerMode", base.DEC, values.TriggerMode)) },
    { name = "referenceOn", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.query_period.reference_on", "referenceOn", base.DEC)) },
    { name = "referencePhaseSteps", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.query_period.reference_phase_steps", "referencePhaseSteps", base.DEC)) },
    { name = "referenceAmplitude", kind = "f64", size = 8, proto = register(ProtoField.double("opu.query_period.reference_amplitude", "referenceAmplitude")) },
    { name = "referenceTiltX", kind = "f64", size = 8, proto = register(ProtoField.double("opu.query_period.reference_tilt_x", "referenceTiltX")) },
    { name = "referenceTiltY", kind = "f64", size = 8, proto = register(ProtoField.double("opu.query_period.reference_tilt_y", "referenceTiltY")) },
    { name = "fields", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.query_period.fields", "fields", base.HEX)), bits = bit_names.ConfigurationField },
    { name = "reserved", kind = "reserved", size = 4 },
  } },
  [517] = { name = "QUERY_PERIOD_REPLY", fields = {
    { name = "minimumPeriodTicks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.query_period_reply.minimum_period_ticks", "minimumPeriodTicks", base.DEC)) },
    { name = "limitingTerm", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.query_period_reply.limiting_term", "limitingTerm", base.DEC, values.LimitingTerm)) },
    { name = "reserved", kind = "reserved", size = 1 },
    { name = "reserved2", kind = "reserved", size = 2 },
    { name = "reserved3", kind = "reserved", size = 4 },
  } },
  [769] = { name = "PATTERNS", fields = {
    { name = "firstPatternId", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.patterns.first_pattern_id", "firstPatternId", base.DEC)) },
    { name = "count", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.patterns.count", "count", base.DEC)) },
    { name = "encoding", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.patterns.encoding", "encoding", base.DEC, values.PatternEncoding)) },
    { name = "flags", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.patterns.flags", "flags", base.HEX)), bits = bit_names.PatternFlag },
    { name = "reserved", kind = "reserved", size = 2 },
    { name = "patternBytes", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.patterns.pattern_bytes", "patternBytes", base.DEC)) },
    { name = "firstRow", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.patterns.first_row", "firstRow", base.DEC)) },
    { name = "rowCount", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.patterns.row_count", "rowCount", base.DEC)) },
    { name = "data", kind = "bytes", proto = register(ProtoField.bytes("opu.patterns.data", "data")) },
  } },
  [770] = { name = "PATTERN_CREDIT", fields = {
    { name = "nextPatternId", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.pattern_credit.next_pattern_id", "nextPatternId", base.DEC)) },
    { name = "creditLimit", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.pattern_credit.credit_limit", "creditLimit", base.DEC)) },
  } },
  [771] = { name = "PATTERN_RESEND", fields = {
    { name = "from", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.pattern_resend.from", "from", base.DEC)) },
    { name = "count", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.pattern_resend.count", "count", base.DEC)) },
    { name = "reserved", kind = "reserved", size = 4 },
  } },
  [785] = { name = "STORE_SEQUENCE", fields = {
    { name = "sequenceId", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.store_sequence.sequence_id", "sequenceId", base.DEC)) },
    { name = "firstIndex", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.store_sequence.first_index", "firstIndex", base.DEC)) },
    { name = "count", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.store_sequence.count", "count", base.DEC)) },
    { name = "encoding", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.store_sequence.encoding", "encoding", base.DEC, values.PatternEncoding)) },
    { name = "flags", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.store_sequence.flags", "flags", base.HEX)), bits = bit_names.PatternFlag },
    { name = "reserved", kind = "reserved", size = 2 },
    { name = "patternBytes", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.store_sequence.pattern_bytes", "patternBytes", base.DEC)) },
    { name = "firstRow", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.store_sequence.first_row", "firstRow", base.DEC)) },
    { name = "rowCount", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.store_sequence.row_count", "rowCount", base.DEC)) },
    { name = "data", kind = "bytes", proto = register(ProtoField.bytes("opu.store_sequence.data", "data")) },
  } },
  [786] = { name = "PLAY_SEQUENCE", fields = {
    { name = "firstPatternId", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.play_sequence.first_pattern_id", "firstPatternId", base.DEC)) },
    { name = "sequenceId", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.play_sequence.sequence_id", "sequenceId", base.DEC)) },
    { name = "repetitions", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.play_sequence.repetitions", "repetitions", base.DEC)) },
    { name = "steps", kind = "records", record = record_sequence_step, least = least_sequence_step },
  } },
  [787] = { name = "ERASE_SEQUENCE", fields = {
    { name = "sequenceId", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.erase_sequence.sequence_id", "sequenceId", base.DEC)) },
    { name = "reserved", kind = "reserved", size = 4 },
  } },
  [1025] = { name = "START", fields = {
    { name = "flags", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.start.flags", "flags", base.DEC)) },
    { name = "reserved", kind = "reserved", size = 4 },
  } },
  [1026] = { name = "STOP", fields = { } },
  [1027] = { name = "ABORT", fields = { } },
  [1028] = { name = "RUN_REPORT", fields = {
    { name = "tick", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.run_report.tick", "tick", base.DEC)) },
    { name = "framesDone", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.run_report.frames_done", "framesDone", base.DEC)) },
    { name = "nextPatternId", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.run_report.next_pattern_id", "nextPatternId", base.DEC)) },
  } },
  [1029] = { name = "SOFTWARE_TRIGGER", fields = { } },
  [1030] = { name = "RUN_ENDED", fields = {
    { name = "tick", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.run_ended.tick", "tick", base.DEC)) },
    { name = "framesDone", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.run_ended.frames_done", "framesDone", base.DEC)) },
    { name = "nextFrame", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.run_ended.next_frame", "nextFrame", base.DEC)) },
  } },
  [1281] = { name = "READOUTS", relations = { { bytes = "data", each = "imageBytes", records = "frames" } }, fields = {
    { name = "regionX", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.readouts.region_x", "regionX", base.DEC)) },
    { name = "regionY", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.readouts.region_y", "regionY", base.DEC)) },
    { name = "regionWidth", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.readouts.region_width", "regionWidth", base.DEC)) },
    { name = "regionHeight", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.readouts.region_height", "regionHeight", base.DEC)) },
    { name = "pixelFormat", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.readouts.pixel_format", "pixelFormat", base.DEC, values.PixelFormat)) },
    { name = "reserved", kind = "reserved", size = 1 },
    { name = "reserved2", kind = "reserved", size = 2 },
    { name = "imageBytes", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.readouts.image_bytes", "imageBytes", base.DEC)) },
    { name = "frames", kind = "records", record = record_readout_record, least = least_readout_record },
    { name = "reserved3", kind = "reserved", size = 4 },
    { name = "data", kind = "bytes", proto = register(ProtoField.bytes("opu.readouts.data", "data")) },
  } },
  [1282] = { name = "READOUT_ACK", fields = {
    { name = "nextFrame", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.readout_ack.next_frame", "nextFrame", base.DEC)) },
  } },
  [1283] = { name = "READOUT_CREDIT", fields = {
    { name = "creditLimit", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.readout_credit.credit_limit", "creditLimit", base.DEC)) },
  } },
  [1284] = { name = "READOUT_RESEND", fields = {
    { name = "from", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.readout_resend.from", "from", base.DEC)) },
    { name = "count", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.readout_resend.count", "count", base.DEC)) },
    { name = "reserved", kind = "reserved", size = 4 },
  } },
  [1285] = { name = "READOUT_UNAVAILABLE", fields = {
    { name = "from", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.readout_unavailable.from", "from", base.DEC)) },
    { name = "count", kind = "u32", size = 4, proto = register(ProtoField.uint32("opu.readout_unavailable.count", "count", base.DEC)) },
    { name = "reason", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.readout_unavailable.reason", "reason", base.DEC, values.UnavailableReason)) },
    { name = "reserved", kind = "reserved", size = 1 },
    { name = "reserved2", kind = "reserved", size = 2 },
  } },
  [1537] = { name = "EVENT", fields = {
    { name = "tick", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.event.tick", "tick", base.DEC)) },
    { name = "value", kind = "f64", size = 8, proto = register(ProtoField.double("opu.event.value", "value")) },
    { name = "kind", kind = "u16", size = 2, proto = register(ProtoField.uint16("opu.event.kind", "kind", base.DEC, values.EventKind)) },
    { name = "text", kind = "string", proto = register(ProtoField.string("opu.event.text", "text")) },
  } },
  [1538] = { name = "GET_COUNTERS", fields = { } },
  [1539] = { name = "COUNTERS_REPLY", fields = {
    { name = "tick", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.counters_reply.tick", "tick", base.DEC)) },
    { name = "counters", kind = "records", record = record_counter_record, least = least_counter_record },
  } },
  [1540] = { name = "RESET_COUNTERS", fields = { } },
  [1793] = { name = "SET_PACING", fields = {
    { name = "mode", kind = "u8", size = 1, proto = register(ProtoField.uint8("opu.set_pacing.mode", "mode", base.DEC, values.PacingMode)) },
    { name = "reserved", kind = "reserved", size = 1 },
    { name = "reserved2", kind = "reserved", size = 2 },
    { name = "reserved3", kind = "reserved", size = 4 },
  } },
  [1794] = { name = "HOST_WAITING", fields = {
    { name = "deviceSequence", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.host_waiting.device_sequence", "deviceSequence", base.DEC)) },
  } },
  [1795] = { name = "SPEND", fields = {
    { name = "ticks", kind = "u64", size = 8, proto = register(ProtoField.uint64("opu.spend.ticks", "ticks", base.DEC)) },
  } },
}

opu.fields = all_fields

-- Lua 5.3 and later have operators instead, which an older Lua cannot even parse.
local bits = bit32 or bit or load([[
  return {
    band = function(a, b) return a & b end,
    bxor = function(a, b) return a ~ b end,
    rshift = function(a, n) return a >> n end,
  }
]])()
local band, bxor, rshift = bits.band, bits.bxor, bits.rshift

local crc_table = {}
for n = 0, 255 do
  local c = n
  for _ = 1, 8 do
    if band(c, 1) == 1 then c = bxor(rshift(c, 1), 0x82f63b78) else c = rshift(c, 1) end
  end
  crc_table[n] = c
end

-- Goes on from the CRC of what stood before; 0 to start.
local function is_crc_right(tvb, offset, length, crc_offset, previous)
  local c = bxor(previous, 0xffffffff)
  local text = length > 0 and tvb:raw(offset, length) or ""
  for i = 1, #text do
    c = bxor(crc_table[band(bxor(c, text:byte(i)), 0xff)], rshift(c, 8))
  end
  local wanted = tvb(crc_offset, 4):le_uint()
  return bxor(bxor(c, 0xffffffff), wanted) == 0
end

local function add_bits(item, tvb, offset, size, names)
  local value = tvb(offset, size):le_uint()
  local found = {}
  for _, entry in ipairs(names) do
    if band(value, entry[1]) ~= 0 then found[#found + 1] = entry[2] end
  end
  if #found > 0 then item:append_text(" (" .. table.concat(found, ", ") .. ")") end
end

-- Adds fixed-size fields at offset; returns where they end.
local function add_fixed(tree, tvb, offset, field)
  if field.proto ~= nil then
    local item
    if field.kind == "hex" then
      item = tree:add(field.proto, tvb(offset, field.size))
    else
      item = tree:add_le(field.proto, tvb(offset, field.size))
    end
    if field.bits ~= nil then add_bits(item, tvb, offset, field.size, field.bits) end
  end
  return offset + field.size
end

-- Adds the fields of a payload; their numbers, lengths and counts go into seen. Returns false when it is malformed.
local function add_fields(tree, tvb, offset, stop, fields, seen)
  for _, field in ipairs(fields) do
    if field.later and offset == stop then return true end
    if field.size ~= nil then
      if offset + field.size > stop then return false end
      if field.size <= 4 then seen[field.name] = tvb(offset, field.size):le_uint() end
      offset = add_fixed(tree, tvb, offset, field)
    elseif field.kind == "string" then
      if offset + 2 > stop then return false end
      local length = tvb(offset, 2):le_uint()
      if offset + 2 + length > stop then return false end
      if length > 0 then
        tree:add(field.proto, tvb(offset + 2, length), tvb(offset + 2, length):string(ENC_UTF_8))
      else
        tree:add(field.proto, tvb(offset, 2), "")
      end
      offset = offset + 2 + length
    elseif field.kind == "bytes" then
      if offset + 4 > stop then return false end
      local length = tvb(offset, 4):le_uint()
      if offset + 4 + length > stop then return false end
      seen[field.name] = length
      if length > 0 then tree:add(field.proto, tvb(offset + 4, length)) end
      offset = offset + 4 + length
    elseif field.kind == "records" then
      if offset + 8 > stop then return false end
      local count = tvb(offset, 4):le_uint()
      local stride = tvb(offset + 4, 4):le_uint()
      local length = count * stride
      seen[field.name] = count
      if stride < field.least or offset + 8 + length > stop then return false end
      local list = tree:add(opu, tvb(offset, 8 + length), field.name .. ": " .. count)
      for i = 0, count - 1 do
        local start = offset + 8 + i * stride
        local entry = list:add(opu, tvb(start, stride), field.name .. "[" .. i .. "]")
        local at = start
        for _, inner in ipairs(field.record) do
          if at + inner.size > start + stride then break end
          at = add_fixed(entry, tvb, at, inner)
        end
      end
      offset = offset + 8 + length
    end
  end
  return true
end

-- Whether the fields of a message fit each other.
local function fits(message, seen)
  for _, r in ipairs(message.relations or {}) do
    if seen[r.bytes] ~= seen[r.records] * seen[r.each] then return false end
  end
  return true
end

local function has_magic(tvb, offset)
  return tvb(offset, 4):le_uint() == MAGIC
end

local infos = {}

-- Dissects one whole message, or what stands in the place of one.
local function dissect_message(tvb, pinfo, root)
  local length = tvb:len()
  pinfo.cols.protocol = "OPU"
  if length < HEADER_BYTES or not has_magic(tvb, 0) then
    local tree = root:add(opu, tvb(), "Optical processing unit: no message")
    tree:add_proto_expert_info(expert.not_a_message)
    return length
  end
  local type = tvb(8, 2):le_uint()
  local message = messages[type]
  local name = message and message.name or string.format("unknown type 0x%04x", type)
  local tree = root:add(opu, tvb(), "Optical processing unit: " .. name)
  local request = tvb(12, 4):le_uint()
  local header = tree:add(opu, tvb(0, HEADER_BYTES), "Header")
  header:add_le(header_fields.magic, tvb(0, 4))
  header:add_le(header_fields.version_major, tvb(4, 1))
  header:add_le(header_fields.version_minor, tvb(5, 1))
  header:add_le(header_fields.incompatible_flags, tvb(6, 1))
  add_bits(header:add_le(header_fields.compatible_flags, tvb(7, 1)), tvb, 7, 1, compatible_flags)
  header:add_le(header_fields.type, tvb(8, 2))
  header:add_le(header_fields.session, tvb(10, 2))
  header:add_le(header_fields.request_id, tvb(12, 4))
  header:add_le(header_fields.sequence, tvb(16, 8))
  header:add_le(header_fields.payload_length, tvb(24, 4))
  local header_crc = header:add_le(header_fields.header_crc, tvb(28, 4))
  tree:add(header_fields.message, tvb(8, 2), name)
  local info = name
  if request ~= 0 then info = info .. " #" .. request end
  if not is_crc_right(tvb, 0, 28, 28, 0) then
    header_crc:append_text(" (wrong)")
    header_crc:add_proto_expert_info(expert.header_crc)
    info = info .. " [wrong header CRC]"
  else
    if tvb(4, 1):uint() ~= VERSION_MAJOR then header:add_proto_expert_info(expert.version) end
    if tvb(6, 1):uint() ~= 0 then header:add_proto_expert_info(expert.incompatible_flag) end
    local payload = tvb(24, 4):le_uint()
    local stop = HEADER_BYTES + payload
    if stop + 4 ~= length then
      tree:add_proto_expert_info(expert.wrong_length)
    else
      local crc = tree:add_le(header_fields.payload_crc, tvb(stop, 4))
      if not is_crc_right(tvb, HEADER_BYTES, payload, stop, tvb(28, 4):le_uint()) then
        crc:append_text(" (wrong)")
        crc:add_proto_expert_info(expert.payload_crc)
        info = info .. " [wrong payload CRC]"
      elseif message == nil then
        header:add_proto_expert_info(expert.unknown_type)
      else
        local seen = {}
        if not add_fields(tree, tvb, HEADER_BYTES, stop, message.fields, seen) then
          tree:add_proto_expert_info(expert.malformed)
          info = info .. " [malformed]"
        elseif not fits(message, seen) then
          tree:add_proto_expert_info(expert.relation)
          info = info .. " [fields do not fit]"
        end
      end
    end
  end
  infos[#infos + 1] = info
  return length
end

-- Length of the message at offset; the rest of the segment when there is none.
local function message_length(tvb, _, offset)
  if not has_magic(tvb, offset) or not is_crc_right(tvb, offset, 28, offset + 28, 0) then return tvb:len() - offset end
  local total = HEADER_BYTES + tvb(offset + 24, 4):le_uint() + 4
  if total > MAXIMUM_MESSAGE then return tvb:len() - offset end
  return total
end

local last_packet = -1

-- Wireshark keeps the text of a reassembled message in front of that of the messages behind it.
local function show_infos(pinfo)
  if #infos == 0 then return end
  local text = table.concat(infos, ", ")
  if pinfo.number == last_packet then text = ", " .. text end
  last_packet = pinfo.number
  pinfo.cols.info = text
end

function opu.dissector(tvb, pinfo, root)
  infos = {}
  dissect_tcp_pdus(tvb, root, HEADER_BYTES, message_length, function(piece, piece_pinfo, tree)
    return dissect_message(piece, piece_pinfo, tree)
  end)
  show_infos(pinfo)
  return tvb:len()
end

local function is_ours(tvb)
  return tvb:len() >= HEADER_BYTES and has_magic(tvb, 0)
end

opu:register_heuristic("tcp", function(tvb, pinfo, root)
  if not is_ours(tvb) then return false end
  pinfo.conversation = opu
  -- A Lua dissector that is called as a heuristic gets no reassembly otherwise (seen with Wireshark 4.0).
  pinfo.can_desegment = 2
  opu.dissector(tvb, pinfo, root)
  return true
end)

-- USB bulk: a transfer is a message.
opu:register_heuristic("usb.bulk", function(tvb, pinfo, root)
  if not is_ours(tvb) then return false end
  infos = {}
  dissect_message(tvb, pinfo, root)
  show_infos(pinfo)
  return true
end)

DissectorTable.get("tcp.port"):add_for_decode_as(opu)
