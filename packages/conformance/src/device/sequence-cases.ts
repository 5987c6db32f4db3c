import { createPlaySequence, createStoreSequence } from '@opu/protocol';
import { informational, same } from '../runner/case.js';
import { group } from './device-case.js';
import { frames, refusedWith } from './steps.js';

export const sequenceCases = group('SEQ', 'stored sequences', [
  [
    'Store, play in another order, erase',
    'Frames have the ids that PLAY_SEQUENCE gives; an erased sequence is UNKNOWN_SEQUENCE. Without the feature: NOT_SUPPORTED.',
    'SEQ-1 SEQ-3 SEQ-4 SEQ-5',
    async (bench) => {
      const client = await bench.controlled();
      const { patternBytes } = bench.facts.configuration;
      const data = Uint8Array.from([...bench.pattern(0), ...bench.pattern(1)]);
      const stored = await client.ask({ ...createStoreSequence(), sequenceId: 7, count: 2, patternBytes, data });
      if (!bench.has('STORED_SEQUENCES')) {
        refusedWith(stored, 'NOT_SUPPORTED', 'STORE_SEQUENCE');
        return;
      }
      same('The reply to STORE_SEQUENCE', stored.type, 'DONE');
      const play = { ...createPlaySequence(), firstPatternId: 5000, sequenceId: 7, repetitions: 2 };
      const start = await client.get(play, 'DONE');
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + 4 });
      await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
      const played = frames(client).map(({ record }) => record.patternId);
      same('Pattern ids', played, [5000, 5001, 5002, 5003]);
      await client.get({ type: 'ERASE_SEQUENCE', sequenceId: 7 }, 'DONE');
      refusedWith(await client.ask(play), 'UNKNOWN_SEQUENCE', 'PLAY_SEQUENCE of an erased sequence');
      refusedWith(await client.ask({ type: 'ERASE_SEQUENCE', sequenceId: 7 }), 'UNKNOWN_SEQUENCE', 'Erasing it again');
    },
  ],
  [
    'A sequence with a gap, and one that is too long',
    'OUT_OF_RANGE for an index beyond the end, NO_ROOM for more patterns than fit.',
    'SEQ-1 SEQ-2',
    async (bench) => {
      bench.need('STORED_SEQUENCES');
      const client = await bench.controlled();
      const { patternBytes } = bench.facts.configuration;
      const one = { ...createStoreSequence(), sequenceId: 8, count: 1, patternBytes, data: bench.pattern(0) };
      refusedWith(await client.ask({ ...one, firstIndex: 3 }), 'OUT_OF_RANGE', 'Index 3 of an empty sequence');
      const count = bench.description.sequencePatterns + 1;
      if (count * patternBytes > bench.facts.hello.maximumPayload / 2)
        informational('Too many patterns for one message.');
      const many = { ...one, count, data: new Uint8Array(count * patternBytes) };
      refusedWith(await client.ask(many), 'NO_ROOM', `A sequence of ${count} patterns`);
    },
  ],
]);
