import { configurationField, eventKind, overrunMode } from '@opu/protocol';
import { informational, same } from '../../runner/case.js';
import type { WireClient } from '../../wire/wire-client.js';
import type { DeviceBench } from '../device-bench.js';
import { group } from '../device-case.js';
import { configured, counter, frames, holdTime, letPass, nextPatternId, releaseTime } from '../steps.js';

/** Slots that are let pass, the first one included. */
const SLOTS = 3;
/** So many frame buffers are filled at most. */
const MOST_BUFFERS = 64;

const events = (client: WireClient, kind: number): number[][] =>
  client
    .all('EVENT')
    .filter((event) => event.kind === kind)
    .map(({ tick, value }) => [tick, value]);

/** A run in lockstep of `count` patterns. @returns its first slot, first frame and first pattern */
async function begun(bench: DeviceBench, client: WireClient, count: number, isLast: boolean) {
  const first = await nextPatternId(bench, client);
  const patterns = Array.from({ length: count }, (_, k) => bench.pattern(k));
  if (count > 0) bench.sendPatterns(client, first, patterns, isLast);
  // A camera may keep Pmin from the last frame of the run before.
  await letPass(bench, client, 2 * bench.facts.configuration.minimumPeriodTicks);
  await holdTime(bench, client);
  const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
  const { loadTicks, refreshTicks } = bench.description;
  const slot = Math.ceil((start.tick + loadTicks) / refreshTicks) * refreshTicks;
  return { first, frame: start.value, slot, tick: start.tick };
}

/** Mode DROP with every buffer taken and no credit. @returns the number of buffers */
function buffersOf(bench: DeviceBench, more: number): number {
  bench.need('VIRTUAL_CLOCK');
  const { frameBuffers, patternSlots } = bench.description;
  if (frameBuffers + more > Math.min(patternSlots, MOST_BUFFERS)) informational(`There are ${frameBuffers} buffers.`);
  return frameBuffers;
}

export const runEdges = group('RNE', 'slots and the ends of runs', [
  [
    'EVENT UNDERRUN: when, and of which pattern',
    'It carries the tick of the first slot that passed and the id of the pattern that was not loaded; each slot is counted, also when every buffer is taken.',
    'EVT-1 RUN-8 RUN-9',
    async (bench) => {
      bench.need('VIRTUAL_CLOCK');
      const client = await bench.controlled();
      const { periodTicks } = bench.facts.configuration;
      const before = [await counter(client, 'UNDERRUN'), await counter(client, 'STALL')];
      const { first, frame, slot, tick } = await begun(bench, client, 1, false);
      client.send({ type: 'READOUT_CREDIT', creditLimit: frame + 2 });
      await letPass(bench, client, slot - tick + SLOTS * periodTicks + 1);
      const rise = [(await counter(client, 'UNDERRUN')) - before[0]!, (await counter(client, 'STALL')) - before[1]!];
      same('The rise of UNDERRUN and STALL', rise, [SLOTS, 0]);
      same('Tick and value of the first EVENT', events(client, eventKind.UNDERRUN)[0], [slot + periodTicks, first + 1]);
    },
  ],
  [
    'A slot at which the pattern is not loaded and no buffer is free',
    'It is an UNDERRUN and no STALL: what is not loaded is asked first.',
    'RUN-8 EVT-1 EVT-2',
    async (bench) => {
      const buffers = buffersOf(bench, 1);
      const client = await bench.controlled();
      const { periodTicks } = bench.facts.configuration;
      const before = [await counter(client, 'UNDERRUN'), await counter(client, 'STALL')];
      const { slot, tick } = await begun(bench, client, buffers, false);
      await letPass(bench, client, slot - tick + (buffers - 1 + SLOTS) * periodTicks + 1);
      const rise = [(await counter(client, 'UNDERRUN')) - before[0]!, (await counter(client, 'STALL')) - before[1]!];
      same('The rise of UNDERRUN and STALL', rise, [SLOTS, 0]);
    },
  ],
  [
    'EVENT STALL: when, and of which pattern',
    'It carries the tick of the first slot that passed and the id of the pattern that waits; each slot is counted; after a while without it is told again.',
    'EVT-1 RUN-8 RUN-10',
    async (bench) => {
      const buffers = buffersOf(bench, 2);
      const client = await bench.controlled();
      const { periodTicks } = bench.facts.configuration;
      const before = await counter(client, 'STALL');
      const { first, frame, slot, tick } = await begun(bench, client, buffers + 2, false);
      await letPass(bench, client, slot - tick + (buffers - 1 + SLOTS) * periodTicks + 1);
      same('The rise of STALL', (await counter(client, 'STALL')) - before, SLOTS);
      const stall = slot + buffers * periodTicks;
      same('Tick and value of the first EVENT', events(client, eventKind.STALL)[0], [stall, first + buffers]);
      client.send({ type: 'READOUT_CREDIT', creditLimit: frame + 1 });
      await letPass(bench, client, 3 * periodTicks);
      await counter(client, 'STALL');
      same('The pattern of the next EVENT', events(client, eventKind.STALL).at(-1)?.[1], first + buffers + 1);
    },
  ],
  [
    'EVENT OVERRUN: when, and of which frame',
    'One for each frame that was discarded, with the tick of its reset and its number; the next readout comes at its own slot.',
    'EVT-1 RUN-8 RUN-9 RDO-2',
    async (bench) => {
      bench.need('DROP_MODE');
      const buffers = buffersOf(bench, SLOTS);
      const client = await bench.controlled();
      await configured(bench, client, { fields: configurationField.OVERRUN, overrunMode: overrunMode.DROP });
      const { periodTicks } = bench.facts.configuration;
      const { first, frame, slot, tick } = await begun(bench, client, buffers + SLOTS, false);
      await letPass(bench, client, slot - tick + (buffers + SLOTS - 1) * periodTicks + 1);
      await counter(client, 'OVERRUN');
      const places = Array.from({ length: SLOTS }, (_, k) => buffers + k);
      const expected = places.map((k) => [slot + k * periodTicks, frame + k]);
      same('Ticks and values of the EVENTs', events(client, eventKind.OVERRUN), expected);
      client.send({ type: 'READOUT_CREDIT', creditLimit: frame + buffers + 1 });
      bench.sendPatterns(client, first + buffers + SLOTS, [bench.pattern(1)]);
      await client.get({ type: 'HEARTBEAT' }, 'DONE');
      await releaseTime(bench, client);
      await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
      const last = frames(client).at(-1)!.record;
      same('droppedBefore of the readout after them', last.droppedBefore, SLOTS);
      same('What is left of its reset on the grid', (last.resetTick - slot) % periodTicks, 0);
    },
  ],
  [
    'A run whose last frames are dropped',
    'RUN_ENDED counts them and comes when the readouts that were kept are sent; the first readout of the next run tells how many there were, and needs no credit for them.',
    'RUN-3 RDO-1 RDO-2 RDO-5 RUN-8',
    async (bench) => {
      bench.need('DROP_MODE');
      const buffers = buffersOf(bench, 2);
      const client = await bench.controlled();
      await configured(bench, client, { fields: configurationField.OVERRUN, overrunMode: overrunMode.DROP });
      const { periodTicks } = bench.facts.configuration;
      const { frame, slot, tick } = await begun(bench, client, buffers + 2, true);
      await letPass(bench, client, slot - tick + (buffers + 4) * periodTicks);
      same('RUN_ENDED while readouts wait', client.all('RUN_ENDED').length, 0);
      client.send({ type: 'READOUT_CREDIT', creditLimit: frame + buffers });
      await releaseTime(bench, client);
      const ended = await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
      same('RUN_ENDED', [ended.framesDone, ended.nextFrame], [buffers + 2, frame + buffers + 2]);
      same('Readouts of the run', frames(client).length, buffers);
      const from = client.heard.length;
      bench.sendPatterns(client, await nextPatternId(bench, client), [bench.pattern(0), bench.pattern(1)]);
      const again = await client.get({ type: 'START', flags: 0 }, 'DONE');
      same('The first frame of the next run', again.value, frame + buffers + 2);
      // Room for two more: the dropped ones use up numbers and no room.
      client.send({ type: 'READOUT_CREDIT', creditLimit: frame + buffers + 2 });
      await client.until('RUN_ENDED of the next run', () => client.all('RUN_ENDED', from)[0]);
      same(
        'Frame and droppedBefore in the next run',
        frames(client, from).map(({ record }) => [record.frame, record.droppedBefore]),
        [
          [frame + buffers + 2, 2],
          [frame + buffers + 3, 0],
        ],
      );
    },
  ],
  [
    'A pattern that is loaded on the very tick of a slot, and one a tick later',
    'The first is shown at that slot, the second a period later.',
    'RUN-9 RUN-8',
    async (bench) => {
      bench.need('VIRTUAL_CLOCK');
      if (bench.description.refreshTicks > 1) informational('Slots are those of the modulator.');
      for (const late of [0, 1]) {
        const client = await bench.controlled();
        const { loadTicks } = bench.description;
        const { periodTicks } = bench.facts.configuration;
        const { first, frame, slot, tick } = await begun(bench, client, 1, false);
        client.send({ type: 'READOUT_CREDIT', creditLimit: frame + 2 });
        await letPass(bench, client, slot + 2 * periodTicks - loadTicks + late - tick);
        bench.sendPatterns(client, first + 1, [bench.pattern(1)]);
        await client.get({ type: 'HEARTBEAT' }, 'DONE');
        await releaseTime(bench, client);
        await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
        same(
          `The resets, loaded ${late} ticks after a slot`,
          frames(client).map(({ record }) => record.resetTick),
          [slot, slot + (2 + late) * periodTicks],
        );
        await bench.closeAll();
      }
    },
  ],
]);
