import { configurationField, counterId, eventKind, overrunMode } from '@opu/protocol';
import { check, informational, same } from '../runner/case.js';
import type { WireClient } from '../wire/wire-client.js';
import type { DeviceBench } from './device-bench.js';
import { group } from './device-case.js';
import {
  configured,
  counter,
  counters,
  frames,
  holdTime,
  letPass,
  nextPatternId,
  releaseTime,
  withPeriod,
} from './steps.js';

/** 20 ms of the host's time: a period that a host can act within. */
const ACTABLE_TICKS = 2_000_000;
/** So many frame buffers are filled at most. */
const MOST_BUFFERS = 64;

const list = (bench: DeviceBench, count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, k) => bench.pattern(k));

/** A period in which the host can act between two slots; what it is does not matter where time is virtual. */
async function actable(bench: DeviceBench, client: WireClient): Promise<number> {
  if (bench.has('VIRTUAL_CLOCK')) return bench.facts.configuration.periodTicks;
  const ticks = Math.ceil((ACTABLE_TICKS * 10_000) / bench.description.tickPicoseconds);
  return (await withPeriod(bench, client, ticks)).periodTicks;
}

/** Slots of the period that passed between frames without one. */
function passedSlots(client: WireClient, periodTicks: number): number {
  const resets = frames(client).map(({ record }) => record.resetTick);
  const gaps = resets.slice(1).map((tick, k) => tick - resets[k]!);
  for (const gap of gaps)
    check(gap % periodTicks === 0, `Two resets are ${gap} ticks apart; the period is ${periodTicks}.`);
  return gaps.reduce((sum, gap) => sum + gap / periodTicks - 1, 0);
}

const eventsOf = (client: WireClient, kind: number): number =>
  client.all('EVENT').filter((event) => event.kind === kind).length;

export const overrunCases = group('OVR', 'underrun, stall and overrun', [
  [
    'A pattern that comes late',
    'Each slot that passes without it is counted as UNDERRUN, and an EVENT tells; the pattern is shown at the first slot at which it is loaded.',
    'RUN-8 RUN-9 EVT-1',
    async (bench) => {
      const client = await bench.controlled();
      const periodTicks = await actable(bench, client);
      const first = await nextPatternId(bench, client);
      const before = await counter(client, 'UNDERRUN');
      bench.sendPatterns(client, first, [bench.pattern(0)], false);
      await holdTime(bench, client);
      const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + 2 });
      const { loadTicks, refreshTicks, settleTicks } = bench.description;
      const grid = Math.ceil((start.tick + loadTicks) / refreshTicks) * refreshTicks;
      await letPass(bench, client, grid - start.tick + Math.floor(periodTicks * 3.5));
      const late = await client.get({ type: 'CLOCK_SYNC', hostTime: 0 }, 'CLOCK_SYNC_REPLY');
      bench.sendPatterns(client, first + 1, [bench.pattern(1)]);
      await client.get({ type: 'HEARTBEAT' }, 'DONE');
      await releaseTime(bench, client);
      await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
      const resets = frames(client).map(({ record }) => record.resetTick);
      same('Frames', resets.length, 2);
      const passed = passedSlots(client, periodTicks);
      check(passed >= 3, `${passed} slots passed between the frames; the pattern came 3 periods late.`);
      same('The rise of UNDERRUN', (await counter(client, 'UNDERRUN')) - before, passed);
      check(eventsOf(client, eventKind.UNDERRUN) >= 1, 'No EVENT UNDERRUN was sent.');
      if (!bench.has('VIRTUAL_CLOCK')) return;
      const loaded = Math.max(late.arrivalTick, resets[0]! + settleTicks) + loadTicks;
      const slots = Math.ceil((loaded - resets[0]!) / periodTicks);
      same('The tick of the second reset', resets[1], resets[0]! + slots * periodTicks);
    },
  ],
  [
    'Mode HOLD without credit for readouts',
    'As many frames are made as there are camera buffers; each slot that then passes is counted as STALL, and nothing is lost.',
    'RUN-8 RUN-10 RDO-5',
    async (bench) => {
      const { frameBuffers, patternSlots } = bench.description;
      const count = frameBuffers + 1;
      if (count > Math.min(patternSlots, MOST_BUFFERS)) informational(`There are ${frameBuffers} frame buffers.`);
      const client = await bench.controlled();
      const periodTicks = await actable(bench, client);
      const before = await counters(client);
      const first = await nextPatternId(bench, client);
      bench.sendPatterns(client, first, list(bench, count));
      await holdTime(bench, client);
      const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
      await letPass(bench, client, periodTicks * (count + 3));
      const rose = async (id: 'FRAMES' | 'STALL' | 'UNDERRUN') => {
        return (await counters(client)).get(counterId[id])! - before.get(counterId[id])!;
      };
      same('Frames that were made without credit', await rose('FRAMES'), frameBuffers);
      same('Readouts that were sent without credit', frames(client).length, 0);
      await releaseTime(bench, client);
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + count });
      await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
      same(
        'Frames',
        frames(client).map(({ record }) => record.frame),
        list(bench, count).map((_, k) => start.value + k),
      );
      const passed = passedSlots(client, periodTicks);
      check(passed >= 1, 'No slot passed, although no buffer was free.');
      same('The rise of STALL', await rose('STALL'), passed);
      same('The rise of UNDERRUN', await rose('UNDERRUN'), 0);
      check(eventsOf(client, eventKind.STALL) >= 1, 'No EVENT STALL was sent.');
    },
  ],
  [
    'Mode DROP without credit for readouts',
    'Slots fire without a buffer; what is discarded is counted as OVERRUN and told by droppedBefore, and needs no credit.',
    'RUN-8 RDO-1 RDO-2 RDO-5',
    async (bench) => {
      bench.need('DROP_MODE');
      const dropped = 3;
      const { frameBuffers, patternSlots } = bench.description;
      const count = frameBuffers + dropped;
      if (count > Math.min(patternSlots, MOST_BUFFERS)) informational(`There are ${frameBuffers} frame buffers.`);
      const client = await bench.controlled();
      await configured(bench, client, { fields: configurationField.OVERRUN, overrunMode: overrunMode.DROP });
      const periodTicks = await actable(bench, client);
      const before = [await counter(client, 'OVERRUN'), await counter(client, 'FRAMES')];
      const first = await nextPatternId(bench, client);
      bench.sendPatterns(client, first, list(bench, count), false);
      await holdTime(bench, client);
      const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
      await letPass(bench, client, periodTicks * (count + 1));
      same('The rise of OVERRUN', (await counter(client, 'OVERRUN')) - before[0]!, dropped);
      check(eventsOf(client, eventKind.OVERRUN) >= 1, 'No EVENT OVERRUN was sent.');
      await releaseTime(bench, client);
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + frameBuffers + 1 });
      await client.until('the frames that were kept', () => (frames(client).length >= frameBuffers ? true : undefined));
      bench.sendPatterns(client, first + count, [bench.pattern(count)]);
      const ended = await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
      const records = frames(client).map(({ record }) => [
        record.frame - start.value,
        record.patternId - first,
        record.droppedBefore,
      ]);
      const kept = Array.from({ length: frameBuffers }, (_, k) => [k, k, 0]);
      same('Frame, pattern and droppedBefore of the readouts', records, [...kept, [count, count, dropped]]);
      same('RUN_ENDED', [ended.framesDone, ended.nextFrame], [count + 1, start.value + count + 1]);
      same('The rise of FRAMES', (await counter(client, 'FRAMES')) - before[1]!, count + 1);
    },
  ],
]);
