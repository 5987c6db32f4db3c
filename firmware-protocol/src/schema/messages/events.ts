import type { MessageType } from '../model/types.js';

export const eventMessages: readonly MessageType[] = [
  {
    name: 'EVENT',
    id: 0x0601,
    from: 'device',
    doc: 'Something happened. Not a reply.',
    fields: [
      { name: 'tick', type: 'u64', doc: 'When.' },
      { name: 'value', type: 'f64', doc: 'As the kind says.' },
      { name: 'kind', type: 'u16', values: 'EventKind', doc: 'What.' },
      { name: 'text', type: 'string', maximumBytes: 1024, forPeople: true, doc: 'For people.' },
    ],
  },
  {
    name: 'GET_COUNTERS',
    id: 0x0602,
    from: 'host',
    replies: ['COUNTERS_REPLY'],
    doc: 'Asks for all counters.',
    fields: [],
  },
  {
    name: 'COUNTERS_REPLY',
    id: 0x0603,
    from: 'device',
    doc: 'All counters, read on one tick.',
    fields: [
      { name: 'tick', type: 'u64', doc: 'When they were read.' },
      { name: 'counters', type: 'records', record: 'CounterRecord', doc: 'The counters.' },
    ],
  },
  {
    name: 'RESET_COUNTERS',
    id: 0x0604,
    from: 'host',
    replies: ['DONE'],
    doc: 'Sets all counters to 0.',
    fields: [],
  },
];
