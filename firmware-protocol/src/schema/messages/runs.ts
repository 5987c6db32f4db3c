import type { MessageType } from '../model/types.js';

export const runMessages: readonly MessageType[] = [
  {
    name: 'START',
    id: 0x0401,
    from: 'host',
    replies: ['DONE'],
    doc: 'Starts a run. DONE.tick is the tick on which it takes effect, DONE.value the number of the first frame.',
    fields: [
      { name: 'flags', type: 'u32', doc: 'None defined; 0.' },
      { name: 'reserved', type: 'reserved', bytes: 4 },
    ],
  },
  {
    name: 'STOP',
    id: 0x0402,
    from: 'host',
    replies: ['RUN_REPORT'],
    doc: 'Ends the run: patterns not yet shown stay, a frame under way is finished.',
    fields: [],
  },
  {
    name: 'ABORT',
    id: 0x0403,
    from: 'host',
    replies: ['RUN_REPORT'],
    doc: 'Like STOP, but patterns not yet shown are thrown away.',
    fields: [],
  },
  {
    name: 'RUN_REPORT',
    id: 0x0404,
    from: 'device',
    doc: 'Answers STOP and ABORT once the last frame is finished.',
    fields: [
      { name: 'tick', type: 'u64', doc: 'Tick on which the sequencer came to rest.' },
      { name: 'framesDone', type: 'u64', doc: 'Frames made since the start.' },
      { name: 'nextPatternId', type: 'u64', doc: 'The id that is expected next from the host.' },
    ],
  },
  {
    name: 'SOFTWARE_TRIGGER',
    id: 0x0405,
    from: 'host',
    replies: ['DONE'],
    doc: 'A trigger edge. DONE.tick is its tick.',
    fields: [],
  },
  {
    name: 'RUN_ENDED',
    id: 0x0406,
    from: 'device',
    doc: "The last pattern's readout was sent and the sequencer idles. Not a reply.",
    fields: [
      { name: 'tick', type: 'u64', doc: 'Tick on which the last readout had been sent.' },
      { name: 'framesDone', type: 'u64', doc: 'Frames made since the start.' },
      {
        name: 'nextFrame',
        type: 'u64',
        doc: 'Number that the next frame will get: all readouts of the run are below.',
      },
    ],
  },
];
