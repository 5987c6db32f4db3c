// Generated from src/schema by `npm run generate`; edits are lost.

/** What shows the patterns. */
export const modulatorKind = {
  /** Digital micromirror device. */
  DMD: 0,
  /** Liquid-crystal modulator, locked to its refresh. */
  LIQUID_CRYSTAL: 1,
} as const;

/** A value of `modulatorKind`, or one that this version does not know. */
export type ModulatorKind = number;

/** Name of a `ModulatorKind`; undefined for one that this version does not know. */
export function modulatorKindName(value: ModulatorKind): keyof typeof modulatorKind | undefined {
  switch (value) {
    case 0:
      return 'DMD';
    case 1:
      return 'LIQUID_CRYSTAL';
    default:
      return undefined;
  }
}

/** How the pixels of a readout are stored. Rows follow each other without padding; an image starts on a byte. */
export const pixelFormat = {
  /** One byte a pixel. */
  MONO8: 0,
  /** Ten bits a pixel, least significant bit first, without gaps; the last byte of an image is filled with zeros. */
  MONO10_PACKED: 1,
  /** Twelve bits a pixel, least significant bit first, without gaps; the last byte of an image is filled with zeros. */
  MONO12_PACKED: 2,
  /** Two bytes a pixel, little-endian. */
  MONO16: 3,
  /** IEEE 754 single precision, little-endian, in units where every mirror on gives 1 on average. */
  FLOAT32: 4,
} as const;

/** A value of `pixelFormat`, or one that this version does not know. */
export type PixelFormat = number;

/** Name of a `PixelFormat`; undefined for one that this version does not know. */
export function pixelFormatName(value: PixelFormat): keyof typeof pixelFormat | undefined {
  switch (value) {
    case 0:
      return 'MONO8';
    case 1:
      return 'MONO10_PACKED';
    case 2:
      return 'MONO12_PACKED';
    case 3:
      return 'MONO16';
    case 4:
      return 'FLOAT32';
    default:
      return undefined;
  }
}

/** How the patterns of one message are written. */
export const patternEncoding = {
  /** patternBytes bytes a pattern: one bit a mirror or macro-pixel, row by row, most significant bit first, the last byte filled with zeros. */
  BITS: 0,
  /** Only rows firstRow to firstRow + rowCount - 1 of each pattern, as a string of bits like BITS; all other rows are those of the pattern before it (by id). */
  ROWS: 1,
  /** For each pattern the lengths of runs of equal bits, starting with a run of zeros (which may be empty) and alternating, each an unsigned LEB128 number; the lengths of a pattern add up to 8 x patternBytes. */
  RUN_LENGTH: 2,
} as const;

/** A value of `patternEncoding`, or one that this version does not know. */
export type PatternEncoding = number;

/** Name of a `PatternEncoding`; undefined for one that this version does not know. */
export function patternEncodingName(value: PatternEncoding): keyof typeof patternEncoding | undefined {
  switch (value) {
    case 0:
      return 'BITS';
    case 1:
      return 'ROWS';
    case 2:
      return 'RUN_LENGTH';
    default:
      return undefined;
  }
}

/** What happens when a frame is due and no camera buffer is free. */
export const overrunMode = {
  /** The pattern waits for a later slot; nothing is lost. */
  HOLD: 0,
  /** The frame is made and its image discarded; the next readout says how many were. */
  DROP: 1,
} as const;

/** A value of `overrunMode`, or one that this version does not know. */
export type OverrunMode = number;

/** Name of a `OverrunMode`; undefined for one that this version does not know. */
export function overrunModeName(value: OverrunMode): keyof typeof overrunMode | undefined {
  switch (value) {
    case 0:
      return 'HOLD';
    case 1:
      return 'DROP';
    default:
      return undefined;
  }
}

/** What fires a frame. */
export const triggerMode = {
  /** The sequencer's own period. */
  INTERNAL: 0,
  /** SOFTWARE_TRIGGER. */
  SOFTWARE: 1,
  /** An edge at the device's trigger input. */
  EXTERNAL: 2,
} as const;

/** A value of `triggerMode`, or one that this version does not know. */
export type TriggerMode = number;

/** Name of a `TriggerMode`; undefined for one that this version does not know. */
export function triggerModeName(value: TriggerMode): keyof typeof triggerMode | undefined {
  switch (value) {
    case 0:
      return 'INTERNAL';
    case 1:
      return 'SOFTWARE';
    case 2:
      return 'EXTERNAL';
    default:
      return undefined;
  }
}

/** What sets the minimum frame period. */
export const limitingTerm = {
  /** Not about the period. */
  NONE: 0,
  /** S + W + D + E. */
  MODULATOR_EXPOSURE: 1,
  /** S + L. */
  MODULATOR_LOAD: 2,
  /** T + Q. */
  CAMERA_READOUT: 3,
} as const;

/** A value of `limitingTerm`, or one that this version does not know. */
export type LimitingTerm = number;

/** Name of a `LimitingTerm`; undefined for one that this version does not know. */
export function limitingTermName(value: LimitingTerm): keyof typeof limitingTerm | undefined {
  switch (value) {
    case 0:
      return 'NONE';
    case 1:
      return 'MODULATOR_EXPOSURE';
    case 2:
      return 'MODULATOR_LOAD';
    case 3:
      return 'CAMERA_READOUT';
    default:
      return undefined;
  }
}

/** Why a readout is not sent again. */
export const unavailableReason = {
  /** It has not been made; it will be sent when it is. */
  NOT_YET: 0,
  /** It is no longer kept, because it was acknowledged or the device was restarted. */
  GONE: 1,
} as const;

/** A value of `unavailableReason`, or one that this version does not know. */
export type UnavailableReason = number;

/** Name of a `UnavailableReason`; undefined for one that this version does not know. */
export function unavailableReasonName(value: UnavailableReason): keyof typeof unavailableReason | undefined {
  switch (value) {
    case 0:
      return 'NOT_YET';
    case 1:
      return 'GONE';
    default:
      return undefined;
  }
}

/** How virtual time passes. */
export const pacingMode = {
  /** As fast as there are events. */
  FREE: 0,
  /** Only while the host says that it waits. */
  LOCKSTEP: 1,
} as const;

/** A value of `pacingMode`, or one that this version does not know. */
export type PacingMode = number;

/** Name of a `PacingMode`; undefined for one that this version does not know. */
export function pacingModeName(value: PacingMode): keyof typeof pacingMode | undefined {
  switch (value) {
    case 0:
      return 'FREE';
    case 1:
      return 'LOCKSTEP';
    default:
      return undefined;
  }
}

/** What an EVENT tells. */
export const eventKind = {
  /** A slot passed because the pattern was not loaded; value = id of the pattern. */
  UNDERRUN: 1,
  /** A slot passed because no camera buffer was free; value = id of the pattern. */
  STALL: 2,
  /** A frame was made and discarded; value = its number. */
  OVERRUN: 3,
  /** A trigger edge fired nothing; value = an IgnoredTriggerReason. */
  IGNORED_TRIGGER: 4,
  /** The control lease ran out; the sequencer is stopped and the light off. */
  WATCHDOG: 5,
  /** Value = degrees Celsius. */
  TEMPERATURE: 6,
  /** Bytes came that are no message; value = a LinkErrorKind. */
  LINK_ERROR: 7,
  /** The device found itself damaged; the text says more. */
  FAULT: 8,
} as const;

/** A value of `eventKind`, or one that this version does not know. */
export type EventKind = number;

/** Name of a `EventKind`; undefined for one that this version does not know. */
export function eventKindName(value: EventKind): keyof typeof eventKind | undefined {
  switch (value) {
    case 1:
      return 'UNDERRUN';
    case 2:
      return 'STALL';
    case 3:
      return 'OVERRUN';
    case 4:
      return 'IGNORED_TRIGGER';
    case 5:
      return 'WATCHDOG';
    case 6:
      return 'TEMPERATURE';
    case 7:
      return 'LINK_ERROR';
    case 8:
      return 'FAULT';
    default:
      return undefined;
  }
}

/** Why a trigger edge fired nothing. */
export const ignoredTriggerReason = {
  /** No run is under way. */
  NOT_RUNNING: 1,
  /** The next pattern is not loaded. */
  NOT_LOADED: 2,
  /** No camera buffer is free. */
  NO_BUFFER: 3,
  /** The minimum period since the last frame has not passed. */
  TOO_EARLY: 4,
} as const;

/** A value of `ignoredTriggerReason`, or one that this version does not know. */
export type IgnoredTriggerReason = number;

/** Name of a `IgnoredTriggerReason`; undefined for one that this version does not know. */
export function ignoredTriggerReasonName(value: IgnoredTriggerReason): keyof typeof ignoredTriggerReason | undefined {
  switch (value) {
    case 1:
      return 'NOT_RUNNING';
    case 2:
      return 'NOT_LOADED';
    case 3:
      return 'NO_BUFFER';
    case 4:
      return 'TOO_EARLY';
    default:
      return undefined;
  }
}

/** What was wrong with bytes that came. */
export const linkErrorKind = {
  /** They do not start like a message. */
  BAD_MAGIC: 1,
  /** The header is damaged. */
  HEADER_CRC: 2,
  /** The payload is damaged. */
  PAYLOAD_CRC: 3,
  /** The payload is longer than was agreed. */
  TOO_LONG: 4,
  /** The frame or transfer is shorter or longer than its header says. */
  WRONG_LENGTH: 5,
  /** Another major version. */
  VERSION: 6,
  /** An incompatible flag that is not known here. */
  INCOMPATIBLE_FLAG: 7,
  /** A type of message that is not known here. */
  UNKNOWN_TYPE: 8,
  /** No COBS frame. */
  BAD_FRAME: 9,
  /** The payload does not hold what its type needs. */
  MALFORMED: 10,
  /** Messages are missing or came twice. */
  SEQUENCE: 11,
} as const;

/** A value of `linkErrorKind`, or one that this version does not know. */
export type LinkErrorKind = number;

/** Name of a `LinkErrorKind`; undefined for one that this version does not know. */
export function linkErrorKindName(value: LinkErrorKind): keyof typeof linkErrorKind | undefined {
  switch (value) {
    case 1:
      return 'BAD_MAGIC';
    case 2:
      return 'HEADER_CRC';
    case 3:
      return 'PAYLOAD_CRC';
    case 4:
      return 'TOO_LONG';
    case 5:
      return 'WRONG_LENGTH';
    case 6:
      return 'VERSION';
    case 7:
      return 'INCOMPATIBLE_FLAG';
    case 8:
      return 'UNKNOWN_TYPE';
    case 9:
      return 'BAD_FRAME';
    case 10:
      return 'MALFORMED';
    case 11:
      return 'SEQUENCE';
    default:
      return undefined;
  }
}

/** What is counted. Counters are never reset by being read. */
export const counterId = {
  /** Frames made. */
  FRAMES: 1,
  /** Slots passed because the pattern was not loaded. */
  UNDERRUN: 2,
  /** Slots passed because no camera buffer was free. */
  STALL: 3,
  /** Frames made and discarded. */
  OVERRUN: 4,
  /** Trigger edges that fired nothing. */
  IGNORED_TRIGGERS: 5,
  /** Headers and payloads with a wrong CRC. */
  CRC_ERRORS: 6,
  /** Bytes outside of any message. */
  FRAMING_ERRORS: 7,
  /** Gaps in the sequence of received messages. */
  MESSAGES_LOST: 8,
  /** Readouts sent again. */
  READOUTS_RESENT: 9,
  /** Patterns that were asked for again. */
  PATTERNS_REQUESTED: 10,
  /** Requests that came again and were answered from the stored reply. */
  REQUESTS_REPEATED: 11,
  /** Control leases that ran out. */
  WATCHDOG: 12,
  /** Saturated pixels in all readouts. */
  SATURATED_PIXELS: 13,
  /** Events not sent to a host whose link took less than it was given. */
  EVENTS_LEFT_OUT: 14,
  /** Messages of another session than that of their connection. */
  MESSAGES_FOREIGN: 15,
} as const;

/** A value of `counterId`, or one that this version does not know. */
export type CounterId = number;

/** Name of a `CounterId`; undefined for one that this version does not know. */
export function counterIdName(value: CounterId): keyof typeof counterId | undefined {
  switch (value) {
    case 1:
      return 'FRAMES';
    case 2:
      return 'UNDERRUN';
    case 3:
      return 'STALL';
    case 4:
      return 'OVERRUN';
    case 5:
      return 'IGNORED_TRIGGERS';
    case 6:
      return 'CRC_ERRORS';
    case 7:
      return 'FRAMING_ERRORS';
    case 8:
      return 'MESSAGES_LOST';
    case 9:
      return 'READOUTS_RESENT';
    case 10:
      return 'PATTERNS_REQUESTED';
    case 11:
      return 'REQUESTS_REPEATED';
    case 12:
      return 'WATCHDOG';
    case 13:
      return 'SATURATED_PIXELS';
    case 14:
      return 'EVENTS_LEFT_OUT';
    case 15:
      return 'MESSAGES_FOREIGN';
    default:
      return undefined;
  }
}

/** Why a request was refused. */
export const resultCode = {
  /** The device does not know this type of message, or lacks the feature. */
  NOT_SUPPORTED: 1,
  /** The payload does not hold what its type needs. */
  MALFORMED: 2,
  /** Another major version; the text names both. */
  VERSION_MISMATCH: 3,
  /** HELLO has to come first. */
  NO_HANDSHAKE: 4,
  /** Only the holder of the control lease may ask for this. */
  NOT_IN_CONTROL: 5,
  /** Another host holds the control lease. */
  CONTROL_TAKEN: 6,
  /** A value is outside of its bounds: field, value and bound are given. */
  OUT_OF_RANGE: 7,
  /** The period is below the minimum: bound and limiting term are given. */
  PERIOD_TOO_SHORT: 8,
  /** Not possible now: a run is under way, or none is. */
  WRONG_STATE: 9,
  /** The device is doing something else; ask again. */
  BUSY: 10,
  /** More than the device has room for. */
  NO_ROOM: 11,
  /** More was sent than the device had given credit for. */
  NO_CREDIT: 12,
  /** No stored sequence has this number. */
  UNKNOWN_SEQUENCE: 13,
  /** The trigger fired nothing; value is an IgnoredTriggerReason. */
  TRIGGER_IGNORED: 14,
  /** The request came again after its stored reply was dropped. */
  REPLY_GONE: 15,
  /** The device cannot do it because something in it is damaged. */
  DEVICE_FAULT: 16,
  /** Another request put an end to it. */
  ABORTED: 17,
} as const;

/** A value of `resultCode`, or one that this version does not know. */
export type ResultCode = number;

/** Name of a `ResultCode`; undefined for one that this version does not know. */
export function resultCodeName(value: ResultCode): keyof typeof resultCode | undefined {
  switch (value) {
    case 1:
      return 'NOT_SUPPORTED';
    case 2:
      return 'MALFORMED';
    case 3:
      return 'VERSION_MISMATCH';
    case 4:
      return 'NO_HANDSHAKE';
    case 5:
      return 'NOT_IN_CONTROL';
    case 6:
      return 'CONTROL_TAKEN';
    case 7:
      return 'OUT_OF_RANGE';
    case 8:
      return 'PERIOD_TOO_SHORT';
    case 9:
      return 'WRONG_STATE';
    case 10:
      return 'BUSY';
    case 11:
      return 'NO_ROOM';
    case 12:
      return 'NO_CREDIT';
    case 13:
      return 'UNKNOWN_SEQUENCE';
    case 14:
      return 'TRIGGER_IGNORED';
    case 15:
      return 'REPLY_GONE';
    case 16:
      return 'DEVICE_FAULT';
    case 17:
      return 'ABORTED';
    default:
      return undefined;
  }
}

/** Flags of the header that a reader may ignore. */
export const compatibleFlag = {
  /** The content was sent before: a request that is repeated, a stored reply, patterns or readouts sent again. */
  REPEATED: 1,
} as const;

/** Bits of `compatibleFlag`; unknown ones are to be ignored. */
export type CompatibleFlag = number;


/** Flags of PATTERNS. */
export const patternFlag = {
  /** The last pattern in this message is the last one of the run. */
  LAST: 1,
} as const;

/** Bits of `patternFlag`; unknown ones are to be ignored. */
export type PatternFlag = number;


/** Flags of one readout. */
export const readoutFlag = {
  /** The mirrors may not have been at rest for the whole exposure. */
  GHOST_RISK: 1,
  /** At least one pixel is saturated. */
  SATURATED: 2,
  /** The readout of the last pattern of the run. */
  RUN_END: 4,
  /** The exposure was ended early. */
  EXPOSURE_CUT: 8,
} as const;

/** Bits of `readoutFlag`; unknown ones are to be ignored. */
export type ReadoutFlag = number;


/** Which values of a CONFIGURE count; the others keep what they are. */
export const configurationField = {
  /** periodTicks. */
  PERIOD: 1,
  /** exposureTicks. */
  EXPOSURE: 2,
  /** extraSettleTicks. */
  EXTRA_SETTLE: 4,
  /** regionX, regionY, regionWidth, regionHeight. */
  REGION_OF_INTEREST: 8,
  /** pixelFormat. */
  PIXEL_FORMAT: 16,
  /** overrunMode. */
  OVERRUN: 32,
  /** triggerMode. */
  TRIGGER: 64,
  /** macroColumns, macroRows. */
  MACRO_PIXELS: 128,
  /** referenceOn, referenceAmplitude, referencePhaseSteps, referenceTiltX, referenceTiltY. */
  REFERENCE: 256,
} as const;

/** Bits of `configurationField`; unknown ones are to be ignored. */
export type ConfigurationField = number;


/** Pixel formats that a device offers. */
export const pixelFormatBit = {
  /** PixelFormat MONO8. */
  MONO8: 1,
  /** PixelFormat MONO10_PACKED. */
  MONO10_PACKED: 2,
  /** PixelFormat MONO12_PACKED. */
  MONO12_PACKED: 4,
  /** PixelFormat MONO16. */
  MONO16: 8,
  /** PixelFormat FLOAT32. */
  FLOAT32: 16,
} as const;

/** Bits of `pixelFormatBit`; unknown ones are to be ignored. */
export type PixelFormatBit = number;


/** What a device can do beyond what every device can. */
export const deviceFeature = {
  /** TriggerMode SOFTWARE. */
  SOFTWARE_TRIGGER: 1,
  /** TriggerMode EXTERNAL. */
  EXTERNAL_TRIGGER: 2,
  /** A reference beam that can be switched and stepped in phase. */
  REFERENCE_BEAM: 4,
  /** A reference beam that can be tilted (off-axis). */
  REFERENCE_TILT: 8,
  /** Layouts other than raw. */
  MACRO_PIXELS: 16,
  /** STORE_SEQUENCE, PLAY_SEQUENCE, ERASE_SEQUENCE. */
  STORED_SEQUENCES: 32,
  /** PatternEncoding ROWS. */
  ROW_PATTERNS: 64,
  /** PatternEncoding RUN_LENGTH. */
  RUN_LENGTH_PATTERNS: 128,
  /** OverrunMode DROP. */
  DROP_MODE: 256,
  /** SET_PACING, HOST_WAITING, SPEND: time is virtual. */
  VIRTUAL_CLOCK: 512,
  /** It is a recording: patterns and configurations that were not recorded are refused. */
  RECORDING: 1024,
} as const;

/** Bits of `deviceFeature`; unknown ones are to be ignored. */
export type DeviceFeature = number;

