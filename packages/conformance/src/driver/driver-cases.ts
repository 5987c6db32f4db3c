import { isOpuError, type OpuDevice, type PatternBatch, type Readout } from '@opu/driver';
import ndarray from 'ndarray';
import { type ConformanceCase, check, same } from '../runner/case.js';
import type { DriverBench } from './driver-bench.js';

export type DriverCase = ConformanceCase<DriverBench>;

function batch(patterns: readonly Uint8Array[]): PatternBatch {
  const width = patterns[0]!.length;
  const data = new Uint8Array(patterns.length * width);
  patterns.forEach((pattern, i) => void data.set(pattern, i * width));
  return ndarray(data, [patterns.length, width]);
}

async function collect(device: OpuDevice, patterns: readonly Uint8Array[]): Promise<Readout[]> {
  const readouts: Readout[] = [];
  for await (const readout of device.stream(patterns)) readouts.push(readout);
  return readouts;
}

async function rejection(promise: Promise<unknown>, what: string): Promise<{ code: string; details: unknown }> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  check(isOpuError(error), `${what} did not reject with an OpuError: ${String(error)}.`);
  return error as unknown as { code: string; details: unknown };
}

type Row = readonly [string, string, string, (bench: DriverBench) => Promise<void>];

const rows: readonly Row[] = [
  [
    'Limits and identity',
    'They are there before anything is asked for, and do not contradict each other.',
    'OpuDevice.limits OpuDevice.identity',
    async ({ device }) => {
      const { limits, identity, configuration } = device;
      check(identity.model !== '' && identity.profile !== '', 'Model or profile have no name.');
      check(
        limits.exposureTicks.minimum <= limits.exposureTicks.maximum,
        'The exposure bounds are the wrong way round.',
      );
      check(limits.patternSlots > 0 && limits.bitDepths.length > 0, 'There are no pattern slots or bit depths.');
      check(limits.bitDepths.includes(configuration.bitDepth), 'The bit depth that is set is not among those offered.');
    },
  ],
  [
    'configure with an exposure',
    'The applied values are returned and stand in device.configuration; others stay; the hash changes.',
    'OpuDevice.configure',
    async (bench) => {
      const { device } = bench;
      const before = device.configuration;
      const exposureTicks = before.exposureTicks - 1;
      const applied = await bench.within('configure', device.configure({ exposureTicks }));
      same('exposureTicks', applied.exposureTicks, exposureTicks);
      same('device.configuration', device.configuration, applied);
      same('The region of interest', applied.regionOfInterest, before.regionOfInterest);
      check(applied.hash !== before.hash, 'The hash of another configuration is the same.');
    },
  ],
  [
    'configure with a period that is too short',
    'It rejects with CONFIGURATION_REFUSED and names field and bound; the old configuration stays, all of it.',
    'OpuDevice.configure',
    async (bench) => {
      const { device } = bench;
      const before = device.configuration;
      const request = { exposureTicks: before.exposureTicks + 1, periodTicks: 1 };
      const error = await bench.within('configure', rejection(device.configure(request), 'configure'));
      same('The code', error.code, 'CONFIGURATION_REFUSED');
      same('The field', (error.details as { field?: string }).field, 'periodTicks');
      same('The configuration', device.configuration, before);
      same('What the device says', await bench.within('configure', device.configure({})), before);
    },
  ],
  [
    'project',
    'One readout a pattern, in order, frames and ids without a gap; pixels have the shape [n, height x width].',
    'OpuDevice.project',
    async (bench) => {
      const { device } = bench;
      const count = 2 * device.limits.patternSlots > 64 ? 5 : 2 * device.limits.patternSlots + 1;
      const patterns = Array.from({ length: count }, (_, k) => bench.pattern(k));
      const { pixels, readouts } = await bench.within('project', device.project(batch(patterns)));
      const { width, height } = device.configuration.regionOfInterest;
      same('The shape', pixels.shape, [count, width * height]);
      const [first] = readouts;
      same(
        'Pattern ids',
        readouts.map((r) => r.patternId - first!.patternId),
        patterns.map((_, k) => k),
      );
      same(
        'Frames',
        readouts.map((r) => r.frame - first!.frame),
        patterns.map((_, k) => k),
      );
    },
  ],
  [
    'stream',
    'Readouts come in the order of the patterns, each once; the last one ends the stream.',
    'OpuDevice.stream',
    async (bench) => {
      const patterns = Array.from({ length: 7 }, (_, k) => bench.pattern(k));
      const readouts = await bench.within('the stream', collect(bench.device, patterns));
      same('The number of readouts', readouts.length, patterns.length);
      const first = readouts[0]!;
      same(
        'Pattern ids',
        readouts.map((r) => r.patternId - first.patternId),
        patterns.map((_, k) => k),
      );
      check(
        readouts.every((r) => r.exposureStartTick >= r.resetTick),
        'An exposure starts before its reset.',
      );
    },
  ],
  [
    'stream of dark and bright patterns',
    'The readout of a bright pattern is bright: images belong to the patterns whose place they have.',
    'OpuDevice.stream',
    async (bench) => {
      const { patternBytes } = bench.device.configuration;
      const bright = [0, 0, 1, 1, 0, 1];
      const patterns = bright.map((on) => (on ? bench.pattern(0) : new Uint8Array(patternBytes)));
      const readouts = await bench.within('the stream', collect(bench.device, patterns));
      const means = readouts.map(({ image }) => {
        const data = image.data as ArrayLike<number>;
        let sum = 0;
        for (let i = 0; i < data.length; i++) sum += data[i]!;
        return sum / data.length;
      });
      const middle = (Math.max(...means) + Math.min(...means)) / 2;
      check(Math.max(...means) > 1.5 * Math.min(...means), `All images are alike: means ${means.join(', ')}.`);
      same(
        'What was bright',
        means.map((mean) => (mean > middle ? 1 : 0)),
        bright,
      );
    },
  ],
  [
    'A consumer that leaves a stream',
    'The run ends, and the next one shows its own patterns alone.',
    'OpuDevice.stream OpuDevice.abort',
    async (bench) => {
      const { device } = bench;
      const patterns = Array.from({ length: 40 }, (_, k) => bench.pattern(k));
      const leave = async (): Promise<void> => {
        for await (const _ of device.stream(patterns)) break;
      };
      await bench.within('leaving the stream', leave());
      const { readouts } = await bench.within('project', device.project(batch(patterns.slice(0, 3))));
      same('The number of readouts', readouts.length, 3);
    },
  ],
  [
    'counters',
    'Reading resets nothing; frames counts what was projected.',
    'OpuDevice.counters',
    async (bench) => {
      const { device } = bench;
      const before = (await bench.within('counters', device.counters())).get('frames') ?? 0;
      await bench.within('project', device.project(batch([0, 1, 2].map((k) => bench.pattern(k)))));
      for (let i = 0; i < 2; i++) {
        const { counters } = { counters: await bench.within('counters', device.counters()) };
        same('The rise of frames', (counters.get('frames') ?? 0) - before, 3);
      }
    },
  ],
  [
    'now',
    'Device time never goes back.',
    'OpuDevice.now',
    async (bench) => {
      const first = await bench.within('now', bench.device.now());
      await bench.within('project', bench.device.project(batch([bench.pattern(0)])));
      const second = await bench.within('now', bench.device.now());
      check(second > first, `Device time is ${second} after a frame and was ${first} before.`);
    },
  ],
  [
    'stop and abort without a run',
    'Both resolve with a report.',
    'OpuDevice.stop OpuDevice.abort',
    async (bench) => {
      for (const name of ['stop', 'abort'] as const) {
        const { framesDone } = await bench.within(name, bench.device[name]());
        check(framesDone >= 0, `${name} reports ${framesDone} frames.`);
      }
    },
  ],
  [
    'A signal that is aborted already',
    'The operation rejects with ABORTED, and the device stays usable.',
    'OperationOptions.signal',
    async (bench) => {
      const controller = new AbortController();
      controller.abort();
      const { signal } = controller;
      const error = await bench.within(
        'project',
        rejection(bench.device.project(batch([bench.pattern(0)]), { signal }), 'project'),
      );
      same('The code', error.code, 'ABORTED');
      const { readouts } = await bench.within('project', bench.device.project(batch([bench.pattern(0)])));
      same('The number of readouts', readouts.length, 1);
    },
  ],
  [
    'close',
    'It may be called more than once; afterwards operations reject with an OpuError.',
    'OpuDevice.close',
    async (bench) => {
      await bench.within('close', bench.device.close());
      await bench.within('close', bench.device.close());
      await bench.within('project', rejection(bench.device.project(batch([bench.pattern(0)])), 'project after close'));
    },
  ],
];

/** Every case of the driver suite. */
export const driverCases: readonly DriverCase[] = rows.map(([description, expectation, promises, run], i) => ({
  number: `I-${String(i + 1).padStart(2, '0')}`,
  group: 'driver',
  description,
  expectation,
  clauses: promises.split(' '),
  run,
}));
