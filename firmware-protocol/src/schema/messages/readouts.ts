import type { MessageType } from '../model/types.js';

export const readoutMessages: readonly MessageType[] = [
  {
    name: 'READOUTS',
    id: 0x0501,
    from: 'device',
    doc: 'One or more readouts of equal shape, in the order of their frames.',
    fields: [
      { name: 'regionX', type: 'u32', doc: 'Left edge of the region of interest, pixels.' },
      { name: 'regionY', type: 'u32', doc: 'Top edge of the region of interest, pixels.' },
      { name: 'regionWidth', type: 'u32', doc: 'Width of the region of interest, pixels.' },
      { name: 'regionHeight', type: 'u32', doc: 'Height of the region of interest, pixels.' },
      { name: 'pixelFormat', type: 'u8', values: 'PixelFormat', doc: 'How the pixels are stored.' },
      { name: 'reserved', type: 'reserved', bytes: 1 },
      { name: 'reserved2', type: 'reserved', bytes: 2 },
      { name: 'imageBytes', type: 'u32', doc: 'Bytes of one image.' },
      { name: 'frames', type: 'records', record: 'ReadoutRecord', doc: 'What is known of each frame.' },
      { name: 'reserved3', type: 'reserved', bytes: 4 },
      { name: 'data', type: 'bytes', doc: 'The images one after the other, imageBytes each.' },
    ],
    relations: [{ bytes: 'data', each: 'imageBytes', records: 'frames' }],
  },
  {
    name: 'READOUT_ACK',
    id: 0x0502,
    from: 'host',
    doc: 'The host has all readouts up to here; the device need not keep them.',
    fields: [{ name: 'nextFrame', type: 'u64', doc: 'All readouts whose frame is below this are safe.' }],
  },
  {
    name: 'READOUT_CREDIT',
    id: 0x0503,
    from: 'host',
    doc: 'How many readouts the host has room for.',
    fields: [{ name: 'creditLimit', type: 'u64', doc: 'There is room for all readouts whose frame is below this.' }],
  },
  {
    name: 'READOUT_RESEND',
    id: 0x0504,
    from: 'host',
    doc: 'Readouts are missing. Answered by READOUTS or READOUT_UNAVAILABLE for each of them.',
    fields: [
      { name: 'from', type: 'u64', doc: 'Frame of the first missing readout.' },
      { name: 'count', type: 'u32', doc: 'How many are missing from there on.' },
      { name: 'reserved', type: 'reserved', bytes: 4 },
    ],
  },
  {
    name: 'READOUT_UNAVAILABLE',
    id: 0x0505,
    from: 'device',
    doc: 'These readouts are not sent (again), and why.',
    fields: [
      { name: 'from', type: 'u64', doc: 'Frame of the first of them.' },
      { name: 'count', type: 'u32', doc: 'How many, from there on.' },
      { name: 'reason', type: 'u8', values: 'UnavailableReason', doc: 'Why.' },
      { name: 'reserved', type: 'reserved', bytes: 1 },
      { name: 'reserved2', type: 'reserved', bytes: 2 },
    ],
  },
];
