import type { BitsType, EnumType } from './model/types.js';

export const enums: readonly EnumType[] = [
  {
    name: 'ModulatorKind',
    doc: 'What shows the patterns.',
    values: [
      { name: 'DMD', value: 0, doc: 'Digital micromirror device.' },
      { name: 'LIQUID_CRYSTAL', value: 1, doc: 'Liquid-crystal modulator, locked to its refresh.' },
    ],
  },
  {
    name: 'PixelFormat',
    doc: 'How the pixels of a readout are stored. Rows follow each other without padding; an image starts on a byte.',
    values: [
      { name: 'MONO8', value: 0, doc: 'One byte a pixel.' },
      {
        name: 'MONO10_PACKED',
        value: 1,
        doc: 'Ten bits a pixel, least significant bit first, without gaps; the last byte of an image is filled with zeros.',
      },
      {
        name: 'MONO12_PACKED',
        value: 2,
        doc: 'Twelve bits a pixel, least significant bit first, without gaps; the last byte of an image is filled with zeros.',
      },
      { name: 'MONO16', value: 3, doc: 'Two bytes a pixel, little-endian.' },
      {
        name: 'FLOAT32',
        value: 4,
        doc: 'IEEE 754 single precision, little-endian, in units where every mirror on gives 1 on average.',
      },
    ],
  },
  {
    name: 'PatternEncoding',
    doc: 'How the patterns of one message are written.',
    values: [
      {
        name: 'BITS',
        value: 0,
        doc: 'patternBytes bytes a pattern: one bit a mirror or macro-pixel, row by row, most significant bit first, the last byte filled with zeros.',
      },
      {
        name: 'ROWS',
        value: 1,
        doc: 'Only rows firstRow to firstRow + rowCount - 1 of each pattern, as a string of bits like BITS; all other rows are those of the pattern before it (by id).',
      },
      {
        name: 'RUN_LENGTH',
        value: 2,
        doc: 'For each pattern the lengths of runs of equal bits, starting with a run of zeros (which may be empty) and alternating, each an unsigned LEB128 number; the lengths of a pattern add up to 8 x patternBytes.',
      },
    ],
  },
  {
    name: 'OverrunMode',
    doc: 'What happens when a frame is due and no camera buffer is free.',
    values: [
      { name: 'HOLD', value: 0, doc: 'The pattern waits for a later slot; nothing is lost.' },
      {
        name: 'DROP',
        value: 1,
        doc: 'The frame is made and its image discarded; the next readout says how many were.',
      },
    ],
  },
  {
    name: 'TriggerMode',
    doc: 'What fires a frame.',
    values: [
      { name: 'INTERNAL', value: 0, doc: "The sequencer's own period." },
      { name: 'SOFTWARE', value: 1, doc: 'SOFTWARE_TRIGGER.' },
      { name: 'EXTERNAL', value: 2, doc: "An edge at the device's trigger input." },
    ],
  },
  {
    name: 'LimitingTerm',
    doc: 'What sets the minimum frame period.',
    values: [
      { name: 'NONE', value: 0, doc: 'Not about the period.' },
      { name: 'MODULATOR_EXPOSURE', value: 1, doc: 'S + W + D + E.' },
      { name: 'MODULATOR_LOAD', value: 2, doc: 'S + L.' },
      { name: 'CAMERA_READOUT', value: 3, doc: 'T + Q.' },
    ],
  },
  {
    name: 'UnavailableReason',
    doc: 'Why a readout is not sent again.',
    values: [
      { name: 'NOT_YET', value: 0, doc: 'It has not been made; it will be sent when it is.' },
      { name: 'GONE', value: 1, doc: 'It is no longer kept, because it was acknowledged or the device was restarted.' },
    ],
  },
  {
    name: 'PacingMode',
    doc: 'How virtual time passes.',
    values: [
      { name: 'FREE', value: 0, doc: 'As fast as there are events.' },
      { name: 'LOCKSTEP', value: 1, doc: 'Only while the host says that it waits.' },
    ],
  },
  {
    name: 'EventKind',
    doc: 'What an EVENT tells.',
    values: [
      {
        name: 'UNDERRUN',
        value: 1,
        doc: 'A slot passed because the pattern was not loaded; value = id of the pattern.',
      },
      { name: 'STALL', value: 2, doc: 'A slot passed because no camera buffer was free; value = id of the pattern.' },
      { name: 'OVERRUN', value: 3, doc: 'A frame was made and discarded; value = its number.' },
      { name: 'IGNORED_TRIGGER', value: 4, doc: 'A trigger edge fired nothing; value = an IgnoredTriggerReason.' },
      { name: 'WATCHDOG', value: 5, doc: 'The control lease ran out; the sequencer is stopped and the light off.' },
      { name: 'TEMPERATURE', value: 6, doc: 'Value = degrees Celsius.' },
      { name: 'LINK_ERROR', value: 7, doc: 'Bytes came that are no message; value = a LinkErrorKind.' },
      { name: 'FAULT', value: 8, doc: 'The device found itself damaged; the text says more.' },
    ],
  },
  {
    name: 'IgnoredTriggerReason',
    doc: 'Why a trigger edge fired nothing.',
    values: [
      { name: 'NOT_RUNNING', value: 1, doc: 'No run is under way.' },
      { name: 'NOT_LOADED', value: 2, doc: 'The next pattern is not loaded.' },
      { name: 'NO_BUFFER', value: 3, doc: 'No camera buffer is free.' },
      { name: 'TOO_EARLY', value: 4, doc: 'The minimum period since the last frame has not passed.' },
    ],
  },
  {
    name: 'LinkErrorKind',
    doc: 'What was wrong with bytes that came.',
    values: [
      { name: 'BAD_MAGIC', value: 1, doc: 'They do not start like a message.' },
      { name: 'HEADER_CRC', value: 2, doc: 'The header is damaged.' },
      { name: 'PAYLOAD_CRC', value: 3, doc: 'The payload is damaged.' },
      { name: 'TOO_LONG', value: 4, doc: 'The payload is longer than was agreed.' },
      { name: 'WRONG_LENGTH', value: 5, doc: 'The frame or transfer is shorter or longer than its header says.' },
      { name: 'VERSION', value: 6, doc: 'Another major version.' },
      { name: 'INCOMPATIBLE_FLAG', value: 7, doc: 'An incompatible flag that is not known here.' },
      { name: 'UNKNOWN_TYPE', value: 8, doc: 'A type of message that is not known here.' },
      { name: 'BAD_FRAME', value: 9, doc: 'No COBS frame.' },
      { name: 'MALFORMED', value: 10, doc: 'The payload does not hold what its type needs.' },
      { name: 'SEQUENCE', value: 11, doc: 'Messages are missing or came twice.' },
    ],
  },
  {
    name: 'CounterId',
    doc: 'What is counted. Counters are never reset by being read.',
    values: [
      { name: 'FRAMES', value: 1, doc: 'Frames made.' },
      { name: 'UNDERRUN', value: 2, doc: 'Slots passed because the pattern was not loaded.' },
      { name: 'STALL', value: 3, doc: 'Slots passed because no camera buffer was free.' },
      { name: 'OVERRUN', value: 4, doc: 'Frames made and discarded.' },
      { name: 'IGNORED_TRIGGERS', value: 5, doc: 'Trigger edges that fired nothing.' },
      { name: 'CRC_ERRORS', value: 6, doc: 'Headers and payloads with a wrong CRC.' },
      { name: 'FRAMING_ERRORS', value: 7, doc: 'Bytes outside of any message.' },
      { name: 'MESSAGES_LOST', value: 8, doc: 'Gaps in the sequence of received messages.' },
      { name: 'READOUTS_RESENT', value: 9, doc: 'Readouts sent again.' },
      { name: 'PATTERNS_REQUESTED', value: 10, doc: 'Patterns that were asked for again.' },
      {
        name: 'REQUESTS_REPEATED',
        value: 11,
        doc: 'Requests that came again and were answered from the stored reply.',
      },
      { name: 'WATCHDOG', value: 12, doc: 'Control leases that ran out.' },
      { name: 'SATURATED_PIXELS', value: 13, doc: 'Saturated pixels in all readouts.' },
      { name: 'EVENTS_LEFT_OUT', value: 14, doc: 'Events not sent to a host whose link took less than it was given.' },
      { name: 'MESSAGES_FOREIGN', value: 15, doc: 'Messages of another session than that of their connection.' },
    ],
  },
];

export const bits: readonly BitsType[] = [
  {
    name: 'CompatibleFlag',
    doc: 'Flags of the header that a reader may ignore.',
    values: [
      {
        name: 'REPEATED',
        value: 1,
        doc: 'The content was sent before: a request that is repeated, a stored reply, patterns or readouts sent again.',
      },
    ],
  },
  {
    name: 'PatternFlag',
    doc: 'Flags of PATTERNS.',
    values: [{ name: 'LAST', value: 1, doc: 'The last pattern in this message is the last one of the run.' }],
  },
  {
    name: 'ReadoutFlag',
    doc: 'Flags of one readout.',
    values: [
      { name: 'GHOST_RISK', value: 1, doc: 'The mirrors may not have been at rest for the whole exposure.' },
      { name: 'SATURATED', value: 2, doc: 'At least one pixel is saturated.' },
      { name: 'RUN_END', value: 4, doc: 'The readout of the last pattern of the run.' },
      { name: 'EXPOSURE_CUT', value: 8, doc: 'The exposure was ended early.' },
    ],
  },
  {
    name: 'ConfigurationField',
    doc: 'Which values of a CONFIGURE count; the others keep what they are.',
    values: [
      { name: 'PERIOD', value: 1, doc: 'periodTicks.' },
      { name: 'EXPOSURE', value: 2, doc: 'exposureTicks.' },
      { name: 'EXTRA_SETTLE', value: 4, doc: 'extraSettleTicks.' },
      { name: 'REGION_OF_INTEREST', value: 8, doc: 'regionX, regionY, regionWidth, regionHeight.' },
      { name: 'PIXEL_FORMAT', value: 16, doc: 'pixelFormat.' },
      { name: 'OVERRUN', value: 32, doc: 'overrunMode.' },
      { name: 'TRIGGER', value: 64, doc: 'triggerMode.' },
      { name: 'MACRO_PIXELS', value: 128, doc: 'macroColumns, macroRows.' },
      {
        name: 'REFERENCE',
        value: 256,
        doc: 'referenceOn, referenceAmplitude, referencePhaseSteps, referenceTiltX, referenceTiltY.',
      },
    ],
  },
  {
    name: 'PixelFormatBit',
    doc: 'Pixel formats that a device offers.',
    values: [
      { name: 'MONO8', value: 1, doc: 'PixelFormat MONO8.' },
      { name: 'MONO10_PACKED', value: 2, doc: 'PixelFormat MONO10_PACKED.' },
      { name: 'MONO12_PACKED', value: 4, doc: 'PixelFormat MONO12_PACKED.' },
      { name: 'MONO16', value: 8, doc: 'PixelFormat MONO16.' },
      { name: 'FLOAT32', value: 16, doc: 'PixelFormat FLOAT32.' },
    ],
  },
  {
    name: 'DeviceFeature',
    doc: 'What a device can do beyond what every device can.',
    values: [
      { name: 'SOFTWARE_TRIGGER', value: 1, doc: 'TriggerMode SOFTWARE.' },
      { name: 'EXTERNAL_TRIGGER', value: 2, doc: 'TriggerMode EXTERNAL.' },
      { name: 'REFERENCE_BEAM', value: 4, doc: 'A reference beam that can be switched and stepped in phase.' },
      { name: 'REFERENCE_TILT', value: 8, doc: 'A reference beam that can be tilted (off-axis).' },
      { name: 'MACRO_PIXELS', value: 16, doc: 'Layouts other than raw.' },
      { name: 'STORED_SEQUENCES', value: 32, doc: 'STORE_SEQUENCE, PLAY_SEQUENCE, ERASE_SEQUENCE.' },
      { name: 'ROW_PATTERNS', value: 64, doc: 'PatternEncoding ROWS.' },
      { name: 'RUN_LENGTH_PATTERNS', value: 128, doc: 'PatternEncoding RUN_LENGTH.' },
      { name: 'DROP_MODE', value: 256, doc: 'OverrunMode DROP.' },
      { name: 'VIRTUAL_CLOCK', value: 512, doc: 'SET_PACING, HOST_WAITING, SPEND: time is virtual.' },
      {
        name: 'RECORDING',
        value: 1024,
        doc: 'It is a recording: patterns and configurations that were not recorded are refused.',
      },
    ],
  },
];
