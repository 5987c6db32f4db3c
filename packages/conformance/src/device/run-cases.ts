import { eventKind, readoutFlag, triggerMode } from '@opu/protocol';
import { check, fail, informational, nonStrict, same } from '../runner/case.js';
import { group } from './device-case.js';
import { correlation, counter, type Frame, frames, meanOf, pixelsOf, refusedWith, show } from './steps.js';

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
]);

export const timingCases = group('TIM', 'timing', [
  [
    'Every stage of four frames',
    'The first reset is L after START; resets are P apart; the exposure starts S + W + D after the reset and lasts E. Exact on virtual time, resets within 1 ms and never early otherwise.',
    'RUN-9 RUN-10 RDO-10 CFG-2',
    async (bench) => {
      const client = await bench.controlled();
      const d = bench.description;
      const configuration = await client.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');
      const count = Math.min(4, d.patternSlots, d.frameBuffers);
      const run = await show(
        bench,
        client,
        Array.from({ length: count }, (_, k) => bench.pattern(k)),
      );
      const wait = d.settleTicks + configuration.extraSettleTicks + d.triggerDelayTicks;
      for (const { record } of run.frames) {
        same('From reset to exposure', record.exposureStartTick - record.resetTick, wait);
        same('The exposure', record.exposureTicks, configuration.exposureTicks);
      }
      const { refreshTicks, loadTicks } = d;
      const grid = Math.ceil((run.start.tick + loadTicks) / refreshTicks) * refreshTicks;
      const expected = run.frames.map((_, k) => grid + k * configuration.periodTicks);
      const resets = run.frames.map(({ record }) => record.resetTick);
      if (JSON.stringify(resets) === JSON.stringify(expected)) return;
      if (bench.has('VIRTUAL_CLOCK')) same('The ticks of the resets', resets, expected);
      const late = Math.max(...resets.map((tick, k) => Math.abs(tick - resets[0]! - k * configuration.periodTicks)));
      const jitter = 1e9 / d.tickPicoseconds;
      resets.forEach((tick, k) => {
        const gap = k === 0 ? configuration.periodTicks : tick - resets[k - 1]!;
        check(
          gap >= configuration.minimumPeriodTicks,
          `Reset ${k} comes ${gap} ticks after the one before, below Pmin.`,
        );
      });
      check(late <= jitter, `A reset is ${late} ticks off the grid; ${jitter} are allowed in real time.`);
      nonStrict(`Resets are up to ${late} ticks off the grid of OPU-RUN-9.`);
    },
  ],
  [
    'Exposure, extra wait and period that were set',
    'Each readout has them to the tick.',
    'RDO-10 RUN-10 CFG-1',
    async (bench) => {
      const client = await bench.controlled();
      const d = bench.description;
      const exposureTicks = d.minimumExposureTicks + 123;
      const periodTicks =
        Math.ceil((bench.facts.configuration.minimumPeriodTicks * 2 + exposureTicks) / d.refreshTicks) * d.refreshTicks;
      const reply = await client.ask(
        bench.configureMessage({ fields: 7, exposureTicks, extraSettleTicks: 77, periodTicks }),
      );
      if (reply.type !== 'CONFIGURE_REPLY')
        informational('The device does not let exposure, wait and period be set together.');
      const run = await show(bench, client, [bench.pattern(0), bench.pattern(1)].slice(0, d.patternSlots));
      for (const { record } of run.frames) {
        same(
          'From reset to exposure',
          record.exposureStartTick - record.resetTick,
          d.settleTicks + 77 + d.triggerDelayTicks,
        );
        same('The exposure', record.exposureTicks, reply.exposureTicks);
      }
      const [a, b] = run.frames;
      const gap = a !== undefined && b !== undefined ? b.record.resetTick - a.record.resetTick : periodTicks;
      if (bench.has('VIRTUAL_CLOCK')) same('From reset to reset', gap, periodTicks);
    },
  ],
  [
    'CLOCK_SYNC',
    'The host’s time comes back, arrival is not after departure, and device time never goes back, over connections too.',
    'CLK-1 CLK-2',
    async (bench) => {
      const first = await bench.greeted();
      let last = 0;
      for (const client of [first, first, 'another'] as const) {
        if (client === 'another') await first.close();
        const host = client === 'another' ? await bench.greeted() : client;
        const reply = await host.get({ type: 'CLOCK_SYNC', hostTime: 31_337 }, 'CLOCK_SYNC_REPLY');
        same('hostTime', reply.hostTime, 31_337);
        check(reply.arrivalTick >= last, `Device time went back from ${last} to ${reply.arrivalTick}.`);
        check(reply.departureTick >= reply.arrivalTick, 'The reply left before the question came.');
        last = reply.departureTick;
      }
    },
  ],
  [
    'SPEND',
    'Exactly so many ticks pass; a device without virtual time refuses with NOT_SUPPORTED.',
    'VT-5 VT-1',
    async (bench) => {
      const client = await bench.controlled();
      const { arrivalTick } = await client.get({ type: 'CLOCK_SYNC', hostTime: 0 }, 'CLOCK_SYNC_REPLY');
      const reply = await client.ask({ type: 'SPEND', ticks: 12_345 });
      if (!bench.has('VIRTUAL_CLOCK')) {
        refusedWith(reply, 'NOT_SUPPORTED', 'SPEND');
        return;
      }
      same('DONE.tick', reply.type === 'DONE' && reply.tick, arrivalTick + 12_345);
    },
  ],
  [
    'LOCKSTEP',
    'Time stands until HOST_WAITING covers everything that the device has sent; one that covers less has no effect.',
    'VT-2 VT-4',
    async (bench) => {
      bench.need('VIRTUAL_CLOCK');
      const client = await bench.controlled();
      await client.get({ type: 'SET_PACING', mode: 1 }, 'DONE');
      const { nextPatternId } = await client.get({ type: 'ABORT' }, 'RUN_REPORT');
      bench.sendPatterns(client, nextPatternId, [bench.pattern(0)]);
      const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + 1 });
      client.send({ type: 'HOST_WAITING', deviceSequence: 1 });
      await bench.sleep(200_000);
      const { arrivalTick } = await client.get({ type: 'CLOCK_SYNC', hostTime: 0 }, 'CLOCK_SYNC_REPLY');
      same('The tick while the host has not said that it waits', arrivalTick, start.tick);
      same('Readouts until then', frames(client).length, 0);
      for (let said = -1; client.all('RUN_ENDED').length === 0; ) {
        said = client.heard.length;
        client.send({ type: 'HOST_WAITING', deviceSequence: said });
        await client.until('a message while the host waits', () => (client.heard.length > said ? true : undefined));
      }
      same('Readouts', frames(client).length, 1);
    },
  ],
]);

export const opticsCases = group('OPT', 'optics', [
  [
    'The same pattern twice, and another one',
    'Images of the same pattern are alike (correlation above 0.8), and more so than those of different patterns.',
    'RUN-2 RDO-3',
    async (bench) => {
      const client = await bench.controlled();
      if (bench.description.patternSlots < 4) informational('There are fewer than 4 pattern slots.');
      const run = await show(
        bench,
        client,
        [1, 2, 1, 2].map((k) => bench.pattern(k)),
      );
      const [a, b, c, d] = run.frames.map(({ image, message }) => pixelsOf(image, message.pixelFormat));
      const alike = Math.min(correlation(a!, c!), correlation(b!, d!));
      const different = Math.max(correlation(a!, b!), correlation(c!, d!));
      check(alike > 0.8, `Images of the same pattern have the correlation ${alike.toFixed(3)}.`);
      check(different < alike - 0.1, `Different patterns: ${different.toFixed(3)}; the same: ${alike.toFixed(3)}.`);
    },
  ],
  [
    'The same pattern after another connection',
    'The medium is the same: the correlation of the images is above 0.8.',
    'HS-6 RUN-2',
    async (bench) => {
      const images: number[][] = [];
      for (let i = 0; i < 2; i++) {
        const client = await bench.controlled();
        const [frame] = (await show(bench, client, [bench.pattern(5)])).frames;
        images.push(pixelsOf(frame!.image, frame!.message.pixelFormat));
        await client.get({ type: 'RELEASE_CONTROL' }, 'DONE');
        await client.close();
      }
      const r = correlation(images[0]!, images[1]!);
      if (!(r > 0.8)) fail(`The correlation over a reconnection is ${r.toFixed(3)}.`);
    },
  ],
]);
