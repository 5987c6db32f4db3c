import { check, informational, same } from '../runner/case.js';
import type { WireClient } from '../wire/wire-client.js';
import type { DeviceBench } from './device-bench.js';
import { group } from './device-case.js';
import { counter, holdTime, hostTicks, letPass, nextPatternId, withPeriod } from './steps.js';

/** 120 ms of the host's time. */
const PERIOD_TICKS = 12_000_000;
const PATTERNS = 6;
const LATE = 'This host was held up until the run was almost over.';

/** A run of which a frame was made and most are still to come. */
async function halfRun(bench: DeviceBench, client: WireClient): Promise<{ first: number; isLate: () => boolean }> {
  if (bench.description.patternSlots < PATTERNS) informational(`There are fewer than ${PATTERNS} pattern slots.`);
  const wished = bench.has('VIRTUAL_CLOCK')
    ? 0
    : Math.ceil((PERIOD_TICKS * 10_000) / bench.description.tickPicoseconds);
  const { periodTicks } = await withPeriod(bench, client, wished);
  const first = await nextPatternId(bench, client);
  bench.sendPatterns(
    client,
    first,
    Array.from({ length: PATTERNS }, (_, k) => bench.pattern(k)),
  );
  await holdTime(bench, client);
  const begin = bench.clock.now();
  const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
  client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + PATTERNS });
  await letPass(
    bench,
    client,
    bench.description.loadTicks + bench.description.refreshTicks + Math.floor(periodTicks / 2),
  );
  const isLate = (): boolean => wished > 0 && bench.clock.now() - begin > (PATTERNS - 2) * PERIOD_TICKS;
  return { first, isLate };
}

/** Without the lease nothing is shown any more, and what was there stays. */
async function isDark(bench: DeviceBench, looker: WireClient, before: number, first: number): Promise<void> {
  await bench.sleep(2_000_000);
  const frames = await counter(looker, 'FRAMES');
  check(frames - before < PATTERNS, `All ${PATTERNS} frames of the run were made, although its lease had ended.`);
  await bench.sleep(2 * PERIOD_TICKS);
  same('FRAMES two periods later', await counter(looker, 'FRAMES'), frames);
  const { configurationHash } = await looker.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');
  await bench.acquire(looker);
  const report = await looker.get({ type: 'STOP' }, 'RUN_REPORT');
  same('nextPatternId', report.nextPatternId, first + PATTERNS);
  const now = await looker.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');
  same('The configuration', now.configurationHash, configurationHash);
  const start = await looker.get({ type: 'START', flags: 0 }, 'DONE');
  looker.send({ type: 'READOUT_CREDIT', creditLimit: start.value + PATTERNS });
  const ended = await looker.until('RUN_ENDED', () => looker.all('RUN_ENDED')[0]);
  same('Frames of the patterns that were not shown', ended.framesDone, PATTERNS - (frames - before));
}

export const safetyCases = group('SAF', 'safe state', [
  [
    'RELEASE_CONTROL in the middle of a run',
    'No further frame is made: the sequencer is stopped and the light off. Configuration and patterns stay for the next holder.',
    'CTL-5 CTL-6 RUN-5',
    async (bench) => {
      const client = await bench.controlled();
      const before = await counter(client, 'FRAMES');
      const { first, isLate } = await halfRun(bench, client);
      await client.get({ type: 'RELEASE_CONTROL' }, 'DONE');
      if (isLate()) informational(LATE);
      await isDark(bench, client, before, first);
    },
  ],
  [
    'A connection that ends in the middle of a run',
    'No further frame is made: the sequencer is stopped and the light off. Configuration and patterns stay for the next holder.',
    'CTL-5 CTL-6 HS-6',
    async (bench) => {
      const hostId = bench.freshHostId();
      const client = await bench.controlled(hostId);
      const before = await counter(client, 'FRAMES');
      const { first, isLate } = await halfRun(bench, client);
      await client.close();
      if (isLate()) informational(LATE);
      const next = await bench.greeted();
      await isDark(bench, next, before, first);
    },
  ],
  [
    'A host that falls silent in the middle of a run',
    'No further frame is made once the lease has run out.',
    'CTL-4 CTL-6',
    async (bench) => {
      const client = await bench.controlled();
      const granted = (await bench.acquire(client, 1)).value;
      if (granted === 0) informational('The lease that the device grants does not run out.');
      if (granted > 2_000_000) informational(`The shortest lease is ${granted} us; that is not waited for.`);
      // Set up without hurry: the short lease begins with the last message.
      await bench.acquire(client);
      const before = await counter(client, 'FRAMES');
      const lease = Math.ceil((granted * 1e6) / bench.description.tickPicoseconds);
      const { periodTicks } = await withPeriod(bench, client, lease);
      const first = await nextPatternId(bench, client);
      const count = Math.min(12, bench.description.patternSlots);
      bench.sendPatterns(
        client,
        first,
        Array.from({ length: count }, (_, k) => bench.pattern(k)),
      );
      const begin = bench.clock.now();
      const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + count });
      await bench.acquire(client, 1);
      if (bench.clock.now() - begin > (count - 4) * hostTicks(bench, periodTicks)) informational(LATE);
      await bench.sleep(Math.ceil(granted * 150));
      const frames = (await counter(client, 'FRAMES')) - before;
      check(frames < count, `All ${count} frames of the run were made, although the lease ran out.`);
      await bench.sleep(3 * hostTicks(bench, periodTicks));
      same('Frames three periods later', (await counter(client, 'FRAMES')) - before, frames);
    },
  ],
]);
