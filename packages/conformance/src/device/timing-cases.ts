import { check, informational, nonStrict, same } from '../runner/case.js';
import { group } from './device-case.js';
import { frames, refusedWith, show } from './steps.js';

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
      // Pacing is FREE, so a run needs nobody who waits.
      await show(bench, client, [bench.pattern(0)]);
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
  [
    'LOCKSTEP with nothing that time could bring',
    'HOST_WAITING gets no answer; requests are answered all the same.',
    'VT-6 VT-2',
    async (bench) => {
      bench.need('VIRTUAL_CLOCK');
      const client = await bench.controlled();
      await client.get({ type: 'SET_PACING', mode: 1 }, 'DONE');
      await client.get({ type: 'HEARTBEAT' }, 'DONE');
      const heard = client.heard.length;
      client.send({ type: 'HOST_WAITING', deviceSequence: heard });
      await bench.sleep(5_000_000);
      same('Messages of a device that has nothing to do', client.heard.length, heard);
      await client.get({ type: 'HEARTBEAT' }, 'DONE');
    },
  ],
]);
