import { configurationField, eventKind, readoutFlag, triggerMode } from '@opu/protocol';
import { check, informational, same } from '../runner/case.js';
import { group } from './device-case.js';
import {
  counter,
  type Frame,
  frames,
  holdTime,
  hostTicks,
  letPass,
  meanOf,
  nextPatternId,
  refusedWith,
  releaseTime,
  show,
  withPeriod,
} from './steps.js';

const ids = (list: readonly Frame[]): number[] => list.map(({ record }) => record.patternId);

export const runCases = group('RUN', 'streaming and first-frame identity', [
  [
    'A run of three patterns',
    'One readout a pattern, in order, numbered from DONE.value of START; RUN_ENDED after the last with the count.',
    'RUN-1 RUN-2 RUN-3 RDO-1 PAT-9',
    async (bench) => {
      const client = await bench.controlled();
      const patterns = [0, 1, 2].slice(0, bench.description.patternSlots).map((k) => bench.pattern(k));
      for (let round = 0; round < 2; round++) {
        const run = await show(bench, client, patterns);
        same(
          'Pattern ids',
          ids(run.frames),
          patterns.map((_, k) => run.firstPattern + k),
        );
        same(
          'Frames',
          run.frames.map(({ record }) => record.frame),
          patterns.map((_, k) => run.start.value + k),
        );
        same(
          'RUN_ENDED',
          [run.ended.framesDone, run.ended.nextFrame],
          [patterns.length, run.start.value + patterns.length],
        );
        const ends = run.frames.map(({ record }) => (record.flags & readoutFlag.RUN_END) !== 0);
        same(
          'RUN_END flags',
          ends,
          patterns.map((_, k) => k === patterns.length - 1),
        );
      }
    },
  ],
  [
    'Dark, dark, bright, bright: which image belongs to which pattern',
    'The readout that carries the id of a bright pattern is bright, from the very first frame on.',
    'RUN-2',
    async (bench) => {
      const client = await bench.controlled();
      const bright = [0, 0, 1, 1, 0, 1, 1, 0].slice(0, Math.min(8, bench.description.patternSlots));
      const run = await show(
        bench,
        client,
        bright.map((on) => bench.pattern(0, on)),
      );
      const means = run.frames.map(meanOf);
      const middle = (Math.max(...means) + Math.min(...means)) / 2;
      check(Math.max(...means) > 1.5 * Math.min(...means) + 1e-9, `All frames are alike: means ${means.join(', ')}.`);
      const seen = means.map((mean) => (mean > middle ? 1 : 0));
      same('What was bright, by pattern id', seen, bright);
    },
  ],
  [
    'START during a run',
    'Refused with WRONG_STATE.',
    'RUN-1',
    async (bench) => {
      const client = await bench.controlled();
      await client.get({ type: 'START', flags: 0 }, 'DONE');
      refusedWith(await client.ask({ type: 'START', flags: 0 }), 'WRONG_STATE', 'START during a run');
    },
  ],
  [
    'STOP and ABORT without a run',
    'RUN_REPORT at once.',
    'RUN-4',
    async (bench) => {
      const client = await bench.controlled();
      await client.get({ type: 'STOP' }, 'RUN_REPORT');
      await client.get({ type: 'ABORT' }, 'RUN_REPORT');
    },
  ],
  [
    'Software triggers',
    'An edge on a loaded pattern fires it; one without a run is refused with TRIGGER_IGNORED, counted and told.',
    'RUN-6 RUN-7',
    async (bench) => {
      bench.need('SOFTWARE_TRIGGER');
      const client = await bench.controlled();
      const change = bench.configureMessage({ fields: 64, triggerMode: triggerMode.SOFTWARE });
      await client.get(change, 'CONFIGURE_REPLY');
      const before = await counter(client, 'IGNORED_TRIGGERS');
      refusedWith(await client.ask({ type: 'SOFTWARE_TRIGGER' }), 'TRIGGER_IGNORED', 'A trigger without a run');
      same('The rise of IGNORED_TRIGGERS', (await counter(client, 'IGNORED_TRIGGERS')) - before, 1);
      const told = client.all('EVENT').filter(({ kind }) => kind === eventKind.IGNORED_TRIGGER);
      same('The number of events', told.length, 1);
      const { nextPatternId } = await client.get({ type: 'ABORT' }, 'RUN_REPORT');
      bench.sendPatterns(client, nextPatternId, [bench.pattern(0)]);
      const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + 1 });
      const wait = 2 * bench.description.loadTicks;
      if (bench.has('VIRTUAL_CLOCK')) await client.get({ type: 'SPEND', ticks: wait }, 'DONE');
      else await bench.sleep(Math.ceil((wait * bench.description.tickPicoseconds) / 10_000) + 100_000);
      const edge = await client.get({ type: 'SOFTWARE_TRIGGER' }, 'DONE');
      await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
      same(
        'The tick of the reset',
        frames(client).map(({ record }) => record.resetTick),
        [edge.tick],
      );
    },
  ],
  [
    'STOP during a frame',
    'The frame is finished and its readout sent before RUN_REPORT, which counts it; other requests are answered meanwhile; patterns that were not shown stay.',
    'RUN-4 REQ-3 RUN-10',
    async (bench) => {
      if (bench.description.patternSlots < 4) informational('There are fewer than 4 pattern slots.');
      const client = await bench.controlled();
      const d = bench.description;
      // 300 ms where the host has to hit the middle of a frame.
      const wished = bench.has('VIRTUAL_CLOCK') ? 0 : Math.ceil(3e11 / d.tickPicoseconds);
      const { periodTicks } = await withPeriod(bench, client, wished);
      const exposureTicks = Math.min(d.maximumExposureTicks, Math.floor(periodTicks / 2));
      const {
        extraSettleTicks,
        exposureTicks: set,
        minimumPeriodTicks,
      } = await client.get(
        bench.configureMessage({ fields: wished === 0 ? 0 : configurationField.EXPOSURE, exposureTicks }),
        'CONFIGURE_REPLY',
      );
      const first = await nextPatternId(bench, client);
      bench.sendPatterns(
        client,
        first,
        [0, 1, 2].map((k) => bench.pattern(k)),
      );
      // A camera may keep Pmin from the last frame of the run before.
      await letPass(bench, client, minimumPeriodTicks);
      await holdTime(bench, client);
      const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + 3 });
      const grid = Math.ceil((start.tick + d.loadTicks) / d.refreshTicks) * d.refreshTicks;
      await letPass(bench, client, grid - start.tick + d.settleTicks + extraSettleTicks + Math.floor(set / 2));
      const stop = client.nextRequestId();
      client.send({ type: 'STOP' }, stop);
      const { arrivalTick } = await client.get({ type: 'CLOCK_SYNC', hostTime: 1 }, 'CLOCK_SYNC_REPLY');
      const isEarly = client.finalReplies(stop).length > 0;
      await releaseTime(bench, client);
      const reply = await client.replyTo(stop, 'STOP');
      check(reply.message.type === 'RUN_REPORT', `STOP was answered ${reply.message.type}.`);
      const before = frames({ heard: client.heard.slice(0, client.heard.indexOf(reply)) });
      await bench.sleep(hostTicks(bench, wished === 0 ? 0 : periodTicks) + 1_000_000);
      await client.get({ type: 'HEARTBEAT' }, 'DONE');
      const { framesDone } = reply.message;
      if (framesDone === 3) informational('This host was held up until the run was over.');
      same(
        'framesDone, and frames before RUN_REPORT and in all',
        [framesDone, before.length, frames(client).length],
        [framesDone, framesDone, framesDone],
      );
      if (bench.has('VIRTUAL_CLOCK')) same('framesDone', framesDone, 1);
      else check(framesDone >= 1, 'No frame was made before STOP.');
      same('nextPatternId', reply.message.nextPatternId, first + 3);
      const { resetTick, exposureStartTick, exposureTicks: e } = before.at(-1)!.record;
      const end = Math.max(exposureStartTick + e + d.transferTicks, resetTick);
      check(
        reply.message.tick >= end,
        `RUN_REPORT says tick ${reply.message.tick}, before the readout begins on tick ${end}.`,
      );
      if (isEarly) check(arrivalTick >= end, 'RUN_REPORT came while the frame was under way.');
      const again = await client.get({ type: 'START', flags: 0 }, 'DONE');
      client.send({ type: 'READOUT_CREDIT', creditLimit: again.value + 2 });
      await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
      const rest = [first, first + 1, first + 2].slice(framesDone);
      same('Patterns of the next run', ids(frames(client)).slice(framesDone), rest);
    },
  ],
]);
