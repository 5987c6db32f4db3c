import { createPlaySequence, createStoreSequence, SequenceStepList } from '@opu/protocol';
import { informational, same } from '../../runner/case.js';
import type { OfType, WireClient } from '../../wire/wire-client.js';
import type { DeviceBench } from '../device-bench.js';
import { group } from '../device-case.js';
import { askCredit, type Frame, frames, meanOf, refusedWith, show } from '../steps.js';

const SEQUENCE = 41;
/** Dark, half and fully lit: told apart by their mean. */
const SHARES = [0, 0.5, 1];

const store = (bench: DeviceBench, shares: readonly number[], firstIndex = 0, sequenceId = SEQUENCE) => ({
  ...createStoreSequence(),
  sequenceId,
  firstIndex,
  count: shares.length,
  patternBytes: bench.facts.configuration.patternBytes,
  data: Uint8Array.from(shares.flatMap((share) => [...bench.pattern(7, share)])),
});

const play = (repetitions: number, steps: readonly number[] = [], sequenceId = SEQUENCE) => ({
  ...createPlaySequence(),
  firstPatternId: 9000,
  sequenceId,
  repetitions,
  steps: SequenceStepList.from(steps.map((index) => ({ index }))),
});

/** A connection in control, and the grey values of the three kinds of patterns. */
async function ready(bench: DeviceBench): Promise<{ client: WireClient; kindOf: (frame: Frame) => number }> {
  bench.need('STORED_SEQUENCES');
  if (bench.description.patternSlots < 8) informational('There are fewer than 8 pattern slots.');
  if (bench.description.modulatorKind !== 0) informational('Light of this modulator takes longer than a frame.');
  const client = await bench.controlled();
  const run = await show(
    bench,
    client,
    SHARES.map((share) => bench.pattern(7, share)),
  );
  const means = run.frames.map(meanOf);
  const kindOf = (frame: Frame): number => {
    const distances = means.map((mean) => Math.abs(mean - meanOf(frame)));
    return distances.indexOf(Math.min(...distances));
  };
  return { client, kindOf };
}

/** What is shown by a sequence that is played, as numbers of the shares. */
async function shown(
  client: WireClient,
  kindOf: (frame: Frame) => number,
  message: OfType<'PLAY_SEQUENCE'>,
  count: number,
): Promise<number[]> {
  const from = client.heard.length;
  const start = await client.get(message, 'DONE');
  client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + count });
  const ended = await client.until('RUN_ENDED', () => client.all('RUN_ENDED', from)[0]);
  same('Frames of the run', [ended.framesDone, ended.nextFrame], [count, start.value + count]);
  const made = frames(client, from);
  same(
    'Pattern ids',
    made.map(({ record }) => record.patternId),
    made.map((_, k) => message.firstPatternId + k),
  );
  client.send({ type: 'READOUT_ACK', nextFrame: ended.nextFrame });
  return made.map(kindOf);
}

export const sequenceEdges = group('SQE', 'stored sequences at their edges', [
  [
    'Steps in another order, with repetitions',
    'Each frame has the light of the pattern that its step names, in the order of the steps, as often as was asked for.',
    'SEQ-3 SEQ-4 RUN-2',
    async (bench) => {
      const { client, kindOf } = await ready(bench);
      await client.get(store(bench, SHARES), 'DONE');
      same('All in order, once', await shown(client, kindOf, play(1), 3), [0, 1, 2]);
      same('All in order, twice', await shown(client, kindOf, play(2), 6), [0, 1, 2, 0, 1, 2]);
      same('Steps', await shown(client, kindOf, play(1, [2, 0, 0, 1]), 4), [2, 0, 0, 1]);
      same('Steps, twice', await shown(client, kindOf, play(2, [2, 1]), 4), [2, 1, 2, 1]);
      same('One step', await shown(client, kindOf, play(3, [1]), 3), [1, 1, 1]);
      const far = { ...play(1, [1, 2]), firstPatternId: 2 ** 52 };
      same('Ids from 2^52', await shown(client, kindOf, far, 2), [1, 2]);
    },
  ],
  [
    'STORE_SEQUENCE at index 0, in the middle, at the end and beyond it',
    'What stood there from the index on is forgotten; the end is the largest index, one more is OUT_OF_RANGE, the length being the bound.',
    'SEQ-1 SEQ-2 SEQ-3 SEQ-4 REQ-7',
    async (bench) => {
      const { client, kindOf } = await ready(bench);
      await client.get(store(bench, [0, 1]), 'DONE');
      await client.get(store(bench, [0.5], 2), 'DONE');
      same('After an append', await shown(client, kindOf, play(1), 3), [0, 2, 1]);
      const refusal = refusedWith(await client.ask(store(bench, [1], 4)), 'OUT_OF_RANGE', 'An index beyond the end');
      same('Field, value and bound', [refusal.field, refusal.value, refusal.bound], ['firstIndex', 4, 3]);
      same('After the refusal', await shown(client, kindOf, play(1), 3), [0, 2, 1]);
      await client.get(store(bench, [1], 1), 'DONE');
      same('After a store in the middle', await shown(client, kindOf, play(1), 2), [0, 2]);
      await client.get(store(bench, [1, 1, 0.5]), 'DONE');
      same('After it was stored anew', await shown(client, kindOf, play(1), 3), [2, 2, 1]);
      const none = refusedWith(await client.ask(play(1, [0, 3])), 'OUT_OF_RANGE', 'A step that is not stored');
      same('Value and bound of a step', [none.value, none.bound], [3, 2]);
      refusedWith(await client.ask({ ...play(1), firstPatternId: 2 ** 52 + 1 }), 'OUT_OF_RANGE', 'Ids from 2^52 + 1');
    },
  ],
  [
    'Two sequences, of which one is erased, and all',
    'Each has its own patterns; erasing one leaves the other; erasing all never is refused.',
    'SEQ-3 SEQ-5',
    async (bench) => {
      const { client, kindOf } = await ready(bench);
      await client.get(store(bench, [0, 1]), 'DONE');
      await client.get(store(bench, [1, 0.5], 0, 7), 'DONE');
      same('The first', await shown(client, kindOf, play(1), 2), [0, 2]);
      same('The second', await shown(client, kindOf, play(1, [], 7), 2), [2, 1]);
      await client.get({ type: 'ERASE_SEQUENCE', sequenceId: SEQUENCE }, 'DONE');
      refusedWith(await client.ask(play(1)), 'UNKNOWN_SEQUENCE', 'A sequence that was erased');
      same('The second after it', await shown(client, kindOf, play(1, [], 7), 2), [2, 1]);
      for (let i = 0; i < 2; i++) await client.get({ type: 'ERASE_SEQUENCE', sequenceId: 0xffff_ffff }, 'DONE');
      refusedWith(await client.ask(play(1, [], 7)), 'UNKNOWN_SEQUENCE', 'The second after all were erased');
    },
  ],
  [
    'A sequence without patterns',
    'It is UNKNOWN_SEQUENCE to play.',
    'SEQ-3',
    async (bench) => {
      const { client } = await ready(bench);
      await client.ask(store(bench, []));
      refusedWith(await client.ask(play(1)), 'UNKNOWN_SEQUENCE', 'A sequence without patterns');
    },
  ],
  [
    'Repetitions 0',
    'The sequence is played over and over until STOP, and by STOP it ends; a later run goes on with uploaded patterns.',
    'SEQ-3 RUN-4 RUN-5',
    async (bench) => {
      const { client, kindOf } = await ready(bench);
      await client.get(store(bench, [0, 1]), 'DONE');
      const from = client.heard.length;
      const start = await client.get(play(0), 'DONE');
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + 5 });
      await client.until('5 frames', () => (frames(client, from).length >= 5 ? true : undefined));
      same('What is shown', frames(client, from).slice(0, 5).map(kindOf), [0, 2, 0, 2, 0]);
      same('RUN_ENDED of a run without an end', client.all('RUN_ENDED', from).length, 0);
      const stop = client.nextRequestId();
      client.send({ type: 'STOP' }, stop);
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + 1_000_000 });
      const { message } = await client.replyTo(stop, 'STOP');
      same('The reply to STOP', message.type, 'RUN_REPORT');
      const last = frames(client, from).at(-1)!.record.frame;
      client.send({ type: 'READOUT_ACK', nextFrame: last + 1 });
      const run = await show(bench, client, [bench.pattern(7, 0.5)]);
      same(
        'The pattern of the next run',
        [run.frames[0]!.record.patternId, kindOf(run.frames[0]!)],
        [run.firstPattern, 1],
      );
    },
  ],
  [
    'STORE_SEQUENCE and ERASE_SEQUENCE during a run that plays the sequence',
    'The run goes on with what was stored when it began; the next one has what is stored since.',
    'SEQ-3 SEQ-5',
    async (bench) => {
      const { client, kindOf } = await ready(bench);
      await client.get(store(bench, [0, 1]), 'DONE');
      const from = client.heard.length;
      const start = await client.get(play(6), 'DONE');
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + 1 });
      await client.until('a frame', () => frames(client, from)[0]);
      await client.get(store(bench, [0.5]), 'DONE');
      await client.get({ type: 'ERASE_SEQUENCE', sequenceId: SEQUENCE }, 'DONE');
      await client.get(store(bench, [0.5, 0.5]), 'DONE');
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + 12 });
      await client.until('RUN_ENDED', () => client.all('RUN_ENDED', from)[0]);
      same(
        'What the run shows',
        frames(client, from).map(kindOf),
        Array.from({ length: 12 }, (_, k) => (k % 2) * 2),
      );
      client.send({ type: 'READOUT_ACK', nextFrame: start.value + 12 });
      same('What the next run shows', await shown(client, kindOf, play(1), 2), [1, 1]);
    },
  ],
  [
    'Room: stored patterns, uploaded ones, and a sequence that does not fit',
    'Credit that was given stays good; a sequence beyond the room is NO_ROOM and stays as it was; erased patterns give their room back.',
    'SEQ-2 SEQ-1 PAT-5',
    async (bench) => {
      const { client, kindOf } = await ready(bench);
      const before = await askCredit(bench, client);
      await client.get(store(bench, [0, 1]), 'DONE');
      const after = await askCredit(bench, client);
      same('The credit limit after STORE_SEQUENCE is not lower', after.creditLimit >= before.creditLimit, true);
      const count = bench.description.sequencePatterns + 1;
      if (count * bench.facts.configuration.patternBytes < bench.facts.hello.maximumPayload / 2) {
        const many = {
          ...store(bench, [0]),
          count,
          data: new Uint8Array(count * bench.facts.configuration.patternBytes),
        };
        refusedWith(await client.ask(many), 'NO_ROOM', `A sequence of ${count} patterns`);
        refusedWith(
          await client.ask({ ...many, firstIndex: 2, count: count - 1, data: many.data.subarray(many.patternBytes) }),
          'NO_ROOM',
          'Patterns that do not fit behind those that are there',
        );
      }
      same('The sequence as it was', await shown(client, kindOf, play(1), 2), [0, 2]);
      const credit = await askCredit(bench, client);
      const room = Math.min(credit.creditLimit - credit.nextPatternId, 64);
      const run = await show(
        bench,
        client,
        Array.from({ length: room }, (_, k) => bench.pattern(7, SHARES[k % 3]!)),
      );
      same(
        'Light of uploaded patterns',
        run.frames.map(kindOf),
        run.frames.map((_, k) => k % 3),
      );
      same('Light of the sequence', await shown(client, kindOf, play(1), 2), [0, 2]);
    },
  ],
  [
    'Patterns of a wrong size in STORE_SEQUENCE, and data shorter than the count',
    'Refused; the sequence stays as it was.',
    'SEQ-1 PAT-3 REQ-6',
    async (bench) => {
      const { client, kindOf } = await ready(bench);
      await client.get(store(bench, [0, 1]), 'DONE');
      const good = store(bench, [0.5]);
      for (const change of [{ patternBytes: good.patternBytes + 1 }, { count: 2 }, { count: 0 }]) {
        const reply = await client.ask({ ...good, firstIndex: 2, ...change });
        same(`The reply to ${JSON.stringify(change)}`, reply.type, 'REFUSED');
      }
      same('The sequence', await shown(client, kindOf, play(1), 2), [0, 2]);
    },
  ],
]);
