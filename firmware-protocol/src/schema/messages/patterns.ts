import type { Field, MessageType } from '../model/types.js';

const body: readonly Field[] = [
  { name: 'encoding', type: 'u8', values: 'PatternEncoding', doc: 'How the patterns are written.' },
  { name: 'flags', type: 'u8', bits: 'PatternFlag', doc: 'Flags.' },
  { name: 'reserved', type: 'reserved', bytes: 2 },
  { name: 'patternBytes', type: 'u32', doc: 'Bytes of one whole pattern in the present layout.' },
  { name: 'firstRow', type: 'u32', doc: 'First row that is sent (encoding ROWS); 0 otherwise.' },
  { name: 'rowCount', type: 'u32', doc: 'Rows that are sent (encoding ROWS); 0 otherwise.' },
  { name: 'data', type: 'bytes', doc: 'The patterns one after the other, each starting on a byte.' },
];

export const patternMessages: readonly MessageType[] = [
  {
    name: 'PATTERNS',
    id: 0x0301,
    from: 'host',
    doc: 'Patterns for the pattern RAM, in the order of their ids. Answered by PATTERN_CREDIT, not by a reply.',
    fields: [
      { name: 'firstPatternId', type: 'u64', doc: 'Id of the first pattern; the others follow by one.' },
      { name: 'count', type: 'u32', doc: 'Patterns in this message.' },
      ...body,
    ],
  },
  {
    name: 'PATTERN_CREDIT',
    id: 0x0302,
    from: 'device',
    doc: 'What has come and what there is room for.',
    fields: [
      { name: 'nextPatternId', type: 'u64', doc: 'The id that is expected next: all below have come.' },
      { name: 'creditLimit', type: 'u64', doc: 'There is room for all patterns whose id is below this.' },
    ],
  },
  {
    name: 'PATTERN_RESEND',
    id: 0x0303,
    from: 'device',
    doc: 'Patterns are missing and have to be sent again.',
    fields: [
      { name: 'from', type: 'u64', doc: 'Id of the first missing pattern.' },
      { name: 'count', type: 'u32', doc: 'How many are missing from there on.' },
      { name: 'reserved', type: 'reserved', bytes: 4 },
    ],
  },
  {
    name: 'STORE_SEQUENCE',
    id: 0x0311,
    from: 'host',
    replies: ['DONE'],
    doc: 'Stores patterns of a sequence. A sequence may come in several messages, from its first pattern on.',
    fields: [
      { name: 'sequenceId', type: 'u32', doc: 'Number of the sequence, chosen by the host.' },
      {
        name: 'firstIndex',
        type: 'u32',
        doc: 'Place of the first pattern of this message; 0 starts the sequence anew.',
      },
      { name: 'count', type: 'u32', doc: 'Patterns in this message.' },
      ...body,
    ],
  },
  {
    name: 'PLAY_SEQUENCE',
    id: 0x0312,
    from: 'host',
    replies: ['DONE'],
    doc: 'Starts a run that takes its patterns from a stored sequence. DONE.tick is the start.',
    fields: [
      { name: 'firstPatternId', type: 'u64', doc: 'Id that the first pattern shown gets; the others follow by one.' },
      { name: 'sequenceId', type: 'u32', doc: 'Number of the sequence.' },
      { name: 'repetitions', type: 'u32', doc: 'How often the steps are played; 0 means until STOP or ABORT.' },
      {
        name: 'steps',
        type: 'records',
        record: 'SequenceStep',
        doc: 'Patterns in the order of playing; none means all in order.',
      },
    ],
  },
  {
    name: 'ERASE_SEQUENCE',
    id: 0x0313,
    from: 'host',
    replies: ['DONE'],
    doc: 'Forgets a stored sequence.',
    fields: [
      { name: 'sequenceId', type: 'u32', doc: 'Number of the sequence; 0xffffffff for all.' },
      { name: 'reserved', type: 'reserved', bytes: 4 },
    ],
  },
];
