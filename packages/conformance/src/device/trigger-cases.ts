import { configurationField, eventKind, ignoredTriggerReason, type Message, triggerMode } from '@opu/protocol';
import { fail, informational, same } from '../runner/case.js';
import type { WireClient } from '../wire/wire-client.js';
import type { DeviceBench } from './device-bench.js';
import { group } from './device-case.js';
import { configured, counter, frames, holdTime, letPass, nextPatternId, refusedWith, releaseTime } from './steps.js';

const EDGES = 200;
const MOST_BUFFERS = 64;

const ended = (client: WireClient): Promise<unknown> => client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
const edge = (client: WireClient): Promise<Message> => client.ask({ type: 'SOFTWARE_TRIGGER' });

/** An edge that fires nothing, for one of these reasons. */
async function ignoredEdge(client: WireClient, what: string, ...reasons: (keyof typeof ignoredTriggerReason)[]) {
  const refusal = refusedWith(await edge(client), 'TRIGGER_IGNORED', what);
  if (reasons.some((reason) => ignoredTriggerReason[reason] === refusal.value)) return;
  fail(`${what} was ignored for the reason ${refusal.value}; expected is ${reasons.join(' or ')}.`);
}

/** A run in a trigger mode, its patterns loaded. @returns number of the first frame */
async function waitingForEdges(bench: DeviceBench, client: WireClient, mode: number, count: number): Promise<number> {
  await configured(bench, client, { fields: configurationField.TRIGGER, triggerMode: mode });
  const first = await nextPatternId(bench, client);
  bench.sendPatterns(
    client,
    first,
    Array.from({ length: count }, (_, k) => bench.pattern(k)),
  );
  await holdTime(bench, client);
  const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
  // Pmin counts from the last reset of the run before, too.
  await letPass(bench, client, bench.description.loadTicks + bench.facts.configuration.minimumPeriodTicks);
  return start.value;
}

export const triggerCases = group('TRG', 'triggers', [
  [
    'Edges before and after Pmin',
    'An edge at Pmin after the last reset fires, one tick earlier is ignored as TOO_EARLY; resets are on the ticks of the edges.',
    'RUN-6 RUN-7 VT-5',
    async (bench) => {
      bench.need('SOFTWARE_TRIGGER');
      bench.need('VIRTUAL_CLOCK');
      const client = await bench.controlled();
      const { minimumPeriodTicks } = bench.facts.configuration;
      const first = await waitingForEdges(bench, client, triggerMode.SOFTWARE, 2);
      client.send({ type: 'READOUT_CREDIT', creditLimit: first + 2 });
      const one = await client.get({ type: 'SOFTWARE_TRIGGER' }, 'DONE');
      await ignoredEdge(client, 'An edge right after another', 'TOO_EARLY', 'NOT_LOADED');
      await letPass(bench, client, minimumPeriodTicks - 1);
      const isLoadTheLongest = bench.facts.configuration.limitingTerm === 2;
      await ignoredEdge(
        client,
        'An edge a tick before Pmin',
        'TOO_EARLY',
        ...(isLoadTheLongest ? (['NOT_LOADED'] as const) : []),
      );
      await letPass(bench, client, 1);
      const two = await client.get({ type: 'SOFTWARE_TRIGGER' }, 'DONE');
      await releaseTime(bench, client);
      await ended(client);
      const resets = frames(client).map(({ record }) => record.resetTick);
      same('The ticks of the resets', resets, [one.tick, one.tick + minimumPeriodTicks]);
      same('The tick of the second edge', two.tick, one.tick + minimumPeriodTicks);
    },
  ],
  [
    'An edge without a pattern, and one without a camera buffer',
    'They are ignored as NOT_LOADED and as NO_BUFFER; a buffer that becomes free lets the next one fire.',
    'RUN-6 RUN-7 RUN-10',
    async (bench) => {
      bench.need('SOFTWARE_TRIGGER');
      const { frameBuffers, patternSlots } = bench.description;
      if (frameBuffers + 1 > Math.min(patternSlots, MOST_BUFFERS))
        informational(`There are ${frameBuffers} frame buffers.`);
      const client = await bench.controlled();
      const { minimumPeriodTicks } = bench.facts.configuration;
      const first = await waitingForEdges(bench, client, triggerMode.SOFTWARE, 0);
      await ignoredEdge(client, 'An edge without a pattern', 'NOT_LOADED');
      await releaseTime(bench, client);
      const next = (await client.get({ type: 'ABORT' }, 'RUN_REPORT')).nextPatternId;
      bench.sendPatterns(
        client,
        next,
        Array.from({ length: frameBuffers + 1 }, (_, k) => bench.pattern(k)),
      );
      await holdTime(bench, client);
      await client.get({ type: 'START', flags: 0 }, 'DONE');
      for (let k = 0; k < frameBuffers; k++) {
        await letPass(bench, client, minimumPeriodTicks + bench.description.loadTicks);
        await client.get({ type: 'SOFTWARE_TRIGGER' }, 'DONE');
      }
      await letPass(bench, client, 2 * minimumPeriodTicks + bench.description.loadTicks);
      await ignoredEdge(client, `An edge after ${frameBuffers} frames without credit`, 'NO_BUFFER');
      client.send({ type: 'READOUT_CREDIT', creditLimit: first + frameBuffers + 1 });
      await releaseTime(bench, client);
      await client.until('the readouts of the frames', () =>
        frames(client).length >= frameBuffers ? true : undefined,
      );
      await letPass(bench, client, minimumPeriodTicks);
      await client.get({ type: 'SOFTWARE_TRIGGER' }, 'DONE');
      await ended(client);
      same('Frames', frames(client).length, frameBuffers + 1);
    },
  ],
  [
    'Trigger mode EXTERNAL',
    'Without an edge at the input no frame is made, and SOFTWARE_TRIGGER is none. Where the suite is given the way to it, an edge fires one frame.',
    'RUN-6 RUN-7 RUN-4',
    async (bench) => {
      bench.need('EXTERNAL_TRIGGER');
      const client = await bench.controlled();
      const { periodTicks } = bench.facts.configuration;
      const before = await counter(client, 'FRAMES');
      const first = await waitingForEdges(bench, client, triggerMode.EXTERNAL, 2);
      client.send({ type: 'READOUT_CREDIT', creditLimit: first + 2 });
      await letPass(bench, client, 3 * periodTicks);
      refusedWith(await edge(client), 'TRIGGER_IGNORED', 'SOFTWARE_TRIGGER in trigger mode EXTERNAL');
      await letPass(bench, client, 3 * periodTicks);
      same('Frames without an edge at the input', (await counter(client, 'FRAMES')) - before, 0);
      if (bench.externalTrigger === undefined)
        informational('No edge was tried: the suite was not given the trigger input.');
      for (let k = 1; k <= 2; k++) {
        await bench.externalTrigger();
        await letPass(bench, client, 3 * periodTicks);
        same(`Frames after ${k} edges`, (await counter(client, 'FRAMES')) - before, k);
      }
      const ignored = await counter(client, 'IGNORED_TRIGGERS');
      await releaseTime(bench, client);
      await ended(client);
      await bench.externalTrigger();
      same('The rise of IGNORED_TRIGGERS after the run', (await counter(client, 'IGNORED_TRIGGERS')) - ignored, 1);
    },
  ],
  [
    `${EDGES} edges that fire nothing`,
    'Each is counted; events may be left out, but no more of them come than edges.',
    'EVT-4 EVT-1 RUN-7',
    async (bench) => {
      bench.need('SOFTWARE_TRIGGER');
      const client = await bench.controlled();
      await configured(bench, client, { fields: configurationField.TRIGGER, triggerMode: triggerMode.SOFTWARE });
      const before = await counter(client, 'IGNORED_TRIGGERS');
      const from = client.heard.length;
      const ids = Array.from({ length: EDGES }, () => client.nextRequestId());
      for (const id of ids) client.send({ type: 'SOFTWARE_TRIGGER' }, id);
      for (const id of ids)
        refusedWith((await client.replyTo(id, 'SOFTWARE_TRIGGER')).message, 'TRIGGER_IGNORED', 'An edge without a run');
      same('The rise of IGNORED_TRIGGERS', (await counter(client, 'IGNORED_TRIGGERS')) - before, EDGES);
      const told = client.all('EVENT', from).filter(({ kind }) => kind === eventKind.IGNORED_TRIGGER).length;
      if (told > EDGES || told === 0) fail(`${told} events told of ${EDGES} edges.`);
    },
  ],
]);
