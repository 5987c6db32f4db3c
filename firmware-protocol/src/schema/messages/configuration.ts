import type { Field, MessageType } from '../model/types.js';

const values: readonly Field[] = [
  { name: 'periodTicks', type: 'u64', doc: 'P: frame period, ticks.' },
  { name: 'exposureTicks', type: 'u64', doc: 'E: exposure, ticks.' },
  { name: 'extraSettleTicks', type: 'u64', doc: 'W: extra wait before the exposure, ticks.' },
  { name: 'regionX', type: 'u32', doc: 'Left edge of the region of interest, pixels.' },
  { name: 'regionY', type: 'u32', doc: 'Top edge of the region of interest, pixels.' },
  { name: 'regionWidth', type: 'u32', doc: 'Width of the region of interest, pixels.' },
  { name: 'regionHeight', type: 'u32', doc: 'Height of the region of interest, pixels.' },
  {
    name: 'macroColumns',
    type: 'u32',
    doc: 'Values in a row of a pattern; 0 with macroRows 0 is raw: one bit a mirror.',
  },
  { name: 'macroRows', type: 'u32', doc: 'Rows of values of a pattern; 0 with macroColumns 0 is raw.' },
  { name: 'pixelFormat', type: 'u8', values: 'PixelFormat', doc: 'Pixels of readouts.' },
  { name: 'overrunMode', type: 'u8', values: 'OverrunMode', doc: 'What happens when no camera buffer is free.' },
  { name: 'triggerMode', type: 'u8', values: 'TriggerMode', doc: 'What fires a frame.' },
  { name: 'referenceOn', type: 'u8', doc: '1 when the reference beam is on, 0 when it is off.' },
  {
    name: 'referencePhaseSteps',
    type: 'u32',
    doc: 'Phases that the reference beam steps through frame by frame; at least 1.',
  },
  {
    name: 'referenceAmplitude',
    type: 'f64',
    doc: 'Amplitude of the reference beam in units of the mean field that every mirror on gives.',
  },
  { name: 'referenceTiltX', type: 'f64', doc: 'Tilt of the reference beam along x, radians a pixel.' },
  { name: 'referenceTiltY', type: 'f64', doc: 'Tilt of the reference beam along y, radians a pixel.' },
];

const candidate: readonly Field[] = [
  ...values,
  { name: 'fields', type: 'u32', bits: 'ConfigurationField', doc: 'Which of the values above count.' },
  { name: 'reserved', type: 'reserved', bytes: 4 },
];

export const configurationMessages: readonly MessageType[] = [
  {
    name: 'CONFIGURE',
    id: 0x0201,
    from: 'host',
    replies: ['CONFIGURE_REPLY'],
    doc: 'Sets how frames are made. Applied whole or refused whole.',
    fields: candidate,
  },
  {
    name: 'CONFIGURE_REPLY',
    id: 0x0202,
    from: 'device',
    doc: 'The configuration as it is applied.',
    fields: [
      ...values,
      {
        name: 'configurationHash',
        type: 'u32',
        doc: 'CRC-32C of the bytes of this payload before this field.',
      },
      { name: 'patternBytes', type: 'u32', doc: 'Bytes of one pattern: ceil(values / 8).' },
      {
        name: 'minimumPeriodTicks',
        type: 'u64',
        doc: 'Pmin: shortest frame period that this configuration allows, ticks.',
      },
      { name: 'limitingTerm', type: 'u8', values: 'LimitingTerm', doc: 'What sets the minimum period.' },
      { name: 'reserved', type: 'reserved', bytes: 1 },
      { name: 'reserved2', type: 'reserved', bytes: 2 },
      { name: 'reserved3', type: 'reserved', bytes: 4 },
    ],
  },
  {
    name: 'GET_CONFIGURATION',
    id: 0x0203,
    from: 'host',
    replies: ['CONFIGURE_REPLY'],
    doc: 'Asks for the configuration as it is.',
    fields: [],
  },
  {
    name: 'QUERY_PERIOD',
    id: 0x0204,
    from: 'host',
    replies: ['QUERY_PERIOD_REPLY'],
    doc: 'Asks for the minimum period of a configuration without applying it. periodTicks is not looked at.',
    fields: candidate,
  },
  {
    name: 'QUERY_PERIOD_REPLY',
    id: 0x0205,
    from: 'device',
    doc: 'The minimum period of a candidate.',
    fields: [
      { name: 'minimumPeriodTicks', type: 'u64', doc: 'Pmin of the candidate, ticks.' },
      { name: 'limitingTerm', type: 'u8', values: 'LimitingTerm', doc: 'What sets it.' },
      { name: 'reserved', type: 'reserved', bytes: 1 },
      { name: 'reserved2', type: 'reserved', bytes: 2 },
      { name: 'reserved3', type: 'reserved', bytes: 4 },
    ],
  },
];
