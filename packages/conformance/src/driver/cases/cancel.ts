import type { OperationOptions, Readout } from '@opu/driver';
import { check, same } from '../../runner/case.js';
import { batchOf, type DriverBench } from '../bench/driver-bench.js';
import { casesOf } from '../bench/driver-case.js';
import { inOrder } from './projection.js';

const aborted = (): AbortSignal => AbortSignal.abort();

/** More patterns than fit in the device. */
const many = ({ device }: DriverBench): number => 3 * device.limits.patternSlots + 40;

/** Reads a stream, calls `at` after its first readouts, and gives what came and how it ended. */
async function interrupted(
  bench: DriverBench,
  at: () => unknown,
  options: OperationOptions = {},
): Promise<{ readouts: Readout[]; error: unknown }> {
  const { plenty } = bench;
  const readouts: Readout[] = [];
  const read = async (): Promise<void> => {
    for await (const readout of bench.device.stream(plenty.source, options)) {
      readouts.push(readout);
      if (readouts.length === 2) at();
    }
  };
  const outcome = read().then(
    () => undefined,
    (error: unknown) => error,
  );
  return { readouts, error: await bench.within('the end of the stream', outcome) };
}

/** A period so long that the pattern RAM lasts for 0.2 s, or the shortest one, whichever is longer. */
function leisurely({ device }: DriverBench): number {
  return Math.max(device.configuration.minimumPeriodTicks, Math.ceil(20_000_000 / device.limits.patternSlots));
}

/** Stops or aborts a batch after some periods of it, then does something, and looks how the batch ended. */
async function stopBatch(
  bench: DriverBench,
  name: 'stop' | 'abort',
  periods: number,
  then: () => Promise<unknown> = async () => {},
): Promise<void> {
  const { device } = bench;
  const count = many(bench);
  const running = bench.outcome(device.project(batchOf(bench.patterns(count))));
  if (periods > 0) await bench.pause(periods * device.configuration.periodTicks);
  const { framesDone } = await bench.within(name, device[name]());
  await then();
  const { value, error } = await bench.within('the end of project', running);
  if (value === undefined) {
    same('The code', (await bench.rejection('project', Promise.reject(error))).code, 'ABORTED');
  } else {
    inOrder(value.readouts, count);
    same(`Frames that ${name} reports of a batch that was not ended`, framesDone, count);
  }
  await bench.stillWorks();
}

export const cancelCases = casesOf('cancel', [
  [
    'I-11',
    'A signal that is aborted already',
    'project and stream reject with ABORTED, and the device stays usable.',
    'OperationOptions.signal.aborted OperationOptions.signal.usable',
    async (bench) => {
      const signal = aborted();
      const batch = batchOf(bench.patterns(1));
      same('The code', (await bench.rejection('project', bench.device.project(batch, { signal }))).code, 'ABORTED');
      same('The code', (await bench.rejection('stream', bench.collect(bench.patterns(1), { signal }))).code, 'ABORTED');
      await bench.stillWorks();
    },
  ],
  [
    'I-43',
    'A signal that is aborted already, for every other operation',
    'Each rejects with ABORTED; the configuration stays.',
    'OperationOptions.signal.aborted OpuDevice.configure.whole',
    async (bench) => {
      const { device } = bench;
      const before = device.configuration;
      const options = { signal: aborted() };
      const request = { exposureTicks: before.exposureTicks + 1 };
      same('The code', (await bench.rejection('configure', device.configure(request, options))).code, 'ABORTED');
      for (const name of ['counters', 'now', 'stop', 'abort'] as const) {
        same(`The code of ${name}`, (await bench.rejection(name, device[name](options))).code, 'ABORTED');
      }
      same('The configuration', await bench.within('configure', device.configure({})), before);
    },
  ],
  [
    'I-41',
    'A signal that is aborted while a stream is read',
    'The stream rejects with ABORTED before its end; the run ends on the device; the device stays usable.',
    'OperationOptions.signal.aborted OperationOptions.signal.ends-run OperationOptions.signal.usable',
    async (bench) => {
      const controller = new AbortController();
      const { error, readouts } = await interrupted(bench, () => controller.abort(), { signal: controller.signal });
      const { code } = await bench.rejection('the stream', Promise.reject(error));
      same('The code', code, 'ABORTED');
      check(readouts.length < bench.plenty.count, 'Every readout came although the signal was aborted after two.');
      inOrder(await bench.collect(bench.patterns(3)), 3);
    },
  ],
  [
    'I-42',
    'A signal that is aborted while a batch is shown',
    'project rejects with ABORTED; the run ends on the device; the device stays usable.',
    'OperationOptions.signal.aborted OperationOptions.signal.ends-run OperationOptions.signal.usable',
    async (bench) => {
      const controller = new AbortController();
      const batch = batchOf(bench.patterns(many(bench)));
      const running = bench.device.project(batch, { signal: controller.signal });
      controller.abort();
      same('The code', (await bench.rejection('project', running)).code, 'ABORTED');
      inOrder(await bench.collect(bench.patterns(3)), 3);
    },
  ],
  [
    'I-10',
    'stop and abort without a run',
    'Both resolve with a report.',
    'StopReport.framesDone.counts',
    async (bench) => {
      for (const name of ['stop', 'abort'] as const) {
        const { framesDone } = await bench.within(name, bench.device[name]());
        check(framesDone >= 0, `${name} reports ${framesDone} frames.`);
      }
    },
  ],
  [
    'I-59',
    'stop after a batch',
    'It reports as many frames as the batch had.',
    'StopReport.framesDone.counts',
    async (bench) => {
      await bench.within('project', bench.device.project(batchOf(bench.patterns(5))));
      same('framesDone', (await bench.within('stop', bench.device.stop())).framesDone, 5);
    },
  ],
  [
    'I-44',
    'abort while a stream is read',
    'The stream ends with what was shown; patterns not yet shown never are.',
    'OpuDevice.abort.thrown-away StopReport.framesDone.counts',
    async (bench) => {
      const { device } = bench;
      let report: ReturnType<typeof device.abort> | undefined;
      const { readouts, error } = await interrupted(bench, () => {
        report = device.abort();
      });
      const { framesDone } = await bench.within('abort', report!);
      same('How the stream ended', String(error), 'undefined');
      check(readouts.length < bench.plenty.count, 'Every pattern was shown although the run was aborted.');
      check(framesDone >= readouts.length, `${readouts.length} readouts came of ${framesDone} frames.`);
      inOrder(await bench.collect(bench.patterns(3)), 3);
    },
  ],
  [
    'I-45',
    'stop while a stream is read, and another stream',
    'The first ends with what was shown; the second shows first what stayed, then its own; no pattern twice or never.',
    'OpuDevice.stop.kept OpuDevice.stop.stream',
    async (bench) => {
      const { device } = bench;
      await bench.configure({ periodTicks: leisurely(bench), trigger: 'internal' });
      // A host that was held up for longer than that finds the device without patterns: no fault of the driver.
      for (let attempt = 1; ; attempt++) {
        let report: ReturnType<typeof device.stop> | undefined;
        const { readouts, error } = await interrupted(bench, () => {
          report = device.stop();
        });
        await bench.within('stop', report!);
        same('How the stream ended', String(error), 'undefined');
        check(readouts.length < bench.plenty.count, 'Every pattern was shown although the run was stopped.');
        const second = await bench.collect(bench.patterns(3));
        inOrder([...readouts, ...second], readouts.length + second.length);
        if (second.length > 3) return;
        check(attempt < 5, 'The second stream shows its own patterns alone; nothing stayed in the device.');
      }
    },
  ],
  [
    'I-66',
    'stop and abort in the moment in which a stream begins',
    'The stream ends; the device stays usable.',
    'OpuDevice.stop.stream OpuDevice.abort.thrown-away',
    async (bench) => {
      const moments = [0, 1, 2, 3, 4, 6, 8, 12, 20];
      for (const [name, moment] of moments.flatMap((m) => [['stop', m] as const, ['abort', m] as const])) {
        const reading = bench.collect(bench.patterns(many(bench)));
        for (let i = 0; i < moment; i++) await Promise.resolve();
        await bench.within(name, bench.device[name]());
        const readouts = await reading;
        check(readouts.length <= many(bench), `${readouts.length} readouts came of ${many(bench)} patterns.`);
        await bench.stillWorks();
      }
    },
  ],
  [
    'I-60',
    'stop while a batch is shown',
    'The projection rejects with ABORTED, unless it was over; the next batch shows its own patterns alone.',
    'OpuDevice.stop.projection OpuDevice.stop.under-way',
    async (bench) => {
      for (const periods of [0, 1, 3]) await stopBatch(bench, 'stop', periods);
    },
  ],
  [
    'I-67',
    'configure right after stop and abort of a run that has just begun',
    'It is applied: the device is in no run, and no readout is under way.',
    'OpuDevice.stop.over OpuDevice.abort.thrown-away',
    async (bench) => {
      for (const name of ['stop', 'abort'] as const) {
        for (const periods of [0, 1, 2]) await stopBatch(bench, name, periods, () => bench.configure({}));
        let report: Promise<unknown> | undefined;
        const { error } = await interrupted(bench, () => {
          report = bench.device[name]().then(() => bench.configure({}));
        });
        await bench.within(`${name} and configure`, report!);
        same('How the stream ended', String(error), 'undefined');
      }
      await bench.stillWorks();
    },
  ],
]);
