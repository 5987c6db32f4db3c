import type { MessageType } from '../model/types.js';

export const virtualTimeMessages: readonly MessageType[] = [
  {
    name: 'SET_PACING',
    id: 0x0701,
    from: 'host',
    replies: ['DONE'],
    doc: 'Sets how virtual time passes. Only for devices with the feature VIRTUAL_CLOCK.',
    fields: [
      { name: 'mode', type: 'u8', values: 'PacingMode', doc: 'How.' },
      { name: 'reserved', type: 'reserved', bytes: 1 },
      { name: 'reserved2', type: 'reserved', bytes: 2 },
      { name: 'reserved3', type: 'reserved', bytes: 4 },
    ],
  },
  {
    name: 'HOST_WAITING',
    id: 0x0702,
    from: 'host',
    doc: 'The host has worked off all that it received and sends nothing until it hears from the device.',
    fields: [
      {
        name: 'deviceSequence',
        type: 'u64',
        doc: 'Messages of the device that it has worked off: one more than the sequence of the last of them.',
      },
    ],
  },
  {
    name: 'SPEND',
    id: 0x0703,
    from: 'host',
    replies: ['DONE'],
    doc: 'Books host work: virtual time passes by this much. DONE.tick is the time after it.',
    fields: [{ name: 'ticks', type: 'u64', doc: 'How much, ticks.' }],
  },
];
