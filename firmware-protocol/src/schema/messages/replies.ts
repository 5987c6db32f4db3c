import type { MessageType } from '../model/types.js';

export const replyMessages: readonly MessageType[] = [
  {
    name: 'DONE',
    id: 0x0101,
    from: 'device',
    doc: 'The request was carried out.',
    fields: [
      { name: 'tick', type: 'u64', doc: 'Tick on which it took effect.' },
      { name: 'value', type: 'u64', doc: 'What the request says about it; 0 otherwise.' },
    ],
  },
  {
    name: 'PENDING',
    id: 0x0102,
    from: 'device',
    doc: 'The request is being carried out; the final reply follows under the same request id.',
    fields: [{ name: 'expectedTicks', type: 'u64', doc: 'How long it is expected to take from now, ticks.' }],
  },
  {
    name: 'REFUSED',
    id: 0x0103,
    from: 'device',
    doc: 'The request was not carried out, and nothing was changed.',
    fields: [
      { name: 'resultCode', type: 'u16', values: 'ResultCode', doc: 'Why.' },
      {
        name: 'limitingTerm',
        type: 'u8',
        values: 'LimitingTerm',
        doc: 'What sets the minimum period, if that is why.',
      },
      { name: 'reserved', type: 'reserved', bytes: 1 },
      { name: 'requestType', type: 'u16', doc: 'Type of the message that is refused.' },
      { name: 'reserved2', type: 'reserved', bytes: 2 },
      { name: 'value', type: 'f64', doc: 'The value that was asked for, where a field is named.' },
      { name: 'bound', type: 'f64', doc: 'The nearest value that is allowed, where a field is named.' },
      { name: 'field', type: 'string', maximumBytes: 64, doc: 'Name of the field that is to blame; empty for none.' },
      { name: 'text', type: 'string', maximumBytes: 1024, forPeople: true, doc: 'For people.' },
    ],
  },
];
