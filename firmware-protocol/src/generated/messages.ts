// Generated from src/schema by `npm run generate`; edits are lost.
import {
  clampedLength,
  EMPTY_BYTES,
  isSafeU64,
  malformed,
  need,
  readF64,
  readHex,
  readString,
  readU16,
  readU32,
  readU64,
  stringLength,
  U64_TOO_LARGE,
  writeF64,
  writeHex,
  writeString,
  writeU16,
  writeU32,
  writeU64,
  writeU8,
  writeZeros,
} from '../primitives/bytes.js';
import type {
  ModulatorKind,
  PixelFormat,
  PatternEncoding,
  OverrunMode,
  TriggerMode,
  LimitingTerm,
  UnavailableReason,
  PacingMode,
  EventKind,
  ResultCode,
  PatternFlag,
  ConfigurationField,
  PixelFormatBit,
  DeviceFeature,
} from './enums.js';
import {
  ReadoutRecordList,
  writeReadoutRecordList,
  CounterRecordList,
  writeCounterRecordList,
  SequenceStepList,
  writeSequenceStepList,
} from './records.js';

export const PROTOCOL_MAGIC = 0xb155504f;
export const PROTOCOL_VERSION_MAJOR = 1;
export const PROTOCOL_VERSION_MINOR = 1;
/** Exchanged in the handshake, so that a skew of versions is named as such. */
export const SCHEMA_HASH = 'f636dc7184a086a8ce15254bda158501';

/** Opens a connection. The first message of every connection. Sent by the host. */
export interface Hello {
  readonly type: 'HELLO';
  /** Major version that the host speaks. */
  versionMajor: number;
  /** Highest minor version that the host knows. */
  versionMinor: number;
  /** Longest payload that the host takes, bytes. */
  maximumPayload: number;
  /** A number that the host keeps over reconnections; stored replies belong to it. 0 keeps nothing. */
  hostId: number;
  /** Hash of the host's schema; tells skew, decides nothing. */
  schemaHash: string;
  /** Program and machine, for logs. */
  hostName: string;
  /** Drawn anew for each connection: the half of the session id that the host chooses. 0 wants none. */
  hostNonce: number;
}

/** A HELLO whose fields all have their initial value. */
export function createHello(): Hello {
  return {
    type: 'HELLO',
    versionMajor: 0,
    versionMinor: 0,
    maximumPayload: 0,
    hostId: 0,
    schemaHash: "00000000000000000000000000000000",
    hostName: "",
    hostNonce: 0,
  };
}

/** Bytes of the payload of a HELLO. */
export function sizeHello(m: Hello): number {
  return 38 + clampedLength(m.hostName, 128);
}

/** Writes the payload of a HELLO at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeHello(b: Uint8Array, at: number, m: Hello): number {
  writeU8(b, at, m.versionMajor, 'HELLO.versionMajor');
  writeU8(b, at + 1, m.versionMinor, 'HELLO.versionMinor');
  writeZeros(b, at + 2, 2);
  writeU32(b, at + 4, m.maximumPayload, 'HELLO.maximumPayload');
  writeU64(b, at + 8, m.hostId, 'HELLO.hostId');
  writeHex(b, at + 16, m.schemaHash, 16, 'HELLO.schemaHash');
  at += 32;
  {
    const length = clampedLength(m.hostName, 128);
    writeU16(b, at, length, 'HELLO.hostName');
    writeString(b, at + 2, m.hostName, length);
    at += 2 + length;
  }
  writeU32(b, at, m.hostNonce, 'HELLO.hostNonce');
  at += 4;
  return at;
}

/** The payload of a HELLO. */
export function encodeHello(m: Hello): Uint8Array {
  const b = new Uint8Array(sizeHello(m));
  writeHello(b, 0, m);
  return b;
}

/** Decodes the payload of HELLO; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeHello(b: Uint8Array, m: Hello = createHello()): Hello {
  let at = 0;
  need(b, at, 32, 'HELLO', 'versionMajor');
  m.versionMajor = b[at]!;
  m.versionMinor = b[at + 1]!;
  m.maximumPayload = readU32(b, at + 4);
  if (!isSafeU64(b, at + 8)) malformed('HELLO', 'hostId', U64_TOO_LARGE);
  m.hostId = readU64(b, at + 8);
  m.schemaHash = readHex(b, at + 16, 16);
  at += 32;
  need(b, at, 2, 'HELLO', 'hostName');
  {
    const length = readU16(b, at);
    if (length > 128) malformed('HELLO', 'hostName', `its text has ${length} bytes, and at most 128 are allowed`);
    need(b, at + 2, length, 'HELLO', 'hostName');
    m.hostName = readString(b, at + 2, length);
    at += 2 + length;
  }
  if (at === b.length) {
    m.hostNonce = 0;
  } else {
    need(b, at, 4, 'HELLO', 'hostNonce');
    m.hostNonce = readU32(b, at);
    at += 4;
  }
  return m;
}

/** Versions, limits and identity of the device. Sent by the device. */
export interface HelloReply {
  readonly type: 'HELLO_REPLY';
  /** Major version that the device speaks. */
  versionMajor: number;
  /** Highest minor version that the device knows. */
  versionMinor: number;
  /** Longest payload that the device takes, bytes. */
  maximumPayload: number;
  /** Changes with every power-on: frame numbers, stored patterns and replies from before are void. */
  bootId: number;
  /** Hash of the device's schema. */
  schemaHash: string;
  /** Who made the device. */
  vendor: string;
  /** What it is called. */
  model: string;
  /** Its serial number. */
  serial: string;
  /** Version of its firmware. */
  firmwareVersion: string;
  /** Name of the profile that it follows. */
  profile: string;
  /** That of the HELLO which this answers; 0 where the session has no id. */
  hostNonce: number;
  /** Drawn anew for each session: the half of the session id that the device chooses. */
  deviceNonce: number;
}

/** A HELLO_REPLY whose fields all have their initial value. */
export function createHelloReply(): HelloReply {
  return {
    type: 'HELLO_REPLY',
    versionMajor: 0,
    versionMinor: 0,
    maximumPayload: 0,
    bootId: 0,
    schemaHash: "00000000000000000000000000000000",
    vendor: "",
    model: "",
    serial: "",
    firmwareVersion: "",
    profile: "",
    hostNonce: 0,
    deviceNonce: 0,
  };
}

/** Bytes of the payload of a HELLO_REPLY. */
export function sizeHelloReply(m: HelloReply): number {
  return 50 + stringLength(m.vendor, 64, 'HELLO_REPLY.vendor') + stringLength(m.model, 64, 'HELLO_REPLY.model') + stringLength(m.serial, 64, 'HELLO_REPLY.serial') + stringLength(m.firmwareVersion, 64, 'HELLO_REPLY.firmwareVersion') + stringLength(m.profile, 64, 'HELLO_REPLY.profile');
}

/** Writes the payload of a HELLO_REPLY at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeHelloReply(b: Uint8Array, at: number, m: HelloReply): number {
  writeU8(b, at, m.versionMajor, 'HELLO_REPLY.versionMajor');
  writeU8(b, at + 1, m.versionMinor, 'HELLO_REPLY.versionMinor');
  writeZeros(b, at + 2, 2);
  writeU32(b, at + 4, m.maximumPayload, 'HELLO_REPLY.maximumPayload');
  writeU64(b, at + 8, m.bootId, 'HELLO_REPLY.bootId');
  writeHex(b, at + 16, m.schemaHash, 16, 'HELLO_REPLY.schemaHash');
  at += 32;
  {
    const length = stringLength(m.vendor, 64, 'HELLO_REPLY.vendor');
    writeU16(b, at, length, 'HELLO_REPLY.vendor');
    writeString(b, at + 2, m.vendor, length);
    at += 2 + length;
  }
  {
    const length = stringLength(m.model, 64, 'HELLO_REPLY.model');
    writeU16(b, at, length, 'HELLO_REPLY.model');
    writeString(b, at + 2, m.model, length);
    at += 2 + length;
  }
  {
    const length = stringLength(m.serial, 64, 'HELLO_REPLY.serial');
    writeU16(b, at, length, 'HELLO_REPLY.serial');
    writeString(b, at + 2, m.serial, length);
    at += 2 + length;
  }
  {
    const length = stringLength(m.firmwareVersion, 64, 'HELLO_REPLY.firmwareVersion');
    writeU16(b, at, length, 'HELLO_REPLY.firmwareVersion');
    writeString(b, at + 2, m.firmwareVersion, length);
    at += 2 + length;
  }
  {
    const length = stringLength(m.profile, 64, 'HELLO_REPLY.profile');
    writeU16(b, at, length, 'HELLO_REPLY.profile');
    writeString(b, at + 2, m.profile, length);
    at += 2 + length;
  }
  writeU32(b, at, m.hostNonce, 'HELLO_REPLY.hostNonce');
  at += 4;
  writeU32(b, at, m.deviceNonce, 'HELLO_REPLY.deviceNonce');
  at += 4;
  return at;
}

/** The payload of a HELLO_REPLY. */
export function encodeHelloReply(m: HelloReply): Uint8Array {
  const b = new Uint8Array(sizeHelloReply(m));
  writeHelloReply(b, 0, m);
  return b;
}

/** Decodes the payload of HELLO_REPLY; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeHelloReply(b: Uint8Array, m: HelloReply = createHelloReply()): HelloReply {
  let at = 0;
  need(b, at, 32, 'HELLO_REPLY', 'versionMajor');
  m.versionMajor = b[at]!;
  m.versionMinor = b[at + 1]!;
  m.maximumPayload = readU32(b, at + 4);
  if (!isSafeU64(b, at + 8)) malformed('HELLO_REPLY', 'bootId', U64_TOO_LARGE);
  m.bootId = readU64(b, at + 8);
  m.schemaHash = readHex(b, at + 16, 16);
  at += 32;
  need(b, at, 2, 'HELLO_REPLY', 'vendor');
  {
    const length = readU16(b, at);
    if (length > 64) malformed('HELLO_REPLY', 'vendor', `its text has ${length} bytes, and at most 64 are allowed`);
    need(b, at + 2, length, 'HELLO_REPLY', 'vendor');
    m.vendor = readString(b, at + 2, length);
    at += 2 + length;
  }
  need(b, at, 2, 'HELLO_REPLY', 'model');
  {
    const length = readU16(b, at);
    if (length > 64) malformed('HELLO_REPLY', 'model', `its text has ${length} bytes, and at most 64 are allowed`);
    need(b, at + 2, length, 'HELLO_REPLY', 'model');
    m.model = readString(b, at + 2, length);
    at += 2 + length;
  }
  need(b, at, 2, 'HELLO_REPLY', 'serial');
  {
    const length = readU16(b, at);
    if (length > 64) malformed('HELLO_REPLY', 'serial', `its text has ${length} bytes, and at most 64 are allowed`);
    need(b, at + 2, length, 'HELLO_REPLY', 'serial');
    m.serial = readString(b, at + 2, length);
    at += 2 + length;
  }
  need(b, at, 2, 'HELLO_REPLY', 'firmwareVersion');
  {
    const length = readU16(b, at);
    if (length > 64) malformed('HELLO_REPLY', 'firmwareVersion', `its text has ${length} bytes, and at most 64 are allowed`);
    need(b, at + 2, length, 'HELLO_REPLY', 'firmwareVersion');
    m.firmwareVersion = readString(b, at + 2, length);
    at += 2 + length;
  }
  need(b, at, 2, 'HELLO_REPLY', 'profile');
  {
    const length = readU16(b, at);
    if (length > 64) malformed('HELLO_REPLY', 'profile', `its text has ${length} bytes, and at most 64 are allowed`);
    need(b, at + 2, length, 'HELLO_REPLY', 'profile');
    m.profile = readString(b, at + 2, length);
    at += 2 + length;
  }
  if (at === b.length) {
    m.hostNonce = 0;
  } else {
    need(b, at, 4, 'HELLO_REPLY', 'hostNonce');
    m.hostNonce = readU32(b, at);
    at += 4;
  }
  if (at === b.length) {
    m.deviceNonce = 0;
  } else {
    need(b, at, 4, 'HELLO_REPLY', 'deviceNonce');
    m.deviceNonce = readU32(b, at);
    at += 4;
  }
  return m;
}

/** Asks for everything that a host needs to know of the device. Sent by the host. */
export interface Describe {
  readonly type: 'DESCRIBE';
}

/** A DESCRIBE whose fields all have their initial value. */
export function createDescribe(): Describe {
  return {
    type: 'DESCRIBE',
  };
}

/** Bytes of the payload of a DESCRIBE. */
export function sizeDescribe(_m: Describe): number {
  return 0;
}

/** Writes the payload of a DESCRIBE at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeDescribe(b: Uint8Array, at: number, _m: Describe): number {
  return at;
}

/** The payload of a DESCRIBE. */
export function encodeDescribe(m: Describe): Uint8Array {
  const b = new Uint8Array(sizeDescribe(m));
  writeDescribe(b, 0, m);
  return b;
}

/** Decodes the payload of DESCRIBE; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeDescribe(_b: Uint8Array, m: Describe = createDescribe()): Describe {
  return m;
}

/** What the device is and can do. L, S, D, T, V, Nram and Nbuf are those of the timing rules. Sent by the device. */
export interface DescribeReply {
  readonly type: 'DESCRIBE_REPLY';
  /** Mirrors in a row. */
  modulatorWidth: number;
  /** Rows of mirrors. */
  modulatorHeight: number;
  /** Pixels in a row of the sensor. */
  sensorWidth: number;
  /** Rows of the sensor. */
  sensorHeight: number;
  /** Left edge and width of a region of interest are multiples of it, pixels. */
  regionXStep: number;
  /** Top edge and height of a region of interest are multiples of it, pixels. */
  regionYStep: number;
  /** Nram: patterns that fit in pattern RAM. */
  patternSlots: number;
  /** Nbuf: camera frame buffers. */
  frameBuffers: number;
  /** Shortest exposure, ticks. */
  minimumExposureTicks: number;
  /** Longest exposure, ticks. */
  maximumExposureTicks: number;
  /** Shortest frame period of any configuration, ticks. */
  minimumPeriodTicks: number;
  /** Longest frame period, ticks. */
  maximumPeriodTicks: number;
  /** L: loading one whole pattern into the modulator, ticks. */
  loadTicks: number;
  /** S: reset pulse to settled, ticks. */
  settleTicks: number;
  /** D: camera trigger to start of exposure, ticks. */
  triggerDelayTicks: number;
  /** T: end of exposure to start of readout, ticks. */
  transferTicks: number;
  /** V: refresh period of the modulator, ticks; 1 for a DMD. */
  refreshTicks: number;
  /** Loading one row of mirrors, ticks. */
  loadRowTicks: number;
  /** Reading one row of the sensor, ticks. */
  readoutRowTicks: number;
  /** Length of one tick, picoseconds; 10 000 unless the device differs. */
  tickPicoseconds: number;
  /** Pixel formats that it offers. Bits of `pixelFormatBit`. */
  pixelFormats: PixelFormatBit;
  /** What else it can do. Bits of `deviceFeature`. */
  features: DeviceFeature;
  /** What shows the patterns. One of `modulatorKind`. */
  modulatorKind: ModulatorKind;
  /** Replies that it stores for repeated requests. */
  storedReplies: number;
  /** Most phases that the reference beam can step through. */
  maximumPhaseSteps: number;
  /** Sequences that it can store. */
  sequenceSlots: number;
  /** Patterns that it can store in all sequences together. */
  sequencePatterns: number;
  /** Readouts that it keeps until they are acknowledged. */
  retainedReadouts: number;
  /** Shortest heartbeat interval that it grants. */
  minimumHeartbeatMicroseconds: number;
  /** Longest heartbeat interval that it grants. */
  maximumHeartbeatMicroseconds: number;
}

/** A DESCRIBE_REPLY whose fields all have their initial value. */
export function createDescribeReply(): DescribeReply {
  return {
    type: 'DESCRIBE_REPLY',
    modulatorWidth: 0,
    modulatorHeight: 0,
    sensorWidth: 0,
    sensorHeight: 0,
    regionXStep: 0,
    regionYStep: 0,
    patternSlots: 0,
    frameBuffers: 0,
    minimumExposureTicks: 0,
    maximumExposureTicks: 0,
    minimumPeriodTicks: 0,
    maximumPeriodTicks: 0,
    loadTicks: 0,
    settleTicks: 0,
    triggerDelayTicks: 0,
    transferTicks: 0,
    refreshTicks: 0,
    loadRowTicks: 0,
    readoutRowTicks: 0,
    tickPicoseconds: 0,
    pixelFormats: 0,
    features: 0,
    modulatorKind: 0,
    storedReplies: 0,
    maximumPhaseSteps: 0,
    sequenceSlots: 0,
    sequencePatterns: 0,
    retainedReadouts: 0,
    minimumHeartbeatMicroseconds: 0,
    maximumHeartbeatMicroseconds: 0,
  };
}

/** Bytes of the payload of a DESCRIBE_REPLY. */
export function sizeDescribeReply(_m: DescribeReply): number {
  return 160;
}

/** Writes the payload of a DESCRIBE_REPLY at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeDescribeReply(b: Uint8Array, at: number, m: DescribeReply): number {
  writeU32(b, at, m.modulatorWidth, 'DESCRIBE_REPLY.modulatorWidth');
  writeU32(b, at + 4, m.modulatorHeight, 'DESCRIBE_REPLY.modulatorHeight');
  writeU32(b, at + 8, m.sensorWidth, 'DESCRIBE_REPLY.sensorWidth');
  writeU32(b, at + 12, m.sensorHeight, 'DESCRIBE_REPLY.sensorHeight');
  writeU32(b, at + 16, m.regionXStep, 'DESCRIBE_REPLY.regionXStep');
  writeU32(b, at + 20, m.regionYStep, 'DESCRIBE_REPLY.regionYStep');
  writeU32(b, at + 24, m.patternSlots, 'DESCRIBE_REPLY.patternSlots');
  writeU32(b, at + 28, m.frameBuffers, 'DESCRIBE_REPLY.frameBuffers');
  writeU64(b, at + 32, m.minimumExposureTicks, 'DESCRIBE_REPLY.minimumExposureTicks');
  writeU64(b, at + 40, m.maximumExposureTicks, 'DESCRIBE_REPLY.maximumExposureTicks');
  writeU64(b, at + 48, m.minimumPeriodTicks, 'DESCRIBE_REPLY.minimumPeriodTicks');
  writeU64(b, at + 56, m.maximumPeriodTicks, 'DESCRIBE_REPLY.maximumPeriodTicks');
  writeU64(b, at + 64, m.loadTicks, 'DESCRIBE_REPLY.loadTicks');
  writeU64(b, at + 72, m.settleTicks, 'DESCRIBE_REPLY.settleTicks');
  writeU64(b, at + 80, m.triggerDelayTicks, 'DESCRIBE_REPLY.triggerDelayTicks');
  writeU64(b, at + 88, m.transferTicks, 'DESCRIBE_REPLY.transferTicks');
  writeU64(b, at + 96, m.refreshTicks, 'DESCRIBE_REPLY.refreshTicks');
  writeU64(b, at + 104, m.loadRowTicks, 'DESCRIBE_REPLY.loadRowTicks');
  writeU64(b, at + 112, m.readoutRowTicks, 'DESCRIBE_REPLY.readoutRowTicks');
  writeU32(b, at + 120, m.tickPicoseconds, 'DESCRIBE_REPLY.tickPicoseconds');
  writeU32(b, at + 124, m.pixelFormats, 'DESCRIBE_REPLY.pixelFormats');
  writeU32(b, at + 128, m.features, 'DESCRIBE_REPLY.features');
  writeU8(b, at + 132, m.modulatorKind, 'DESCRIBE_REPLY.modulatorKind');
  writeZeros(b, at + 133, 1);
  writeU16(b, at + 134, m.storedReplies, 'DESCRIBE_REPLY.storedReplies');
  writeU32(b, at + 136, m.maximumPhaseSteps, 'DESCRIBE_REPLY.maximumPhaseSteps');
  writeU32(b, at + 140, m.sequenceSlots, 'DESCRIBE_REPLY.sequenceSlots');
  writeU32(b, at + 144, m.sequencePatterns, 'DESCRIBE_REPLY.sequencePatterns');
  writeU32(b, at + 148, m.retainedReadouts, 'DESCRIBE_REPLY.retainedReadouts');
  writeU32(b, at + 152, m.minimumHeartbeatMicroseconds, 'DESCRIBE_REPLY.minimumHeartbeatMicroseconds');
  writeU32(b, at + 156, m.maximumHeartbeatMicroseconds, 'DESCRIBE_REPLY.maximumHeartbeatMicroseconds');
  at += 160;
  return at;
}

/** The payload of a DESCRIBE_REPLY. */
export function encodeDescribeReply(m: DescribeReply): Uint8Array {
  const b = new Uint8Array(sizeDescribeReply(m));
  writeDescribeReply(b, 0, m);
  return b;
}

/** Decodes the payload of DESCRIBE_REPLY; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeDescribeReply(b: Uint8Array, m: DescribeReply = createDescribeReply()): DescribeReply {
  let at = 0;
  need(b, at, 160, 'DESCRIBE_REPLY', 'modulatorWidth');
  m.modulatorWidth = readU32(b, at);
  m.modulatorHeight = readU32(b, at + 4);
  m.sensorWidth = readU32(b, at + 8);
  m.sensorHeight = readU32(b, at + 12);
  m.regionXStep = readU32(b, at + 16);
  m.regionYStep = readU32(b, at + 20);
  m.patternSlots = readU32(b, at + 24);
  m.frameBuffers = readU32(b, at + 28);
  if (!isSafeU64(b, at + 32)) malformed('DESCRIBE_REPLY', 'minimumExposureTicks', U64_TOO_LARGE);
  m.minimumExposureTicks = readU64(b, at + 32);
  if (!isSafeU64(b, at + 40)) malformed('DESCRIBE_REPLY', 'maximumExposureTicks', U64_TOO_LARGE);
  m.maximumExposureTicks = readU64(b, at + 40);
  if (!isSafeU64(b, at + 48)) malformed('DESCRIBE_REPLY', 'minimumPeriodTicks', U64_TOO_LARGE);
  m.minimumPeriodTicks = readU64(b, at + 48);
  if (!isSafeU64(b, at + 56)) malformed('DESCRIBE_REPLY', 'maximumPeriodTicks', U64_TOO_LARGE);
  m.maximumPeriodTicks = readU64(b, at + 56);
  if (!isSafeU64(b, at + 64)) malformed('DESCRIBE_REPLY', 'loadTicks', U64_TOO_LARGE);
  m.loadTicks = readU64(b, at + 64);
  if (!isSafeU64(b, at + 72)) malformed('DESCRIBE_REPLY', 'settleTicks', U64_TOO_LARGE);
  m.settleTicks = readU64(b, at + 72);
  if (!isSafeU64(b, at + 80)) malformed('DESCRIBE_REPLY', 'triggerDelayTicks', U64_TOO_LARGE);
  m.triggerDelayTicks = readU64(b, at + 80);
  if (!isSafeU64(b, at + 88)) malformed('DESCRIBE_REPLY', 'transferTicks', U64_TOO_LARGE);
  m.transferTicks = readU64(b, at + 88);
  if (!isSafeU64(b, at + 96)) malformed('DESCRIBE_REPLY', 'refreshTicks', U64_TOO_LARGE);
  m.refreshTicks = readU64(b, at + 96);
  if (!isSafeU64(b, at + 104)) malformed('DESCRIBE_REPLY', 'loadRowTicks', U64_TOO_LARGE);
  m.loadRowTicks = readU64(b, at + 104);
  if (!isSafeU64(b, at + 112)) malformed('DESCRIBE_REPLY', 'readoutRowTicks', U64_TOO_LARGE);
  m.readoutRowTicks = readU64(b, at + 112);
  m.tickPicoseconds = readU32(b, at + 120);
  m.pixelFormats = readU32(b, at + 124);
  m.features = readU32(b, at + 128);
  m.modulatorKind = b[at + 132]!;
  m.storedReplies = readU16(b, at + 134);
  m.maximumPhaseSteps = readU32(b, at + 136);
  m.sequenceSlots = readU32(b, at + 140);
  m.sequencePatterns = readU32(b, at + 144);
  m.retainedReadouts = readU32(b, at + 148);
  m.minimumHeartbeatMicroseconds = readU32(b, at + 152);
  m.maximumHeartbeatMicroseconds = readU32(b, at + 156);
  at += 160;
  return m;
}

/** Asks for the control lease. DONE.value is the heartbeat interval that was granted, microseconds. Sent by the host. */
export interface AcquireControl {
  readonly type: 'ACQUIRE_CONTROL';
  /** The host will let at most this pass between two messages; 0 asks for the longest that the device grants. */
  heartbeatMicroseconds: number;
}

/** A ACQUIRE_CONTROL whose fields all have their initial value. */
export function createAcquireControl(): AcquireControl {
  return {
    type: 'ACQUIRE_CONTROL',
    heartbeatMicroseconds: 0,
  };
}

/** Bytes of the payload of a ACQUIRE_CONTROL. */
export function sizeAcquireControl(_m: AcquireControl): number {
  return 8;
}

/** Writes the payload of a ACQUIRE_CONTROL at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeAcquireControl(b: Uint8Array, at: number, m: AcquireControl): number {
  writeU32(b, at, m.heartbeatMicroseconds, 'ACQUIRE_CONTROL.heartbeatMicroseconds');
  writeZeros(b, at + 4, 4);
  at += 8;
  return at;
}

/** The payload of a ACQUIRE_CONTROL. */
export function encodeAcquireControl(m: AcquireControl): Uint8Array {
  const b = new Uint8Array(sizeAcquireControl(m));
  writeAcquireControl(b, 0, m);
  return b;
}

/** Decodes the payload of ACQUIRE_CONTROL; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeAcquireControl(b: Uint8Array, m: AcquireControl = createAcquireControl()): AcquireControl {
  let at = 0;
  need(b, at, 8, 'ACQUIRE_CONTROL', 'heartbeatMicroseconds');
  m.heartbeatMicroseconds = readU32(b, at);
  at += 8;
  return m;
}

/** Gives the control lease back. Sent by the host. */
export interface ReleaseControl {
  readonly type: 'RELEASE_CONTROL';
}

/** A RELEASE_CONTROL whose fields all have their initial value. */
export function createReleaseControl(): ReleaseControl {
  return {
    type: 'RELEASE_CONTROL',
  };
}

/** Bytes of the payload of a RELEASE_CONTROL. */
export function sizeReleaseControl(_m: ReleaseControl): number {
  return 0;
}

/** Writes the payload of a RELEASE_CONTROL at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeReleaseControl(b: Uint8Array, at: number, _m: ReleaseControl): number {
  return at;
}

/** The payload of a RELEASE_CONTROL. */
export function encodeReleaseControl(m: ReleaseControl): Uint8Array {
  const b = new Uint8Array(sizeReleaseControl(m));
  writeReleaseControl(b, 0, m);
  return b;
}

/** Decodes the payload of RELEASE_CONTROL; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeReleaseControl(_b: Uint8Array, m: ReleaseControl = createReleaseControl()): ReleaseControl {
  return m;
}

/** Renews the control lease, as every message of its holder does. Answered when it carries a request id. Sent by the host. */
export interface Heartbeat {
  readonly type: 'HEARTBEAT';
}

/** A HEARTBEAT whose fields all have their initial value. */
export function createHeartbeat(): Heartbeat {
  return {
    type: 'HEARTBEAT',
  };
}

/** Bytes of the payload of a HEARTBEAT. */
export function sizeHeartbeat(_m: Heartbeat): number {
  return 0;
}

/** Writes the payload of a HEARTBEAT at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeHeartbeat(b: Uint8Array, at: number, _m: Heartbeat): number {
  return at;
}

/** The payload of a HEARTBEAT. */
export function encodeHeartbeat(m: Heartbeat): Uint8Array {
  const b = new Uint8Array(sizeHeartbeat(m));
  writeHeartbeat(b, 0, m);
  return b;
}

/** Decodes the payload of HEARTBEAT; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeHeartbeat(_b: Uint8Array, m: Heartbeat = createHeartbeat()): Heartbeat {
  return m;
}

/** Asks for the time of the device. Sent by the host. */
export interface ClockSync {
  readonly type: 'CLOCK_SYNC';
  /** The host's own time of sending, in a unit of its own. */
  hostTime: number;
}

/** A CLOCK_SYNC whose fields all have their initial value. */
export function createClockSync(): ClockSync {
  return {
    type: 'CLOCK_SYNC',
    hostTime: 0,
  };
}

/** Bytes of the payload of a CLOCK_SYNC. */
export function sizeClockSync(_m: ClockSync): number {
  return 8;
}

/** Writes the payload of a CLOCK_SYNC at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeClockSync(b: Uint8Array, at: number, m: ClockSync): number {
  writeU64(b, at, m.hostTime, 'CLOCK_SYNC.hostTime');
  at += 8;
  return at;
}

/** The payload of a CLOCK_SYNC. */
export function encodeClockSync(m: ClockSync): Uint8Array {
  const b = new Uint8Array(sizeClockSync(m));
  writeClockSync(b, 0, m);
  return b;
}

/** Decodes the payload of CLOCK_SYNC; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeClockSync(b: Uint8Array, m: ClockSync = createClockSync()): ClockSync {
  let at = 0;
  need(b, at, 8, 'CLOCK_SYNC', 'hostTime');
  if (!isSafeU64(b, at)) malformed('CLOCK_SYNC', 'hostTime', U64_TOO_LARGE);
  m.hostTime = readU64(b, at);
  at += 8;
  return m;
}

/** When the question came and when this answer left. Sent by the device. */
export interface ClockSyncReply {
  readonly type: 'CLOCK_SYNC_REPLY';
  /** As it was in CLOCK_SYNC. */
  hostTime: number;
  /** Tick on which the last byte of CLOCK_SYNC came. */
  arrivalTick: number;
  /** Tick on which the first byte of this message leaves. */
  departureTick: number;
}

/** A CLOCK_SYNC_REPLY whose fields all have their initial value. */
export function createClockSyncReply(): ClockSyncReply {
  return {
    type: 'CLOCK_SYNC_REPLY',
    hostTime: 0,
    arrivalTick: 0,
    departureTick: 0,
  };
}

/** Bytes of the payload of a CLOCK_SYNC_REPLY. */
export function sizeClockSyncReply(_m: ClockSyncReply): number {
  return 24;
}

/** Writes the payload of a CLOCK_SYNC_REPLY at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeClockSyncReply(b: Uint8Array, at: number, m: ClockSyncReply): number {
  writeU64(b, at, m.hostTime, 'CLOCK_SYNC_REPLY.hostTime');
  writeU64(b, at + 8, m.arrivalTick, 'CLOCK_SYNC_REPLY.arrivalTick');
  writeU64(b, at + 16, m.departureTick, 'CLOCK_SYNC_REPLY.departureTick');
  at += 24;
  return at;
}

/** The payload of a CLOCK_SYNC_REPLY. */
export function encodeClockSyncReply(m: ClockSyncReply): Uint8Array {
  const b = new Uint8Array(sizeClockSyncReply(m));
  writeClockSyncReply(b, 0, m);
  return b;
}

/** Decodes the payload of CLOCK_SYNC_REPLY; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeClockSyncReply(b: Uint8Array, m: ClockSyncReply = createClockSyncReply()): ClockSyncReply {
  let at = 0;
  need(b, at, 24, 'CLOCK_SYNC_REPLY', 'hostTime');
  if (!isSafeU64(b, at)) malformed('CLOCK_SYNC_REPLY', 'hostTime', U64_TOO_LARGE);
  m.hostTime = readU64(b, at);
  if (!isSafeU64(b, at + 8)) malformed('CLOCK_SYNC_REPLY', 'arrivalTick', U64_TOO_LARGE);
  m.arrivalTick = readU64(b, at + 8);
  if (!isSafeU64(b, at + 16)) malformed('CLOCK_SYNC_REPLY', 'departureTick', U64_TOO_LARGE);
  m.departureTick = readU64(b, at + 16);
  at += 24;
  return m;
}

/** The request was carried out. Sent by the device. */
export interface Done {
  readonly type: 'DONE';
  /** Tick on which it took effect. */
  tick: number;
  /** What the request says about it; 0 otherwise. */
  value: number;
}

/** A DONE whose fields all have their initial value. */
export function createDone(): Done {
  return {
    type: 'DONE',
    tick: 0,
    value: 0,
  };
}

/** Bytes of the payload of a DONE. */
export function sizeDone(_m: Done): number {
  return 16;
}

/** Writes the payload of a DONE at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeDone(b: Uint8Array, at: number, m: Done): number {
  writeU64(b, at, m.tick, 'DONE.tick');
  writeU64(b, at + 8, m.value, 'DONE.value');
  at += 16;
  return at;
}

/** The payload of a DONE. */
export function encodeDone(m: Done): Uint8Array {
  const b = new Uint8Array(sizeDone(m));
  writeDone(b, 0, m);
  return b;
}

/** Decodes the payload of DONE; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeDone(b: Uint8Array, m: Done = createDone()): Done {
  let at = 0;
  need(b, at, 16, 'DONE', 'tick');
  if (!isSafeU64(b, at)) malformed('DONE', 'tick', U64_TOO_LARGE);
  m.tick = readU64(b, at);
  if (!isSafeU64(b, at + 8)) malformed('DONE', 'value', U64_TOO_LARGE);
  m.value = readU64(b, at + 8);
  at += 16;
  return m;
}

/** The request is being carried out; the final reply follows under the same request id. Sent by the device. */
export interface Pending {
  readonly type: 'PENDING';
  /** How long it is expected to take from now, ticks. */
  expectedTicks: number;
}

/** A PENDING whose fields all have their initial value. */
export function createPending(): Pending {
  return {
    type: 'PENDING',
    expectedTicks: 0,
  };
}

/** Bytes of the payload of a PENDING. */
export function sizePending(_m: Pending): number {
  return 8;
}

/** Writes the payload of a PENDING at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writePending(b: Uint8Array, at: number, m: Pending): number {
  writeU64(b, at, m.expectedTicks, 'PENDING.expectedTicks');
  at += 8;
  return at;
}

/** The payload of a PENDING. */
export function encodePending(m: Pending): Uint8Array {
  const b = new Uint8Array(sizePending(m));
  writePending(b, 0, m);
  return b;
}

/** Decodes the payload of PENDING; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodePending(b: Uint8Array, m: Pending = createPending()): Pending {
  let at = 0;
  need(b, at, 8, 'PENDING', 'expectedTicks');
  if (!isSafeU64(b, at)) malformed('PENDING', 'expectedTicks', U64_TOO_LARGE);
  m.expectedTicks = readU64(b, at);
  at += 8;
  return m;
}

/** The request was not carried out, and nothing was changed. Sent by the device. */
export interface Refused {
  readonly type: 'REFUSED';
  /** Why. One of `resultCode`. */
  resultCode: ResultCode;
  /** What sets the minimum period, if that is why. One of `limitingTerm`. */
  limitingTerm: LimitingTerm;
  /** Type of the message that is refused. */
  requestType: number;
  /** The value that was asked for, where a field is named. */
  value: number;
  /** The nearest value that is allowed, where a field is named. */
  bound: number;
  /** Name of the field that is to blame; empty for none. */
  field: string;
  /** For people. */
  text: string;
}

/** A REFUSED whose fields all have their initial value. */
export function createRefused(): Refused {
  return {
    type: 'REFUSED',
    resultCode: 0,
    limitingTerm: 0,
    requestType: 0,
    value: 0,
    bound: 0,
    field: "",
    text: "",
  };
}

/** Bytes of the payload of a REFUSED. */
export function sizeRefused(m: Refused): number {
  return 28 + stringLength(m.field, 64, 'REFUSED.field') + clampedLength(m.text, 1024);
}

/** Writes the payload of a REFUSED at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeRefused(b: Uint8Array, at: number, m: Refused): number {
  writeU16(b, at, m.resultCode, 'REFUSED.resultCode');
  writeU8(b, at + 2, m.limitingTerm, 'REFUSED.limitingTerm');
  writeZeros(b, at + 3, 1);
  writeU16(b, at + 4, m.requestType, 'REFUSED.requestType');
  writeZeros(b, at + 6, 2);
  writeF64(b, at + 8, m.value, 'REFUSED.value');
  writeF64(b, at + 16, m.bound, 'REFUSED.bound');
  at += 24;
  {
    const length = stringLength(m.field, 64, 'REFUSED.field');
    writeU16(b, at, length, 'REFUSED.field');
    writeString(b, at + 2, m.field, length);
    at += 2 + length;
  }
  {
    const length = clampedLength(m.text, 1024);
    writeU16(b, at, length, 'REFUSED.text');
    writeString(b, at + 2, m.text, length);
    at += 2 + length;
  }
  return at;
}

/** The payload of a REFUSED. */
export function encodeRefused(m: Refused): Uint8Array {
  const b = new Uint8Array(sizeRefused(m));
  writeRefused(b, 0, m);
  return b;
}

/** Decodes the payload of REFUSED; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeRefused(b: Uint8Array, m: Refused = createRefused()): Refused {
  let at = 0;
  need(b, at, 24, 'REFUSED', 'resultCode');
  m.resultCode = readU16(b, at);
  m.limitingTerm = b[at + 2]!;
  m.requestType = readU16(b, at + 4);
  m.value = readF64(b, at + 8);
  m.bound = readF64(b, at + 16);
  at += 24;
  need(b, at, 2, 'REFUSED', 'field');
  {
    const length = readU16(b, at);
    if (length > 64) malformed('REFUSED', 'field', `its text has ${length} bytes, and at most 64 are allowed`);
    need(b, at + 2, length, 'REFUSED', 'field');
    m.field = readString(b, at + 2, length);
    at += 2 + length;
  }
  need(b, at, 2, 'REFUSED', 'text');
  {
    const length = readU16(b, at);
    if (length > 1024) malformed('REFUSED', 'text', `its text has ${length} bytes, and at most 1024 are allowed`);
    need(b, at + 2, length, 'REFUSED', 'text');
    m.text = readString(b, at + 2, length);
    at += 2 + length;
  }
  return m;
}

/** Sets how frames are made. Applied whole or refused whole. Sent by the host. */
export interface Configure {
  readonly type: 'CONFIGURE';
  /** P: frame period, ticks. */
  periodTicks: number;
  /** E: exposure, ticks. */
  exposureTicks: number;
  /** W: extra wait before the exposure, ticks. */
  extraSettleTicks: number;
  /** Left edge of the region of interest, pixels. */
  regionX: number;
  /** Top edge of the region of interest, pixels. */
  regionY: number;
  /** Width of the region of interest, pixels. */
  regionWidth: number;
  /** Height of the region of interest, pixels. */
  regionHeight: number;
  /** Values in a row of a pattern; 0 with macroRows 0 is raw: one bit a mirror. */
  macroColumns: number;
  /** Rows of values of a pattern; 0 with macroColumns 0 is raw. */
  macroRows: number;
  /** Pixels of readouts. One of `pixelFormat`. */
  pixelFormat: PixelFormat;
  /** What happens when no camera buffer is free. One of `overrunMode`. */
  overrunMode: OverrunMode;
  /** What fires a frame. One of `triggerMode`. */
  triggerMode: TriggerMode;
  /** 1 when the reference beam is on, 0 when it is off. */
  referenceOn: number;
  /** Phases that the reference beam steps through frame by frame; at least 1. */
  referencePhaseSteps: number;
  /** Amplitude of the reference beam in units of the mean field that every mirror on gives. */
  referenceAmplitude: number;
  /** Tilt of the reference beam along x, radians a pixel. */
  referenceTiltX: number;
  /** Tilt of the reference beam along y, radians a pixel. */
  referenceTiltY: number;
  /** Which of the values above count. Bits of `configurationField`. */
  fields: ConfigurationField;
}

/** A CONFIGURE whose fields all have their initial value. */
export function createConfigure(): Configure {
  return {
    type: 'CONFIGURE',
    periodTicks: 0,
    exposureTicks: 0,
    extraSettleTicks: 0,
    regionX: 0,
    regionY: 0,
    regionWidth: 0,
    regionHeight: 0,
    macroColumns: 0,
    macroRows: 0,
    pixelFormat: 0,
    overrunMode: 0,
    triggerMode: 0,
    referenceOn: 0,
    referencePhaseSteps: 0,
    referenceAmplitude: 0,
    referenceTiltX: 0,
    referenceTiltY: 0,
    fields: 0,
  };
}

/** Bytes of the payload of a CONFIGURE. */
export function sizeConfigure(_m: Configure): number {
  return 88;
}

/** Writes the payload of a CONFIGURE at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeConfigure(b: Uint8Array, at: number, m: Configure): number {
  writeU64(b, at, m.periodTicks, 'CONFIGURE.periodTicks');
  writeU64(b, at + 8, m.exposureTicks, 'CONFIGURE.exposureTicks');
  writeU64(b, at + 16, m.extraSettleTicks, 'CONFIGURE.extraSettleTicks');
  writeU32(b, at + 24, m.regionX, 'CONFIGURE.regionX');
  writeU32(b, at + 28, m.regionY, 'CONFIGURE.regionY');
  writeU32(b, at + 32, m.regionWidth, 'CONFIGURE.regionWidth');
  writeU32(b, at + 36, m.regionHeight, 'CONFIGURE.regionHeight');
  writeU32(b, at + 40, m.macroColumns, 'CONFIGURE.macroColumns');
  writeU32(b, at + 44, m.macroRows, 'CONFIGURE.macroRows');
  writeU8(b, at + 48, m.pixelFormat, 'CONFIGURE.pixelFormat');
  writeU8(b, at + 49, m.overrunMode, 'CONFIGURE.overrunMode');
  writeU8(b, at + 50, m.triggerMode, 'CONFIGURE.triggerMode');
  writeU8(b, at + 51, m.referenceOn, 'CONFIGURE.referenceOn');
  writeU32(b, at + 52, m.referencePhaseSteps, 'CONFIGURE.referencePhaseSteps');
  writeF64(b, at + 56, m.referenceAmplitude, 'CONFIGURE.referenceAmplitude');
  writeF64(b, at + 64, m.referenceTiltX, 'CONFIGURE.referenceTiltX');
  writeF64(b, at + 72, m.referenceTiltY, 'CONFIGURE.referenceTiltY');
  writeU32(b, at + 80, m.fields, 'CONFIGURE.fields');
  writeZeros(b, at + 84, 4);
  at += 88;
  return at;
}

/** The payload of a CONFIGURE. */
export function encodeConfigure(m: Configure): Uint8Array {
  const b = new Uint8Array(sizeConfigure(m));
  writeConfigure(b, 0, m);
  return b;
}

/** Decodes the payload of CONFIGURE; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeConfigure(b: Uint8Array, m: Configure = createConfigure()): Configure {
  let at = 0;
  need(b, at, 88, 'CONFIGURE', 'periodTicks');
  if (!isSafeU64(b, at)) malformed('CONFIGURE', 'periodTicks', U64_TOO_LARGE);
  m.periodTicks = readU64(b, at);
  if (!isSafeU64(b, at + 8)) malformed('CONFIGURE', 'exposureTicks', U64_TOO_LARGE);
  m.exposureTicks = readU64(b, at + 8);
  if (!isSafeU64(b, at + 16)) malformed('CONFIGURE', 'extraSettleTicks', U64_TOO_LARGE);
  m.extraSettleTicks = readU64(b, at + 16);
  m.regionX = readU32(b, at + 24);
  m.regionY = readU32(b, at + 28);
  m.regionWidth = readU32(b, at + 32);
  m.regionHeight = readU32(b, at + 36);
  m.macroColumns = readU32(b, at + 40);
  m.macroRows = readU32(b, at + 44);
  m.pixelFormat = b[at + 48]!;
  m.overrunMode = b[at + 49]!;
  m.triggerMode = b[at + 50]!;
  m.referenceOn = b[at + 51]!;
  m.referencePhaseSteps = readU32(b, at + 52);
  m.referenceAmplitude = readF64(b, at + 56);
  m.referenceTiltX = readF64(b, at + 64);
  m.referenceTiltY = readF64(b, at + 72);
  m.fields = readU32(b, at + 80);
  at += 88;
  return m;
}

/** The configuration as it is applied. Sent by the device. */
export interface ConfigureReply {
  readonly type: 'CONFIGURE_REPLY';
  /** P: frame period, ticks. */
  periodTicks: number;
  /** E: exposure, ticks. */
  exposureTicks: number;
  /** W: extra wait before the exposure, ticks. */
  extraSettleTicks: number;
  /** Left edge of the region of interest, pixels. */
  regionX: number;
  /** Top edge of the region of interest, pixels. */
  regionY: number;
  /** Width of the region of interest, pixels. */
  regionWidth: number;
  /** Height of the region of interest, pixels. */
  regionHeight: number;
  /** Values in a row of a pattern; 0 with macroRows 0 is raw: one bit a mirror. */
  macroColumns: number;
  /** Rows of values of a pattern; 0 with macroColumns 0 is raw. */
  macroRows: number;
  /** Pixels of readouts. One of `pixelFormat`. */
  pixelFormat: PixelFormat;
  /** What happens when no camera buffer is free. One of `overrunMode`. */
  overrunMode: OverrunMode;
  /** What fires a frame. One of `triggerMode`. */
  triggerMode: TriggerMode;
  /** 1 when the reference beam is on, 0 when it is off. */
  referenceOn: number;
  /** Phases that the reference beam steps through frame by frame; at least 1. */
  referencePhaseSteps: number;
  /** Amplitude of the reference beam in units of the mean field that every mirror on gives. */
  referenceAmplitude: number;
  /** Tilt of the reference beam along x, radians a pixel. */
  referenceTiltX: number;
  /** Tilt of the reference beam along y, radians a pixel. */
  referenceTiltY: number;
  /** CRC-32C of the bytes of this payload before this field. */
  configurationHash: number;
  /** Bytes of one pattern: ceil(values / 8). */
  patternBytes: number;
  /** Pmin: shortest frame period that this configuration allows, ticks. */
  minimumPeriodTicks: number;
  /** What sets the minimum period. One of `limitingTerm`. */
  limitingTerm: LimitingTerm;
}

/** A CONFIGURE_REPLY whose fields all have their initial value. */
export function createConfigureReply(): ConfigureReply {
  return {
    type: 'CONFIGURE_REPLY',
    periodTicks: 0,
    exposureTicks: 0,
    extraSettleTicks: 0,
    regionX: 0,
    regionY: 0,
    regionWidth: 0,
    regionHeight: 0,
    macroColumns: 0,
    macroRows: 0,
    pixelFormat: 0,
    overrunMode: 0,
    triggerMode: 0,
    referenceOn: 0,
    referencePhaseSteps: 0,
    referenceAmplitude: 0,
    referenceTiltX: 0,
    referenceTiltY: 0,
    configurationHash: 0,
    patternBytes: 0,
    minimumPeriodTicks: 0,
    limitingTerm: 0,
  };
}

/** Bytes of the payload of a CONFIGURE_REPLY. */
export function sizeConfigureReply(_m: ConfigureReply): number {
  return 104;
}

/** Writes the payload of a CONFIGURE_REPLY at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeConfigureReply(b: Uint8Array, at: number, m: ConfigureReply): number {
  writeU64(b, at, m.periodTicks, 'CONFIGURE_REPLY.periodTicks');
  writeU64(b, at + 8, m.exposureTicks, 'CONFIGURE_REPLY.exposureTicks');
  writeU64(b, at + 16, m.extraSettleTicks, 'CONFIGURE_REPLY.extraSettleTicks');
  writeU32(b, at + 24, m.regionX, 'CONFIGURE_REPLY.regionX');
  writeU32(b, at + 28, m.regionY, 'CONFIGURE_REPLY.regionY');
  writeU32(b, at + 32, m.regionWidth, 'CONFIGURE_REPLY.regionWidth');
  writeU32(b, at + 36, m.regionHeight, 'CONFIGURE_REPLY.regionHeight');
  writeU32(b, at + 40, m.macroColumns, 'CONFIGURE_REPLY.macroColumns');
  writeU32(b, at + 44, m.macroRows, 'CONFIGURE_REPLY.macroRows');
  writeU8(b, at + 48, m.pixelFormat, 'CONFIGURE_REPLY.pixelFormat');
  writeU8(b, at + 49, m.overrunMode, 'CONFIGURE_REPLY.overrunMode');
  writeU8(b, at + 50, m.triggerMode, 'CONFIGURE_REPLY.triggerMode');
  writeU8(b, at + 51, m.referenceOn, 'CONFIGURE_REPLY.referenceOn');
  writeU32(b, at + 52, m.referencePhaseSteps, 'CONFIGURE_REPLY.referencePhaseSteps');
  writeF64(b, at + 56, m.referenceAmplitude, 'CONFIGURE_REPLY.referenceAmplitude');
  writeF64(b, at + 64, m.referenceTiltX, 'CONFIGURE_REPLY.referenceTiltX');
  writeF64(b, at + 72, m.referenceTiltY, 'CONFIGURE_REPLY.referenceTiltY');
  writeU32(b, at + 80, m.configurationHash, 'CONFIGURE_REPLY.configurationHash');
  writeU32(b, at + 84, m.patternBytes, 'CONFIGURE_REPLY.patternBytes');
  writeU64(b, at + 88, m.minimumPeriodTicks, 'CONFIGURE_REPLY.minimumPeriodTicks');
  writeU8(b, at + 96, m.limitingTerm, 'CONFIGURE_REPLY.limitingTerm');
  writeZeros(b, at + 97, 1);
  writeZeros(b, at + 98, 2);
  writeZeros(b, at + 100, 4);
  at += 104;
  return at;
}

/** The payload of a CONFIGURE_REPLY. */
export function encodeConfigureReply(m: ConfigureReply): Uint8Array {
  const b = new Uint8Array(sizeConfigureReply(m));
  writeConfigureReply(b, 0, m);
  return b;
}

/** Decodes the payload of CONFIGURE_REPLY; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeConfigureReply(b: Uint8Array, m: ConfigureReply = createConfigureReply()): ConfigureReply {
  let at = 0;
  need(b, at, 104, 'CONFIGURE_REPLY', 'periodTicks');
  if (!isSafeU64(b, at)) malformed('CONFIGURE_REPLY', 'periodTicks', U64_TOO_LARGE);
  m.periodTicks = readU64(b, at);
  if (!isSafeU64(b, at + 8)) malformed('CONFIGURE_REPLY', 'exposureTicks', U64_TOO_LARGE);
  m.exposureTicks = readU64(b, at + 8);
  if (!isSafeU64(b, at + 16)) malformed('CONFIGURE_REPLY', 'extraSettleTicks', U64_TOO_LARGE);
  m.extraSettleTicks = readU64(b, at + 16);
  m.regionX = readU32(b, at + 24);
  m.regionY = readU32(b, at + 28);
  m.regionWidth = readU32(b, at + 32);
  m.regionHeight = readU32(b, at + 36);
  m.macroColumns = readU32(b, at + 40);
  m.macroRows = readU32(b, at + 44);
  m.pixelFormat = b[at + 48]!;
  m.overrunMode = b[at + 49]!;
  m.triggerMode = b[at + 50]!;
  m.referenceOn = b[at + 51]!;
  m.referencePhaseSteps = readU32(b, at + 52);
  m.referenceAmplitude = readF64(b, at + 56);
  m.referenceTiltX = readF64(b, at + 64);
  m.referenceTiltY = readF64(b, at + 72);
  m.configurationHash = readU32(b, at + 80);
  m.patternBytes = readU32(b, at + 84);
  if (!isSafeU64(b, at + 88)) malformed('CONFIGURE_REPLY', 'minimumPeriodTicks', U64_TOO_LARGE);
  m.minimumPeriodTicks = readU64(b, at + 88);
  m.limitingTerm = b[at + 96]!;
  at += 104;
  return m;
}

/** Asks for the configuration as it is. Sent by the host. */
export interface GetConfiguration {
  readonly type: 'GET_CONFIGURATION';
}

/** A GET_CONFIGURATION whose fields all have their initial value. */
export function createGetConfiguration(): GetConfiguration {
  return {
    type: 'GET_CONFIGURATION',
  };
}

/** Bytes of the payload of a GET_CONFIGURATION. */
export function sizeGetConfiguration(_m: GetConfiguration): number {
  return 0;
}

/** Writes the payload of a GET_CONFIGURATION at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeGetConfiguration(b: Uint8Array, at: number, _m: GetConfiguration): number {
  return at;
}

/** The payload of a GET_CONFIGURATION. */
export function encodeGetConfiguration(m: GetConfiguration): Uint8Array {
  const b = new Uint8Array(sizeGetConfiguration(m));
  writeGetConfiguration(b, 0, m);
  return b;
}

/** Decodes the payload of GET_CONFIGURATION; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeGetConfiguration(_b: Uint8Array, m: GetConfiguration = createGetConfiguration()): GetConfiguration {
  return m;
}

/** Asks for the minimum period of a configuration without applying it. periodTicks is not looked at. Sent by the host. */
export interface QueryPeriod {
  readonly type: 'QUERY_PERIOD';
  /** P: frame period, ticks. */
  periodTicks: number;
  /** E: exposure, ticks. */
  exposureTicks: number;
  /** W: extra wait before the exposure, ticks. */
  extraSettleTicks: number;
  /** Left edge of the region of interest, pixels. */
  regionX: number;
  /** Top edge of the region of interest, pixels. */
  regionY: number;
  /** Width of the region of interest, pixels. */
  regionWidth: number;
  /** Height of the region of interest, pixels. */
  regionHeight: number;
  /** Values in a row of a pattern; 0 with macroRows 0 is raw: one bit a mirror. */
  macroColumns: number;
  /** Rows of values of a pattern; 0 with macroColumns 0 is raw. */
  macroRows: number;
  /** Pixels of readouts. One of `pixelFormat`. */
  pixelFormat: PixelFormat;
  /** What happens when no camera buffer is free. One of `overrunMode`. */
  overrunMode: OverrunMode;
  /** What fires a frame. One of `triggerMode`. */
  triggerMode: TriggerMode;
  /** 1 when the reference beam is on, 0 when it is off. */
  referenceOn: number;
  /** Phases that the reference beam steps through frame by frame; at least 1. */
  referencePhaseSteps: number;
  /** Amplitude of the reference beam in units of the mean field that every mirror on gives. */
  referenceAmplitude: number;
  /** Tilt of the reference beam along x, radians a pixel. */
  referenceTiltX: number;
  /** Tilt of the reference beam along y, radians a pixel. */
  referenceTiltY: number;
  /** Which of the values above count. Bits of `configurationField`. */
  fields: ConfigurationField;
}

/** A QUERY_PERIOD whose fields all have their initial value. */
export function createQueryPeriod(): QueryPeriod {
  return {
    type: 'QUERY_PERIOD',
    periodTicks: 0,
    exposureTicks: 0,
    extraSettleTicks: 0,
    regionX: 0,
    regionY: 0,
    regionWidth: 0,
    regionHeight: 0,
    macroColumns: 0,
    macroRows: 0,
    pixelFormat: 0,
    overrunMode: 0,
    triggerMode: 0,
    referenceOn: 0,
    referencePhaseSteps: 0,
    referenceAmplitude: 0,
    referenceTiltX: 0,
    referenceTiltY: 0,
    fields: 0,
  };
}

/** Bytes of the payload of a QUERY_PERIOD. */
export function sizeQueryPeriod(_m: QueryPeriod): number {
  return 88;
}

/** Writes the payload of a QUERY_PERIOD at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeQueryPeriod(b: Uint8Array, at: number, m: QueryPeriod): number {
  writeU64(b, at, m.periodTicks, 'QUERY_PERIOD.periodTicks');
  writeU64(b, at + 8, m.exposureTicks, 'QUERY_PERIOD.exposureTicks');
  writeU64(b, at + 16, m.extraSettleTicks, 'QUERY_PERIOD.extraSettleTicks');
  writeU32(b, at + 24, m.regionX, 'QUERY_PERIOD.regionX');
  writeU32(b, at + 28, m.regionY, 'QUERY_PERIOD.regionY');
  writeU32(b, at + 32, m.regionWidth, 'QUERY_PERIOD.regionWidth');
  writeU32(b, at + 36, m.regionHeight, 'QUERY_PERIOD.regionHeight');
  writeU32(b, at + 40, m.macroColumns, 'QUERY_PERIOD.macroColumns');
  writeU32(b, at + 44, m.macroRows, 'QUERY_PERIOD.macroRows');
  writeU8(b, at + 48, m.pixelFormat, 'QUERY_PERIOD.pixelFormat');
  writeU8(b, at + 49, m.overrunMode, 'QUERY_PERIOD.overrunMode');
  writeU8(b, at + 50, m.triggerMode, 'QUERY_PERIOD.triggerMode');
  writeU8(b, at + 51, m.referenceOn, 'QUERY_PERIOD.referenceOn');
  writeU32(b, at + 52, m.referencePhaseSteps, 'QUERY_PERIOD.referencePhaseSteps');
  writeF64(b, at + 56, m.referenceAmplitude, 'QUERY_PERIOD.referenceAmplitude');
  writeF64(b, at + 64, m.referenceTiltX, 'QUERY_PERIOD.referenceTiltX');
  writeF64(b, at + 72, m.referenceTiltY, 'QUERY_PERIOD.referenceTiltY');
  writeU32(b, at + 80, m.fields, 'QUERY_PERIOD.fields');
  writeZeros(b, at + 84, 4);
  at += 88;
  return at;
}

/** The payload of a QUERY_PERIOD. */
export function encodeQueryPeriod(m: QueryPeriod): Uint8Array {
  const b = new Uint8Array(sizeQueryPeriod(m));
  writeQueryPeriod(b, 0, m);
  return b;
}

/** Decodes the payload of QUERY_PERIOD; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeQueryPeriod(b: Uint8Array, m: QueryPeriod = createQueryPeriod()): QueryPeriod {
  let at = 0;
  need(b, at, 88, 'QUERY_PERIOD', 'periodTicks');
  if (!isSafeU64(b, at)) malformed('QUERY_PERIOD', 'periodTicks', U64_TOO_LARGE);
  m.periodTicks = readU64(b, at);
  if (!isSafeU64(b, at + 8)) malformed('QUERY_PERIOD', 'exposureTicks', U64_TOO_LARGE);
  m.exposureTicks = readU64(b, at + 8);
  if (!isSafeU64(b, at + 16)) malformed('QUERY_PERIOD', 'extraSettleTicks', U64_TOO_LARGE);
  m.extraSettleTicks = readU64(b, at + 16);
  m.regionX = readU32(b, at + 24);
  m.regionY = readU32(b, at + 28);
  m.regionWidth = readU32(b, at + 32);
  m.regionHeight = readU32(b, at + 36);
  m.macroColumns = readU32(b, at + 40);
  m.macroRows = readU32(b, at + 44);
  m.pixelFormat = b[at + 48]!;
  m.overrunMode = b[at + 49]!;
  m.triggerMode = b[at + 50]!;
  m.referenceOn = b[at + 51]!;
  m.referencePhaseSteps = readU32(b, at + 52);
  m.referenceAmplitude = readF64(b, at + 56);
  m.referenceTiltX = readF64(b, at + 64);
  m.referenceTiltY = readF64(b, at + 72);
  m.fields = readU32(b, at + 80);
  at += 88;
  return m;
}

/** The minimum period of a candidate. Sent by the device. */
export interface QueryPeriodReply {
  readonly type: 'QUERY_PERIOD_REPLY';
  /** Pmin of the candidate, ticks. */
  minimumPeriodTicks: number;
  /** What sets it. One of `limitingTerm`. */
  limitingTerm: LimitingTerm;
}

/** A QUERY_PERIOD_REPLY whose fields all have their initial value. */
export function createQueryPeriodReply(): QueryPeriodReply {
  return {
    type: 'QUERY_PERIOD_REPLY',
    minimumPeriodTicks: 0,
    limitingTerm: 0,
  };
}

/** Bytes of the payload of a QUERY_PERIOD_REPLY. */
export function sizeQueryPeriodReply(_m: QueryPeriodReply): number {
  return 16;
}

/** Writes the payload of a QUERY_PERIOD_REPLY at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeQueryPeriodReply(b: Uint8Array, at: number, m: QueryPeriodReply): number {
  writeU64(b, at, m.minimumPeriodTicks, 'QUERY_PERIOD_REPLY.minimumPeriodTicks');
  writeU8(b, at + 8, m.limitingTerm, 'QUERY_PERIOD_REPLY.limitingTerm');
  writeZeros(b, at + 9, 1);
  writeZeros(b, at + 10, 2);
  writeZeros(b, at + 12, 4);
  at += 16;
  return at;
}

/** The payload of a QUERY_PERIOD_REPLY. */
export function encodeQueryPeriodReply(m: QueryPeriodReply): Uint8Array {
  const b = new Uint8Array(sizeQueryPeriodReply(m));
  writeQueryPeriodReply(b, 0, m);
  return b;
}

/** Decodes the payload of QUERY_PERIOD_REPLY; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeQueryPeriodReply(b: Uint8Array, m: QueryPeriodReply = createQueryPeriodReply()): QueryPeriodReply {
  let at = 0;
  need(b, at, 16, 'QUERY_PERIOD_REPLY', 'minimumPeriodTicks');
  if (!isSafeU64(b, at)) malformed('QUERY_PERIOD_REPLY', 'minimumPeriodTicks', U64_TOO_LARGE);
  m.minimumPeriodTicks = readU64(b, at);
  m.limitingTerm = b[at + 8]!;
  at += 16;
  return m;
}

/** Patterns for the pattern RAM, in the order of their ids. Answered by PATTERN_CREDIT, not by a reply. Sent by the host. */
export interface Patterns {
  readonly type: 'PATTERNS';
  /** Id of the first pattern; the others follow by one. */
  firstPatternId: number;
  /** Patterns in this message. */
  count: number;
  /** How the patterns are written. One of `patternEncoding`. */
  encoding: PatternEncoding;
  /** Flags. Bits of `patternFlag`. */
  flags: PatternFlag;
  /** Bytes of one whole pattern in the present layout. */
  patternBytes: number;
  /** First row that is sent (encoding ROWS); 0 otherwise. */
  firstRow: number;
  /** Rows that are sent (encoding ROWS); 0 otherwise. */
  rowCount: number;
  /** The patterns one after the other, each starting on a byte. */
  data: Uint8Array;
}

/** A PATTERNS whose fields all have their initial value. */
export function createPatterns(): Patterns {
  return {
    type: 'PATTERNS',
    firstPatternId: 0,
    count: 0,
    encoding: 0,
    flags: 0,
    patternBytes: 0,
    firstRow: 0,
    rowCount: 0,
    data: EMPTY_BYTES,
  };
}

/** Bytes of the payload of a PATTERNS. */
export function sizePatterns(m: Patterns): number {
  return 32 + m.data.length;
}

/** Writes the payload of a PATTERNS at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writePatterns(b: Uint8Array, at: number, m: Patterns): number {
  writeU64(b, at, m.firstPatternId, 'PATTERNS.firstPatternId');
  writeU32(b, at + 8, m.count, 'PATTERNS.count');
  writeU8(b, at + 12, m.encoding, 'PATTERNS.encoding');
  writeU8(b, at + 13, m.flags, 'PATTERNS.flags');
  writeZeros(b, at + 14, 2);
  writeU32(b, at + 16, m.patternBytes, 'PATTERNS.patternBytes');
  writeU32(b, at + 20, m.firstRow, 'PATTERNS.firstRow');
  writeU32(b, at + 24, m.rowCount, 'PATTERNS.rowCount');
  at += 28;
  writeU32(b, at, m.data.length, 'PATTERNS.data');
  b.set(m.data, at + 4);
  at += 4 + m.data.length;
  return at;
}

/** The payload of a PATTERNS. */
export function encodePatterns(m: Patterns): Uint8Array {
  const b = new Uint8Array(sizePatterns(m));
  writePatterns(b, 0, m);
  return b;
}

/** Decodes the payload of PATTERNS; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodePatterns(b: Uint8Array, m: Patterns = createPatterns()): Patterns {
  let at = 0;
  need(b, at, 28, 'PATTERNS', 'firstPatternId');
  if (!isSafeU64(b, at)) malformed('PATTERNS', 'firstPatternId', U64_TOO_LARGE);
  m.firstPatternId = readU64(b, at);
  m.count = readU32(b, at + 8);
  m.encoding = b[at + 12]!;
  m.flags = b[at + 13]!;
  m.patternBytes = readU32(b, at + 16);
  m.firstRow = readU32(b, at + 20);
  m.rowCount = readU32(b, at + 24);
  at += 28;
  need(b, at, 4, 'PATTERNS', 'data');
  {
    const length = readU32(b, at);
    need(b, at + 4, length, 'PATTERNS', 'data');
    m.data = length === 0 ? EMPTY_BYTES : b.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return m;
}

/** What has come and what there is room for. Sent by the device. */
export interface PatternCredit {
  readonly type: 'PATTERN_CREDIT';
  /** The id that is expected next: all below have come. */
  nextPatternId: number;
  /** There is room for all patterns whose id is below this. */
  creditLimit: number;
}

/** A PATTERN_CREDIT whose fields all have their initial value. */
export function createPatternCredit(): PatternCredit {
  return {
    type: 'PATTERN_CREDIT',
    nextPatternId: 0,
    creditLimit: 0,
  };
}

/** Bytes of the payload of a PATTERN_CREDIT. */
export function sizePatternCredit(_m: PatternCredit): number {
  return 16;
}

/** Writes the payload of a PATTERN_CREDIT at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writePatternCredit(b: Uint8Array, at: number, m: PatternCredit): number {
  writeU64(b, at, m.nextPatternId, 'PATTERN_CREDIT.nextPatternId');
  writeU64(b, at + 8, m.creditLimit, 'PATTERN_CREDIT.creditLimit');
  at += 16;
  return at;
}

/** The payload of a PATTERN_CREDIT. */
export function encodePatternCredit(m: PatternCredit): Uint8Array {
  const b = new Uint8Array(sizePatternCredit(m));
  writePatternCredit(b, 0, m);
  return b;
}

/** Decodes the payload of PATTERN_CREDIT; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodePatternCredit(b: Uint8Array, m: PatternCredit = createPatternCredit()): PatternCredit {
  let at = 0;
  need(b, at, 16, 'PATTERN_CREDIT', 'nextPatternId');
  if (!isSafeU64(b, at)) malformed('PATTERN_CREDIT', 'nextPatternId', U64_TOO_LARGE);
  m.nextPatternId = readU64(b, at);
  if (!isSafeU64(b, at + 8)) malformed('PATTERN_CREDIT', 'creditLimit', U64_TOO_LARGE);
  m.creditLimit = readU64(b, at + 8);
  at += 16;
  return m;
}

/** Patterns are missing and have to be sent again. Sent by the device. */
export interface PatternResend {
  readonly type: 'PATTERN_RESEND';
  /** Id of the first missing pattern. */
  from: number;
  /** How many are missing from there on. */
  count: number;
}

/** A PATTERN_RESEND whose fields all have their initial value. */
export function createPatternResend(): PatternResend {
  return {
    type: 'PATTERN_RESEND',
    from: 0,
    count: 0,
  };
}

/** Bytes of the payload of a PATTERN_RESEND. */
export function sizePatternResend(_m: PatternResend): number {
  return 16;
}

/** Writes the payload of a PATTERN_RESEND at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writePatternResend(b: Uint8Array, at: number, m: PatternResend): number {
  writeU64(b, at, m.from, 'PATTERN_RESEND.from');
  writeU32(b, at + 8, m.count, 'PATTERN_RESEND.count');
  writeZeros(b, at + 12, 4);
  at += 16;
  return at;
}

/** The payload of a PATTERN_RESEND. */
export function encodePatternResend(m: PatternResend): Uint8Array {
  const b = new Uint8Array(sizePatternResend(m));
  writePatternResend(b, 0, m);
  return b;
}

/** Decodes the payload of PATTERN_RESEND; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodePatternResend(b: Uint8Array, m: PatternResend = createPatternResend()): PatternResend {
  let at = 0;
  need(b, at, 16, 'PATTERN_RESEND', 'from');
  if (!isSafeU64(b, at)) malformed('PATTERN_RESEND', 'from', U64_TOO_LARGE);
  m.from = readU64(b, at);
  m.count = readU32(b, at + 8);
  at += 16;
  return m;
}

/** Stores patterns of a sequence. A sequence may come in several messages, from its first pattern on. Sent by the host. */
export interface StoreSequence {
  readonly type: 'STORE_SEQUENCE';
  /** Number of the sequence, chosen by the host. */
  sequenceId: number;
  /** Place of the first pattern of this message; 0 starts the sequence anew. */
  firstIndex: number;
  /** Patterns in this message. */
  count: number;
  /** How the patterns are written. One of `patternEncoding`. */
  encoding: PatternEncoding;
  /** Flags. Bits of `patternFlag`. */
  flags: PatternFlag;
  /** Bytes of one whole pattern in the present layout. */
  patternBytes: number;
  /** First row that is sent (encoding ROWS); 0 otherwise. */
  firstRow: number;
  /** Rows that are sent (encoding ROWS); 0 otherwise. */
  rowCount: number;
  /** The patterns one after the other, each starting on a byte. */
  data: Uint8Array;
}

/** A STORE_SEQUENCE whose fields all have their initial value. */
export function createStoreSequence(): StoreSequence {
  return {
    type: 'STORE_SEQUENCE',
    sequenceId: 0,
    firstIndex: 0,
    count: 0,
    encoding: 0,
    flags: 0,
    patternBytes: 0,
    firstRow: 0,
    rowCount: 0,
    data: EMPTY_BYTES,
  };
}

/** Bytes of the payload of a STORE_SEQUENCE. */
export function sizeStoreSequence(m: StoreSequence): number {
  return 32 + m.data.length;
}

/** Writes the payload of a STORE_SEQUENCE at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeStoreSequence(b: Uint8Array, at: number, m: StoreSequence): number {
  writeU32(b, at, m.sequenceId, 'STORE_SEQUENCE.sequenceId');
  writeU32(b, at + 4, m.firstIndex, 'STORE_SEQUENCE.firstIndex');
  writeU32(b, at + 8, m.count, 'STORE_SEQUENCE.count');
  writeU8(b, at + 12, m.encoding, 'STORE_SEQUENCE.encoding');
  writeU8(b, at + 13, m.flags, 'STORE_SEQUENCE.flags');
  writeZeros(b, at + 14, 2);
  writeU32(b, at + 16, m.patternBytes, 'STORE_SEQUENCE.patternBytes');
  writeU32(b, at + 20, m.firstRow, 'STORE_SEQUENCE.firstRow');
  writeU32(b, at + 24, m.rowCount, 'STORE_SEQUENCE.rowCount');
  at += 28;
  writeU32(b, at, m.data.length, 'STORE_SEQUENCE.data');
  b.set(m.data, at + 4);
  at += 4 + m.data.length;
  return at;
}

/** The payload of a STORE_SEQUENCE. */
export function encodeStoreSequence(m: StoreSequence): Uint8Array {
  const b = new Uint8Array(sizeStoreSequence(m));
  writeStoreSequence(b, 0, m);
  return b;
}

/** Decodes the payload of STORE_SEQUENCE; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeStoreSequence(b: Uint8Array, m: StoreSequence = createStoreSequence()): StoreSequence {
  let at = 0;
  need(b, at, 28, 'STORE_SEQUENCE', 'sequenceId');
  m.sequenceId = readU32(b, at);
  m.firstIndex = readU32(b, at + 4);
  m.count = readU32(b, at + 8);
  m.encoding = b[at + 12]!;
  m.flags = b[at + 13]!;
  m.patternBytes = readU32(b, at + 16);
  m.firstRow = readU32(b, at + 20);
  m.rowCount = readU32(b, at + 24);
  at += 28;
  need(b, at, 4, 'STORE_SEQUENCE', 'data');
  {
    const length = readU32(b, at);
    need(b, at + 4, length, 'STORE_SEQUENCE', 'data');
    m.data = length === 0 ? EMPTY_BYTES : b.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return m;
}

/** Starts a run that takes its patterns from a stored sequence. DONE.tick is the start. Sent by the host. */
export interface PlaySequence {
  readonly type: 'PLAY_SEQUENCE';
  /** Id that the first pattern shown gets; the others follow by one. */
  firstPatternId: number;
  /** Number of the sequence. */
  sequenceId: number;
  /** How often the steps are played; 0 means until STOP or ABORT. */
  repetitions: number;
  /** Patterns in the order of playing; none means all in order. */
  steps: SequenceStepList;
}

/** A PLAY_SEQUENCE whose fields all have their initial value. */
export function createPlaySequence(): PlaySequence {
  return {
    type: 'PLAY_SEQUENCE',
    firstPatternId: 0,
    sequenceId: 0,
    repetitions: 0,
    steps: new SequenceStepList(),
  };
}

/** Bytes of the payload of a PLAY_SEQUENCE. */
export function sizePlaySequence(m: PlaySequence): number {
  return 24 + m.steps.count * SequenceStepList.recordBytes;
}

/** Writes the payload of a PLAY_SEQUENCE at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writePlaySequence(b: Uint8Array, at: number, m: PlaySequence): number {
  writeU64(b, at, m.firstPatternId, 'PLAY_SEQUENCE.firstPatternId');
  writeU32(b, at + 8, m.sequenceId, 'PLAY_SEQUENCE.sequenceId');
  writeU32(b, at + 12, m.repetitions, 'PLAY_SEQUENCE.repetitions');
  at += 16;
  writeU32(b, at, m.steps.count, 'PLAY_SEQUENCE.steps');
  writeU32(b, at + 4, SequenceStepList.recordBytes, 'PLAY_SEQUENCE.steps');
  at = writeSequenceStepList(b, at + 8, m.steps);
  return at;
}

/** The payload of a PLAY_SEQUENCE. */
export function encodePlaySequence(m: PlaySequence): Uint8Array {
  const b = new Uint8Array(sizePlaySequence(m));
  writePlaySequence(b, 0, m);
  return b;
}

/** Decodes the payload of PLAY_SEQUENCE; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodePlaySequence(b: Uint8Array, m: PlaySequence = createPlaySequence()): PlaySequence {
  let at = 0;
  need(b, at, 16, 'PLAY_SEQUENCE', 'firstPatternId');
  if (!isSafeU64(b, at)) malformed('PLAY_SEQUENCE', 'firstPatternId', U64_TOO_LARGE);
  m.firstPatternId = readU64(b, at);
  m.sequenceId = readU32(b, at + 8);
  m.repetitions = readU32(b, at + 12);
  at += 16;
  need(b, at, 8, 'PLAY_SEQUENCE', 'steps');
  {
    const count = readU32(b, at);
    const stride = readU32(b, at + 4);
    if (stride < SequenceStepList.minimumBytes) malformed('PLAY_SEQUENCE', 'steps', `its records have ${stride} bytes, and at least ${SequenceStepList.minimumBytes} are needed`);
    need(b, at + 8, count * stride, 'PLAY_SEQUENCE', 'steps');
    const problem = SequenceStepList.problem(b, at + 8, count, stride);
    if (problem !== undefined) malformed('PLAY_SEQUENCE', `steps.${problem}`, U64_TOO_LARGE);
    m.steps.wrap(b, at + 8, count, stride);
    at += 8 + count * stride;
  }
  return m;
}

/** Forgets a stored sequence. Sent by the host. */
export interface EraseSequence {
  readonly type: 'ERASE_SEQUENCE';
  /** Number of the sequence; 0xffffffff for all. */
  sequenceId: number;
}

/** A ERASE_SEQUENCE whose fields all have their initial value. */
export function createEraseSequence(): EraseSequence {
  return {
    type: 'ERASE_SEQUENCE',
    sequenceId: 0,
  };
}

/** Bytes of the payload of a ERASE_SEQUENCE. */
export function sizeEraseSequence(_m: EraseSequence): number {
  return 8;
}

/** Writes the payload of a ERASE_SEQUENCE at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeEraseSequence(b: Uint8Array, at: number, m: EraseSequence): number {
  writeU32(b, at, m.sequenceId, 'ERASE_SEQUENCE.sequenceId');
  writeZeros(b, at + 4, 4);
  at += 8;
  return at;
}

/** The payload of a ERASE_SEQUENCE. */
export function encodeEraseSequence(m: EraseSequence): Uint8Array {
  const b = new Uint8Array(sizeEraseSequence(m));
  writeEraseSequence(b, 0, m);
  return b;
}

/** Decodes the payload of ERASE_SEQUENCE; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeEraseSequence(b: Uint8Array, m: EraseSequence = createEraseSequence()): EraseSequence {
  let at = 0;
  need(b, at, 8, 'ERASE_SEQUENCE', 'sequenceId');
  m.sequenceId = readU32(b, at);
  at += 8;
  return m;
}

/** Starts a run. DONE.tick is the tick on which it takes effect, DONE.value the number of the first frame. Sent by the host. */
export interface Start {
  readonly type: 'START';
  /** None defined; 0. */
  flags: number;
}

/** A START whose fields all have their initial value. */
export function createStart(): Start {
  return {
    type: 'START',
    flags: 0,
  };
}

/** Bytes of the payload of a START. */
export function sizeStart(_m: Start): number {
  return 8;
}

/** Writes the payload of a START at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeStart(b: Uint8Array, at: number, m: Start): number {
  writeU32(b, at, m.flags, 'START.flags');
  writeZeros(b, at + 4, 4);
  at += 8;
  return at;
}

/** The payload of a START. */
export function encodeStart(m: Start): Uint8Array {
  const b = new Uint8Array(sizeStart(m));
  writeStart(b, 0, m);
  return b;
}

/** Decodes the payload of START; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeStart(b: Uint8Array, m: Start = createStart()): Start {
  let at = 0;
  need(b, at, 8, 'START', 'flags');
  m.flags = readU32(b, at);
  at += 8;
  return m;
}

/** Ends the run: patterns not yet shown stay, a frame under way is finished. Sent by the host. */
export interface Stop {
  readonly type: 'STOP';
}

/** A STOP whose fields all have their initial value. */
export function createStop(): Stop {
  return {
    type: 'STOP',
  };
}

/** Bytes of the payload of a STOP. */
export function sizeStop(_m: Stop): number {
  return 0;
}

/** Writes the payload of a STOP at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeStop(b: Uint8Array, at: number, _m: Stop): number {
  return at;
}

/** The payload of a STOP. */
export function encodeStop(m: Stop): Uint8Array {
  const b = new Uint8Array(sizeStop(m));
  writeStop(b, 0, m);
  return b;
}

/** Decodes the payload of STOP; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeStop(_b: Uint8Array, m: Stop = createStop()): Stop {
  return m;
}

/** Like STOP, but patterns not yet shown are thrown away. Sent by the host. */
export interface Abort {
  readonly type: 'ABORT';
}

/** A ABORT whose fields all have their initial value. */
export function createAbort(): Abort {
  return {
    type: 'ABORT',
  };
}

/** Bytes of the payload of a ABORT. */
export function sizeAbort(_m: Abort): number {
  return 0;
}

/** Writes the payload of a ABORT at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeAbort(b: Uint8Array, at: number, _m: Abort): number {
  return at;
}

/** The payload of a ABORT. */
export function encodeAbort(m: Abort): Uint8Array {
  const b = new Uint8Array(sizeAbort(m));
  writeAbort(b, 0, m);
  return b;
}

/** Decodes the payload of ABORT; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeAbort(_b: Uint8Array, m: Abort = createAbort()): Abort {
  return m;
}

/** Answers STOP and ABORT once the last frame is finished. Sent by the device. */
export interface RunReport {
  readonly type: 'RUN_REPORT';
  /** Tick on which the sequencer came to rest. */
  tick: number;
  /** Frames made since the start. */
  framesDone: number;
  /** The id that is expected next from the host. */
  nextPatternId: number;
}

/** A RUN_REPORT whose fields all have their initial value. */
export function createRunReport(): RunReport {
  return {
    type: 'RUN_REPORT',
    tick: 0,
    framesDone: 0,
    nextPatternId: 0,
  };
}

/** Bytes of the payload of a RUN_REPORT. */
export function sizeRunReport(_m: RunReport): number {
  return 24;
}

/** Writes the payload of a RUN_REPORT at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeRunReport(b: Uint8Array, at: number, m: RunReport): number {
  writeU64(b, at, m.tick, 'RUN_REPORT.tick');
  writeU64(b, at + 8, m.framesDone, 'RUN_REPORT.framesDone');
  writeU64(b, at + 16, m.nextPatternId, 'RUN_REPORT.nextPatternId');
  at += 24;
  return at;
}

/** The payload of a RUN_REPORT. */
export function encodeRunReport(m: RunReport): Uint8Array {
  const b = new Uint8Array(sizeRunReport(m));
  writeRunReport(b, 0, m);
  return b;
}

/** Decodes the payload of RUN_REPORT; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeRunReport(b: Uint8Array, m: RunReport = createRunReport()): RunReport {
  let at = 0;
  need(b, at, 24, 'RUN_REPORT', 'tick');
  if (!isSafeU64(b, at)) malformed('RUN_REPORT', 'tick', U64_TOO_LARGE);
  m.tick = readU64(b, at);
  if (!isSafeU64(b, at + 8)) malformed('RUN_REPORT', 'framesDone', U64_TOO_LARGE);
  m.framesDone = readU64(b, at + 8);
  if (!isSafeU64(b, at + 16)) malformed('RUN_REPORT', 'nextPatternId', U64_TOO_LARGE);
  m.nextPatternId = readU64(b, at + 16);
  at += 24;
  return m;
}

/** A trigger edge. DONE.tick is its tick. Sent by the host. */
export interface SoftwareTrigger {
  readonly type: 'SOFTWARE_TRIGGER';
}

/** A SOFTWARE_TRIGGER whose fields all have their initial value. */
export function createSoftwareTrigger(): SoftwareTrigger {
  return {
    type: 'SOFTWARE_TRIGGER',
  };
}

/** Bytes of the payload of a SOFTWARE_TRIGGER. */
export function sizeSoftwareTrigger(_m: SoftwareTrigger): number {
  return 0;
}

/** Writes the payload of a SOFTWARE_TRIGGER at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeSoftwareTrigger(b: Uint8Array, at: number, _m: SoftwareTrigger): number {
  return at;
}

/** The payload of a SOFTWARE_TRIGGER. */
export function encodeSoftwareTrigger(m: SoftwareTrigger): Uint8Array {
  const b = new Uint8Array(sizeSoftwareTrigger(m));
  writeSoftwareTrigger(b, 0, m);
  return b;
}

/** Decodes the payload of SOFTWARE_TRIGGER; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeSoftwareTrigger(_b: Uint8Array, m: SoftwareTrigger = createSoftwareTrigger()): SoftwareTrigger {
  return m;
}

/** The last pattern's readout was sent and the sequencer idles. Not a reply. Sent by the device. */
export interface RunEnded {
  readonly type: 'RUN_ENDED';
  /** Tick on which the last readout had been sent. */
  tick: number;
  /** Frames made since the start. */
  framesDone: number;
  /** Number that the next frame will get: all readouts of the run are below. */
  nextFrame: number;
}

/** A RUN_ENDED whose fields all have their initial value. */
export function createRunEnded(): RunEnded {
  return {
    type: 'RUN_ENDED',
    tick: 0,
    framesDone: 0,
    nextFrame: 0,
  };
}

/** Bytes of the payload of a RUN_ENDED. */
export function sizeRunEnded(_m: RunEnded): number {
  return 24;
}

/** Writes the payload of a RUN_ENDED at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeRunEnded(b: Uint8Array, at: number, m: RunEnded): number {
  writeU64(b, at, m.tick, 'RUN_ENDED.tick');
  writeU64(b, at + 8, m.framesDone, 'RUN_ENDED.framesDone');
  writeU64(b, at + 16, m.nextFrame, 'RUN_ENDED.nextFrame');
  at += 24;
  return at;
}

/** The payload of a RUN_ENDED. */
export function encodeRunEnded(m: RunEnded): Uint8Array {
  const b = new Uint8Array(sizeRunEnded(m));
  writeRunEnded(b, 0, m);
  return b;
}

/** Decodes the payload of RUN_ENDED; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeRunEnded(b: Uint8Array, m: RunEnded = createRunEnded()): RunEnded {
  let at = 0;
  need(b, at, 24, 'RUN_ENDED', 'tick');
  if (!isSafeU64(b, at)) malformed('RUN_ENDED', 'tick', U64_TOO_LARGE);
  m.tick = readU64(b, at);
  if (!isSafeU64(b, at + 8)) malformed('RUN_ENDED', 'framesDone', U64_TOO_LARGE);
  m.framesDone = readU64(b, at + 8);
  if (!isSafeU64(b, at + 16)) malformed('RUN_ENDED', 'nextFrame', U64_TOO_LARGE);
  m.nextFrame = readU64(b, at + 16);
  at += 24;
  return m;
}

/** One or more readouts of equal shape, in the order of their frames. Sent by the device. */
export interface Readouts {
  readonly type: 'READOUTS';
  /** Left edge of the region of interest, pixels. */
  regionX: number;
  /** Top edge of the region of interest, pixels. */
  regionY: number;
  /** Width of the region of interest, pixels. */
  regionWidth: number;
  /** Height of the region of interest, pixels. */
  regionHeight: number;
  /** How the pixels are stored. One of `pixelFormat`. */
  pixelFormat: PixelFormat;
  /** Bytes of one image. */
  imageBytes: number;
  /** What is known of each frame. */
  frames: ReadoutRecordList;
  /** The images one after the other, imageBytes each. */
  data: Uint8Array;
}

/** A READOUTS whose fields all have their initial value. */
export function createReadouts(): Readouts {
  return {
    type: 'READOUTS',
    regionX: 0,
    regionY: 0,
    regionWidth: 0,
    regionHeight: 0,
    pixelFormat: 0,
    imageBytes: 0,
    frames: new ReadoutRecordList(),
    data: EMPTY_BYTES,
  };
}

/** Bytes of the payload of a READOUTS. */
export function sizeReadouts(m: Readouts): number {
  return 40 + m.frames.count * ReadoutRecordList.recordBytes + m.data.length;
}

/** Writes the payload of a READOUTS at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeReadouts(b: Uint8Array, at: number, m: Readouts): number {
  writeU32(b, at, m.regionX, 'READOUTS.regionX');
  writeU32(b, at + 4, m.regionY, 'READOUTS.regionY');
  writeU32(b, at + 8, m.regionWidth, 'READOUTS.regionWidth');
  writeU32(b, at + 12, m.regionHeight, 'READOUTS.regionHeight');
  writeU8(b, at + 16, m.pixelFormat, 'READOUTS.pixelFormat');
  writeZeros(b, at + 17, 1);
  writeZeros(b, at + 18, 2);
  writeU32(b, at + 20, m.imageBytes, 'READOUTS.imageBytes');
  at += 24;
  writeU32(b, at, m.frames.count, 'READOUTS.frames');
  writeU32(b, at + 4, ReadoutRecordList.recordBytes, 'READOUTS.frames');
  at = writeReadoutRecordList(b, at + 8, m.frames);
  writeZeros(b, at, 4);
  at += 4;
  writeU32(b, at, m.data.length, 'READOUTS.data');
  b.set(m.data, at + 4);
  at += 4 + m.data.length;
  return at;
}

/** The payload of a READOUTS. */
export function encodeReadouts(m: Readouts): Uint8Array {
  const b = new Uint8Array(sizeReadouts(m));
  writeReadouts(b, 0, m);
  return b;
}

/** Decodes the payload of READOUTS; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeReadouts(b: Uint8Array, m: Readouts = createReadouts()): Readouts {
  let at = 0;
  need(b, at, 24, 'READOUTS', 'regionX');
  m.regionX = readU32(b, at);
  m.regionY = readU32(b, at + 4);
  m.regionWidth = readU32(b, at + 8);
  m.regionHeight = readU32(b, at + 12);
  m.pixelFormat = b[at + 16]!;
  m.imageBytes = readU32(b, at + 20);
  at += 24;
  need(b, at, 8, 'READOUTS', 'frames');
  {
    const count = readU32(b, at);
    const stride = readU32(b, at + 4);
    if (stride < ReadoutRecordList.minimumBytes) malformed('READOUTS', 'frames', `its records have ${stride} bytes, and at least ${ReadoutRecordList.minimumBytes} are needed`);
    need(b, at + 8, count * stride, 'READOUTS', 'frames');
    const problem = ReadoutRecordList.problem(b, at + 8, count, stride);
    if (problem !== undefined) malformed('READOUTS', `frames.${problem}`, U64_TOO_LARGE);
    m.frames.wrap(b, at + 8, count, stride);
    at += 8 + count * stride;
  }
  need(b, at, 4, 'READOUTS', 'reserved3');
  at += 4;
  need(b, at, 4, 'READOUTS', 'data');
  {
    const length = readU32(b, at);
    need(b, at + 4, length, 'READOUTS', 'data');
    m.data = length === 0 ? EMPTY_BYTES : b.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return m;
}

/** What is wrong between the fields of a READOUTS that was decoded, in words; undefined if they fit each other. */
export function problemOfReadouts(m: Readouts): string | undefined {
  if (m.data.length !== m.frames.count * m.imageBytes) {
    return `READOUTS.data has ${m.data.length} bytes; ${m.frames.count} frames of ${m.imageBytes} bytes (imageBytes) need ${m.frames.count * m.imageBytes}`;
  }
  return undefined;
}

/** The host has all readouts up to here; the device need not keep them. Sent by the host. */
export interface ReadoutAck {
  readonly type: 'READOUT_ACK';
  /** All readouts whose frame is below this are safe. */
  nextFrame: number;
}

/** A READOUT_ACK whose fields all have their initial value. */
export function createReadoutAck(): ReadoutAck {
  return {
    type: 'READOUT_ACK',
    nextFrame: 0,
  };
}

/** Bytes of the payload of a READOUT_ACK. */
export function sizeReadoutAck(_m: ReadoutAck): number {
  return 8;
}

/** Writes the payload of a READOUT_ACK at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeReadoutAck(b: Uint8Array, at: number, m: ReadoutAck): number {
  writeU64(b, at, m.nextFrame, 'READOUT_ACK.nextFrame');
  at += 8;
  return at;
}

/** The payload of a READOUT_ACK. */
export function encodeReadoutAck(m: ReadoutAck): Uint8Array {
  const b = new Uint8Array(sizeReadoutAck(m));
  writeReadoutAck(b, 0, m);
  return b;
}

/** Decodes the payload of READOUT_ACK; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeReadoutAck(b: Uint8Array, m: ReadoutAck = createReadoutAck()): ReadoutAck {
  let at = 0;
  need(b, at, 8, 'READOUT_ACK', 'nextFrame');
  if (!isSafeU64(b, at)) malformed('READOUT_ACK', 'nextFrame', U64_TOO_LARGE);
  m.nextFrame = readU64(b, at);
  at += 8;
  return m;
}

/** How many readouts the host has room for. Sent by the host. */
export interface ReadoutCredit {
  readonly type: 'READOUT_CREDIT';
  /** There is room for all readouts whose frame is below this. */
  creditLimit: number;
}

/** A READOUT_CREDIT whose fields all have their initial value. */
export function createReadoutCredit(): ReadoutCredit {
  return {
    type: 'READOUT_CREDIT',
    creditLimit: 0,
  };
}

/** Bytes of the payload of a READOUT_CREDIT. */
export function sizeReadoutCredit(_m: ReadoutCredit): number {
  return 8;
}

/** Writes the payload of a READOUT_CREDIT at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeReadoutCredit(b: Uint8Array, at: number, m: ReadoutCredit): number {
  writeU64(b, at, m.creditLimit, 'READOUT_CREDIT.creditLimit');
  at += 8;
  return at;
}

/** The payload of a READOUT_CREDIT. */
export function encodeReadoutCredit(m: ReadoutCredit): Uint8Array {
  const b = new Uint8Array(sizeReadoutCredit(m));
  writeReadoutCredit(b, 0, m);
  return b;
}

/** Decodes the payload of READOUT_CREDIT; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeReadoutCredit(b: Uint8Array, m: ReadoutCredit = createReadoutCredit()): ReadoutCredit {
  let at = 0;
  need(b, at, 8, 'READOUT_CREDIT', 'creditLimit');
  if (!isSafeU64(b, at)) malformed('READOUT_CREDIT', 'creditLimit', U64_TOO_LARGE);
  m.creditLimit = readU64(b, at);
  at += 8;
  return m;
}

/** Readouts are missing. Answered by READOUTS or READOUT_UNAVAILABLE for each of them. Sent by the host. */
export interface ReadoutResend {
  readonly type: 'READOUT_RESEND';
  /** Frame of the first missing readout. */
  from: number;
  /** How many are missing from there on. */
  count: number;
}

/** A READOUT_RESEND whose fields all have their initial value. */
export function createReadoutResend(): ReadoutResend {
  return {
    type: 'READOUT_RESEND',
    from: 0,
    count: 0,
  };
}

/** Bytes of the payload of a READOUT_RESEND. */
export function sizeReadoutResend(_m: ReadoutResend): number {
  return 16;
}

/** Writes the payload of a READOUT_RESEND at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeReadoutResend(b: Uint8Array, at: number, m: ReadoutResend): number {
  writeU64(b, at, m.from, 'READOUT_RESEND.from');
  writeU32(b, at + 8, m.count, 'READOUT_RESEND.count');
  writeZeros(b, at + 12, 4);
  at += 16;
  return at;
}

/** The payload of a READOUT_RESEND. */
export function encodeReadoutResend(m: ReadoutResend): Uint8Array {
  const b = new Uint8Array(sizeReadoutResend(m));
  writeReadoutResend(b, 0, m);
  return b;
}

/** Decodes the payload of READOUT_RESEND; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeReadoutResend(b: Uint8Array, m: ReadoutResend = createReadoutResend()): ReadoutResend {
  let at = 0;
  need(b, at, 16, 'READOUT_RESEND', 'from');
  if (!isSafeU64(b, at)) malformed('READOUT_RESEND', 'from', U64_TOO_LARGE);
  m.from = readU64(b, at);
  m.count = readU32(b, at + 8);
  at += 16;
  return m;
}

/** These readouts are not sent (again), and why. Sent by the device. */
export interface ReadoutUnavailable {
  readonly type: 'READOUT_UNAVAILABLE';
  /** Frame of the first of them. */
  from: number;
  /** How many, from there on. */
  count: number;
  /** Why. One of `unavailableReason`. */
  reason: UnavailableReason;
}

/** A READOUT_UNAVAILABLE whose fields all have their initial value. */
export function createReadoutUnavailable(): ReadoutUnavailable {
  return {
    type: 'READOUT_UNAVAILABLE',
    from: 0,
    count: 0,
    reason: 0,
  };
}

/** Bytes of the payload of a READOUT_UNAVAILABLE. */
export function sizeReadoutUnavailable(_m: ReadoutUnavailable): number {
  return 16;
}

/** Writes the payload of a READOUT_UNAVAILABLE at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeReadoutUnavailable(b: Uint8Array, at: number, m: ReadoutUnavailable): number {
  writeU64(b, at, m.from, 'READOUT_UNAVAILABLE.from');
  writeU32(b, at + 8, m.count, 'READOUT_UNAVAILABLE.count');
  writeU8(b, at + 12, m.reason, 'READOUT_UNAVAILABLE.reason');
  writeZeros(b, at + 13, 1);
  writeZeros(b, at + 14, 2);
  at += 16;
  return at;
}

/** The payload of a READOUT_UNAVAILABLE. */
export function encodeReadoutUnavailable(m: ReadoutUnavailable): Uint8Array {
  const b = new Uint8Array(sizeReadoutUnavailable(m));
  writeReadoutUnavailable(b, 0, m);
  return b;
}

/** Decodes the payload of READOUT_UNAVAILABLE; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeReadoutUnavailable(b: Uint8Array, m: ReadoutUnavailable = createReadoutUnavailable()): ReadoutUnavailable {
  let at = 0;
  need(b, at, 16, 'READOUT_UNAVAILABLE', 'from');
  if (!isSafeU64(b, at)) malformed('READOUT_UNAVAILABLE', 'from', U64_TOO_LARGE);
  m.from = readU64(b, at);
  m.count = readU32(b, at + 8);
  m.reason = b[at + 12]!;
  at += 16;
  return m;
}

/** Something happened. Not a reply. Sent by the device. */
export interface Event {
  readonly type: 'EVENT';
  /** When. */
  tick: number;
  /** As the kind says. */
  value: number;
  /** What. One of `eventKind`. */
  kind: EventKind;
  /** For people. */
  text: string;
}

/** A EVENT whose fields all have their initial value. */
export function createEvent(): Event {
  return {
    type: 'EVENT',
    tick: 0,
    value: 0,
    kind: 0,
    text: "",
  };
}

/** Bytes of the payload of a EVENT. */
export function sizeEvent(m: Event): number {
  return 20 + clampedLength(m.text, 1024);
}

/** Writes the payload of a EVENT at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeEvent(b: Uint8Array, at: number, m: Event): number {
  writeU64(b, at, m.tick, 'EVENT.tick');
  writeF64(b, at + 8, m.value, 'EVENT.value');
  writeU16(b, at + 16, m.kind, 'EVENT.kind');
  at += 18;
  {
    const length = clampedLength(m.text, 1024);
    writeU16(b, at, length, 'EVENT.text');
    writeString(b, at + 2, m.text, length);
    at += 2 + length;
  }
  return at;
}

/** The payload of a EVENT. */
export function encodeEvent(m: Event): Uint8Array {
  const b = new Uint8Array(sizeEvent(m));
  writeEvent(b, 0, m);
  return b;
}

/** Decodes the payload of EVENT; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeEvent(b: Uint8Array, m: Event = createEvent()): Event {
  let at = 0;
  need(b, at, 18, 'EVENT', 'tick');
  if (!isSafeU64(b, at)) malformed('EVENT', 'tick', U64_TOO_LARGE);
  m.tick = readU64(b, at);
  m.value = readF64(b, at + 8);
  m.kind = readU16(b, at + 16);
  at += 18;
  need(b, at, 2, 'EVENT', 'text');
  {
    const length = readU16(b, at);
    if (length > 1024) malformed('EVENT', 'text', `its text has ${length} bytes, and at most 1024 are allowed`);
    need(b, at + 2, length, 'EVENT', 'text');
    m.text = readString(b, at + 2, length);
    at += 2 + length;
  }
  return m;
}

/** Asks for all counters. Sent by the host. */
export interface GetCounters {
  readonly type: 'GET_COUNTERS';
}

/** A GET_COUNTERS whose fields all have their initial value. */
export function createGetCounters(): GetCounters {
  return {
    type: 'GET_COUNTERS',
  };
}

/** Bytes of the payload of a GET_COUNTERS. */
export function sizeGetCounters(_m: GetCounters): number {
  return 0;
}

/** Writes the payload of a GET_COUNTERS at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeGetCounters(b: Uint8Array, at: number, _m: GetCounters): number {
  return at;
}

/** The payload of a GET_COUNTERS. */
export function encodeGetCounters(m: GetCounters): Uint8Array {
  const b = new Uint8Array(sizeGetCounters(m));
  writeGetCounters(b, 0, m);
  return b;
}

/** Decodes the payload of GET_COUNTERS; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeGetCounters(_b: Uint8Array, m: GetCounters = createGetCounters()): GetCounters {
  return m;
}

/** All counters, read on one tick. Sent by the device. */
export interface CountersReply {
  readonly type: 'COUNTERS_REPLY';
  /** When they were read. */
  tick: number;
  /** The counters. */
  counters: CounterRecordList;
}

/** A COUNTERS_REPLY whose fields all have their initial value. */
export function createCountersReply(): CountersReply {
  return {
    type: 'COUNTERS_REPLY',
    tick: 0,
    counters: new CounterRecordList(),
  };
}

/** Bytes of the payload of a COUNTERS_REPLY. */
export function sizeCountersReply(m: CountersReply): number {
  return 16 + m.counters.count * CounterRecordList.recordBytes;
}

/** Writes the payload of a COUNTERS_REPLY at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeCountersReply(b: Uint8Array, at: number, m: CountersReply): number {
  writeU64(b, at, m.tick, 'COUNTERS_REPLY.tick');
  at += 8;
  writeU32(b, at, m.counters.count, 'COUNTERS_REPLY.counters');
  writeU32(b, at + 4, CounterRecordList.recordBytes, 'COUNTERS_REPLY.counters');
  at = writeCounterRecordList(b, at + 8, m.counters);
  return at;
}

/** The payload of a COUNTERS_REPLY. */
export function encodeCountersReply(m: CountersReply): Uint8Array {
  const b = new Uint8Array(sizeCountersReply(m));
  writeCountersReply(b, 0, m);
  return b;
}

/** Decodes the payload of COUNTERS_REPLY; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeCountersReply(b: Uint8Array, m: CountersReply = createCountersReply()): CountersReply {
  let at = 0;
  need(b, at, 8, 'COUNTERS_REPLY', 'tick');
  if (!isSafeU64(b, at)) malformed('COUNTERS_REPLY', 'tick', U64_TOO_LARGE);
  m.tick = readU64(b, at);
  at += 8;
  need(b, at, 8, 'COUNTERS_REPLY', 'counters');
  {
    const count = readU32(b, at);
    const stride = readU32(b, at + 4);
    if (stride < CounterRecordList.minimumBytes) malformed('COUNTERS_REPLY', 'counters', `its records have ${stride} bytes, and at least ${CounterRecordList.minimumBytes} are needed`);
    need(b, at + 8, count * stride, 'COUNTERS_REPLY', 'counters');
    const problem = CounterRecordList.problem(b, at + 8, count, stride);
    if (problem !== undefined) malformed('COUNTERS_REPLY', `counters.${problem}`, U64_TOO_LARGE);
    m.counters.wrap(b, at + 8, count, stride);
    at += 8 + count * stride;
  }
  return m;
}

/** Sets all counters to 0. Sent by the host. */
export interface ResetCounters {
  readonly type: 'RESET_COUNTERS';
}

/** A RESET_COUNTERS whose fields all have their initial value. */
export function createResetCounters(): ResetCounters {
  return {
    type: 'RESET_COUNTERS',
  };
}

/** Bytes of the payload of a RESET_COUNTERS. */
export function sizeResetCounters(_m: ResetCounters): number {
  return 0;
}

/** Writes the payload of a RESET_COUNTERS at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeResetCounters(b: Uint8Array, at: number, _m: ResetCounters): number {
  return at;
}

/** The payload of a RESET_COUNTERS. */
export function encodeResetCounters(m: ResetCounters): Uint8Array {
  const b = new Uint8Array(sizeResetCounters(m));
  writeResetCounters(b, 0, m);
  return b;
}

/** Decodes the payload of RESET_COUNTERS; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeResetCounters(_b: Uint8Array, m: ResetCounters = createResetCounters()): ResetCounters {
  return m;
}

/** Sets how virtual time passes. Only for devices with the feature VIRTUAL_CLOCK. Sent by the host. */
export interface SetPacing {
  readonly type: 'SET_PACING';
  /** How. One of `pacingMode`. */
  mode: PacingMode;
}

/** A SET_PACING whose fields all have their initial value. */
export function createSetPacing(): SetPacing {
  return {
    type: 'SET_PACING',
    mode: 0,
  };
}

/** Bytes of the payload of a SET_PACING. */
export function sizeSetPacing(_m: SetPacing): number {
  return 8;
}

/** Writes the payload of a SET_PACING at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeSetPacing(b: Uint8Array, at: number, m: SetPacing): number {
  writeU8(b, at, m.mode, 'SET_PACING.mode');
  writeZeros(b, at + 1, 1);
  writeZeros(b, at + 2, 2);
  writeZeros(b, at + 4, 4);
  at += 8;
  return at;
}

/** The payload of a SET_PACING. */
export function encodeSetPacing(m: SetPacing): Uint8Array {
  const b = new Uint8Array(sizeSetPacing(m));
  writeSetPacing(b, 0, m);
  return b;
}

/** Decodes the payload of SET_PACING; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeSetPacing(b: Uint8Array, m: SetPacing = createSetPacing()): SetPacing {
  let at = 0;
  need(b, at, 8, 'SET_PACING', 'mode');
  m.mode = b[at]!;
  at += 8;
  return m;
}

/** The host has worked off all that it received and sends nothing until it hears from the device. Sent by the host. */
export interface HostWaiting {
  readonly type: 'HOST_WAITING';
  /** Messages of the device that it has worked off: one more than the sequence of the last of them. */
  deviceSequence: number;
}

/** A HOST_WAITING whose fields all have their initial value. */
export function createHostWaiting(): HostWaiting {
  return {
    type: 'HOST_WAITING',
    deviceSequence: 0,
  };
}

/** Bytes of the payload of a HOST_WAITING. */
export function sizeHostWaiting(_m: HostWaiting): number {
  return 8;
}

/** Writes the payload of a HOST_WAITING at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeHostWaiting(b: Uint8Array, at: number, m: HostWaiting): number {
  writeU64(b, at, m.deviceSequence, 'HOST_WAITING.deviceSequence');
  at += 8;
  return at;
}

/** The payload of a HOST_WAITING. */
export function encodeHostWaiting(m: HostWaiting): Uint8Array {
  const b = new Uint8Array(sizeHostWaiting(m));
  writeHostWaiting(b, 0, m);
  return b;
}

/** Decodes the payload of HOST_WAITING; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeHostWaiting(b: Uint8Array, m: HostWaiting = createHostWaiting()): HostWaiting {
  let at = 0;
  need(b, at, 8, 'HOST_WAITING', 'deviceSequence');
  if (!isSafeU64(b, at)) malformed('HOST_WAITING', 'deviceSequence', U64_TOO_LARGE);
  m.deviceSequence = readU64(b, at);
  at += 8;
  return m;
}

/** Books host work: virtual time passes by this much. DONE.tick is the time after it. Sent by the host. */
export interface Spend {
  readonly type: 'SPEND';
  /** How much, ticks. */
  ticks: number;
}

/** A SPEND whose fields all have their initial value. */
export function createSpend(): Spend {
  return {
    type: 'SPEND',
    ticks: 0,
  };
}

/** Bytes of the payload of a SPEND. */
export function sizeSpend(_m: Spend): number {
  return 8;
}

/** Writes the payload of a SPEND at `at` and returns where it ends. Throws INVALID_ARGUMENT for a value that its field cannot hold. */
export function writeSpend(b: Uint8Array, at: number, m: Spend): number {
  writeU64(b, at, m.ticks, 'SPEND.ticks');
  at += 8;
  return at;
}

/** The payload of a SPEND. */
export function encodeSpend(m: Spend): Uint8Array {
  const b = new Uint8Array(sizeSpend(m));
  writeSpend(b, 0, m);
  return b;
}

/** Decodes the payload of SPEND; bytes and records are borrowed from it. Fills `m` when it is given. Throws PROTOCOL_VIOLATION. */
export function decodeSpend(b: Uint8Array, m: Spend = createSpend()): Spend {
  let at = 0;
  need(b, at, 8, 'SPEND', 'ticks');
  if (!isSafeU64(b, at)) malformed('SPEND', 'ticks', U64_TOO_LARGE);
  m.ticks = readU64(b, at);
  at += 8;
  return m;
}

/** Number of each type of message. */
export const messageType = {
  HELLO: 0x0001,
  HELLO_REPLY: 0x0002,
  DESCRIBE: 0x0003,
  DESCRIBE_REPLY: 0x0004,
  ACQUIRE_CONTROL: 0x0005,
  RELEASE_CONTROL: 0x0006,
  HEARTBEAT: 0x0007,
  CLOCK_SYNC: 0x0008,
  CLOCK_SYNC_REPLY: 0x0009,
  DONE: 0x0101,
  PENDING: 0x0102,
  REFUSED: 0x0103,
  CONFIGURE: 0x0201,
  CONFIGURE_REPLY: 0x0202,
  GET_CONFIGURATION: 0x0203,
  QUERY_PERIOD: 0x0204,
  QUERY_PERIOD_REPLY: 0x0205,
  PATTERNS: 0x0301,
  PATTERN_CREDIT: 0x0302,
  PATTERN_RESEND: 0x0303,
  STORE_SEQUENCE: 0x0311,
  PLAY_SEQUENCE: 0x0312,
  ERASE_SEQUENCE: 0x0313,
  START: 0x0401,
  STOP: 0x0402,
  ABORT: 0x0403,
  RUN_REPORT: 0x0404,
  SOFTWARE_TRIGGER: 0x0405,
  RUN_ENDED: 0x0406,
  READOUTS: 0x0501,
  READOUT_ACK: 0x0502,
  READOUT_CREDIT: 0x0503,
  READOUT_RESEND: 0x0504,
  READOUT_UNAVAILABLE: 0x0505,
  EVENT: 0x0601,
  GET_COUNTERS: 0x0602,
  COUNTERS_REPLY: 0x0603,
  RESET_COUNTERS: 0x0604,
  SET_PACING: 0x0701,
  HOST_WAITING: 0x0702,
  SPEND: 0x0703,
} as const;

export type MessageTypeName = keyof typeof messageType;

/** Any message: tell them apart by `type`. */
export type Message =
  | Hello
  | HelloReply
  | Describe
  | DescribeReply
  | AcquireControl
  | ReleaseControl
  | Heartbeat
  | ClockSync
  | ClockSyncReply
  | Done
  | Pending
  | Refused
  | Configure
  | ConfigureReply
  | GetConfiguration
  | QueryPeriod
  | QueryPeriodReply
  | Patterns
  | PatternCredit
  | PatternResend
  | StoreSequence
  | PlaySequence
  | EraseSequence
  | Start
  | Stop
  | Abort
  | RunReport
  | SoftwareTrigger
  | RunEnded
  | Readouts
  | ReadoutAck
  | ReadoutCredit
  | ReadoutResend
  | ReadoutUnavailable
  | Event
  | GetCounters
  | CountersReply
  | ResetCounters
  | SetPacing
  | HostWaiting
  | Spend;

/** What the codec of one type of message can do. */
export interface MessageCodec {
  readonly name: MessageTypeName;
  readonly id: number;
  readonly from: 'host' | 'device';
  readonly create: () => Message;
  readonly size: (message: never) => number;
  readonly write: (bytes: Uint8Array, at: number, message: never) => number;
  readonly decode: (payload: Uint8Array, into?: never) => Message;
}

/** The codec of each type of message. */
export const messageCodecs: { readonly [Name in MessageTypeName]: MessageCodec } = {
  HELLO: {
    name: 'HELLO',
    id: 0x0001,
    from: 'host',
    create: createHello,
    size: sizeHello,
    write: writeHello,
    decode: decodeHello,
  },
  HELLO_REPLY: {
    name: 'HELLO_REPLY',
    id: 0x0002,
    from: 'device',
    create: createHelloReply,
    size: sizeHelloReply,
    write: writeHelloReply,
    decode: decodeHelloReply,
  },
  DESCRIBE: {
    name: 'DESCRIBE',
    id: 0x0003,
    from: 'host',
    create: createDescribe,
    size: sizeDescribe,
    write: writeDescribe,
    decode: decodeDescribe,
  },
  DESCRIBE_REPLY: {
    name: 'DESCRIBE_REPLY',
    id: 0x0004,
    from: 'device',
    create: createDescribeReply,
    size: sizeDescribeReply,
    write: writeDescribeReply,
    decode: decodeDescribeReply,
  },
  ACQUIRE_CONTROL: {
    name: 'ACQUIRE_CONTROL',
    id: 0x0005,
    from: 'host',
    create: createAcquireControl,
    size: sizeAcquireControl,
    write: writeAcquireControl,
    decode: decodeAcquireControl,
  },
  RELEASE_CONTROL: {
    name: 'RELEASE_CONTROL',
    id: 0x0006,
    from: 'host',
    create: createReleaseControl,
    size: sizeReleaseControl,
    write: writeReleaseControl,
    decode: decodeReleaseControl,
  },
  HEARTBEAT: {
    name: 'HEARTBEAT',
    id: 0x0007,
    from: 'host',
    create: createHeartbeat,
    size: sizeHeartbeat,
    write: writeHeartbeat,
    decode: decodeHeartbeat,
  },
  CLOCK_SYNC: {
    name: 'CLOCK_SYNC',
    id: 0x0008,
    from: 'host',
    create: createClockSync,
    size: sizeClockSync,
    write: writeClockSync,
    decode: decodeClockSync,
  },
  CLOCK_SYNC_REPLY: {
    name: 'CLOCK_SYNC_REPLY',
    id: 0x0009,
    from: 'device',
    create: createClockSyncReply,
    size: sizeClockSyncReply,
    write: writeClockSyncReply,
    decode: decodeClockSyncReply,
  },
  DONE: {
    name: 'DONE',
    id: 0x0101,
    from: 'device',
    create: createDone,
    size: sizeDone,
    write: writeDone,
    decode: decodeDone,
  },
  PENDING: {
    name: 'PENDING',
    id: 0x0102,
    from: 'device',
    create: createPending,
    size: sizePending,
    write: writePending,
    decode: decodePending,
  },
  REFUSED: {
    name: 'REFUSED',
    id: 0x0103,
    from: 'device',
    create: createRefused,
    size: sizeRefused,
    write: writeRefused,
    decode: decodeRefused,
  },
  CONFIGURE: {
    name: 'CONFIGURE',
    id: 0x0201,
    from: 'host',
    create: createConfigure,
    size: sizeConfigure,
    write: writeConfigure,
    decode: decodeConfigure,
  },
  CONFIGURE_REPLY: {
    name: 'CONFIGURE_REPLY',
    id: 0x0202,
    from: 'device',
    create: createConfigureReply,
    size: sizeConfigureReply,
    write: writeConfigureReply,
    decode: decodeConfigureReply,
  },
  GET_CONFIGURATION: {
    name: 'GET_CONFIGURATION',
    id: 0x0203,
    from: 'host',
    create: createGetConfiguration,
    size: sizeGetConfiguration,
    write: writeGetConfiguration,
    decode: decodeGetConfiguration,
  },
  QUERY_PERIOD: {
    name: 'QUERY_PERIOD',
    id: 0x0204,
    from: 'host',
    create: createQueryPeriod,
    size: sizeQueryPeriod,
    write: writeQueryPeriod,
    decode: decodeQueryPeriod,
  },
  QUERY_PERIOD_REPLY: {
    name: 'QUERY_PERIOD_REPLY',
    id: 0x0205,
    from: 'device',
    create: createQueryPeriodReply,
    size: sizeQueryPeriodReply,
    write: writeQueryPeriodReply,
    decode: decodeQueryPeriodReply,
  },
  PATTERNS: {
    name: 'PATTERNS',
    id: 0x0301,
    from: 'host',
    create: createPatterns,
    size: sizePatterns,
    write: writePatterns,
    decode: decodePatterns,
  },
  PATTERN_CREDIT: {
    name: 'PATTERN_CREDIT',
    id: 0x0302,
    from: 'device',
    create: createPatternCredit,
    size: sizePatternCredit,
    write: writePatternCredit,
    decode: decodePatternCredit,
  },
  PATTERN_RESEND: {
    name: 'PATTERN_RESEND',
    id: 0x0303,
    from: 'device',
    create: createPatternResend,
    size: sizePatternResend,
    write: writePatternResend,
    decode: decodePatternResend,
  },
  STORE_SEQUENCE: {
    name: 'STORE_SEQUENCE',
    id: 0x0311,
    from: 'host',
    create: createStoreSequence,
    size: sizeStoreSequence,
    write: writeStoreSequence,
    decode: decodeStoreSequence,
  },
  PLAY_SEQUENCE: {
    name: 'PLAY_SEQUENCE',
    id: 0x0312,
    from: 'host',
    create: createPlaySequence,
    size: sizePlaySequence,
    write: writePlaySequence,
    decode: decodePlaySequence,
  },
  ERASE_SEQUENCE: {
    name: 'ERASE_SEQUENCE',
    id: 0x0313,
    from: 'host',
    create: createEraseSequence,
    size: sizeEraseSequence,
    write: writeEraseSequence,
    decode: decodeEraseSequence,
  },
  START: {
    name: 'START',
    id: 0x0401,
    from: 'host',
    create: createStart,
    size: sizeStart,
    write: writeStart,
    decode: decodeStart,
  },
  STOP: {
    name: 'STOP',
    id: 0x0402,
    from: 'host',
    create: createStop,
    size: sizeStop,
    write: writeStop,
    decode: decodeStop,
  },
  ABORT: {
    name: 'ABORT',
    id: 0x0403,
    from: 'host',
    create: createAbort,
    size: sizeAbort,
    write: writeAbort,
    decode: decodeAbort,
  },
  RUN_REPORT: {
    name: 'RUN_REPORT',
    id: 0x0404,
    from: 'device',
    create: createRunReport,
    size: sizeRunReport,
    write: writeRunReport,
    decode: decodeRunReport,
  },
  SOFTWARE_TRIGGER: {
    name: 'SOFTWARE_TRIGGER',
    id: 0x0405,
    from: 'host',
    create: createSoftwareTrigger,
    size: sizeSoftwareTrigger,
    write: writeSoftwareTrigger,
    decode: decodeSoftwareTrigger,
  },
  RUN_ENDED: {
    name: 'RUN_ENDED',
    id: 0x0406,
    from: 'device',
    create: createRunEnded,
    size: sizeRunEnded,
    write: writeRunEnded,
    decode: decodeRunEnded,
  },
  READOUTS: {
    name: 'READOUTS',
    id: 0x0501,
    from: 'device',
    create: createReadouts,
    size: sizeReadouts,
    write: writeReadouts,
    decode: decodeReadouts,
  },
  READOUT_ACK: {
    name: 'READOUT_ACK',
    id: 0x0502,
    from: 'host',
    create: createReadoutAck,
    size: sizeReadoutAck,
    write: writeReadoutAck,
    decode: decodeReadoutAck,
  },
  READOUT_CREDIT: {
    name: 'READOUT_CREDIT',
    id: 0x0503,
    from: 'host',
    create: createReadoutCredit,
    size: sizeReadoutCredit,
    write: writeReadoutCredit,
    decode: decodeReadoutCredit,
  },
  READOUT_RESEND: {
    name: 'READOUT_RESEND',
    id: 0x0504,
    from: 'host',
    create: createReadoutResend,
    size: sizeReadoutResend,
    write: writeReadoutResend,
    decode: decodeReadoutResend,
  },
  READOUT_UNAVAILABLE: {
    name: 'READOUT_UNAVAILABLE',
    id: 0x0505,
    from: 'device',
    create: createReadoutUnavailable,
    size: sizeReadoutUnavailable,
    write: writeReadoutUnavailable,
    decode: decodeReadoutUnavailable,
  },
  EVENT: {
    name: 'EVENT',
    id: 0x0601,
    from: 'device',
    create: createEvent,
    size: sizeEvent,
    write: writeEvent,
    decode: decodeEvent,
  },
  GET_COUNTERS: {
    name: 'GET_COUNTERS',
    id: 0x0602,
    from: 'host',
    create: createGetCounters,
    size: sizeGetCounters,
    write: writeGetCounters,
    decode: decodeGetCounters,
  },
  COUNTERS_REPLY: {
    name: 'COUNTERS_REPLY',
    id: 0x0603,
    from: 'device',
    create: createCountersReply,
    size: sizeCountersReply,
    write: writeCountersReply,
    decode: decodeCountersReply,
  },
  RESET_COUNTERS: {
    name: 'RESET_COUNTERS',
    id: 0x0604,
    from: 'host',
    create: createResetCounters,
    size: sizeResetCounters,
    write: writeResetCounters,
    decode: decodeResetCounters,
  },
  SET_PACING: {
    name: 'SET_PACING',
    id: 0x0701,
    from: 'host',
    create: createSetPacing,
    size: sizeSetPacing,
    write: writeSetPacing,
    decode: decodeSetPacing,
  },
  HOST_WAITING: {
    name: 'HOST_WAITING',
    id: 0x0702,
    from: 'host',
    create: createHostWaiting,
    size: sizeHostWaiting,
    write: writeHostWaiting,
    decode: decodeHostWaiting,
  },
  SPEND: {
    name: 'SPEND',
    id: 0x0703,
    from: 'host',
    create: createSpend,
    size: sizeSpend,
    write: writeSpend,
    decode: decodeSpend,
  },
};
