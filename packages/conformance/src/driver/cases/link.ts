import { errorBlame } from '@opu/core';
import { isOpuError, type OpuDevice } from '@opu/driver';
import { configurationField, createConfigure, deviceFeature } from '@opu/protocol';
import { check, fail, informational, nonStrict, same } from '../../runner/case.js';
import { batchOf, type DriverBench } from '../bench/driver-bench.js';
import { casesOf } from '../bench/driver-case.js';
import { Gate } from '../bench/gate.js';

/** Reads a stream of `count` patterns, cuts the link when `at` readouts were read, and gives their ids and the error. */
async function cutWhileReading(bench: DriverBench, count: number, at: readonly number[]) {
  const gate = new Gate(bench.patterns(count));
  const ids: number[] = [];
  const frames: number[] = [];
  const read = async (): Promise<void> => {
    for await (const { patternId, frame } of bench.device.stream(gate)) {
      gate.taken();
      ids.push(patternId);
      frames.push(frame);
      if (at.includes(ids.length)) await bench.wire.cut();
    }
  };
  const outcome = read().then(
    () => undefined,
    (error: unknown) => error,
  );
  const error = await bench.within('the end of the stream', outcome, bench.patienceTicks);
  return { ids, frames, error };
}

/** An error that says that the link, or a device that is no longer there, is to blame. */
function blamesLink(what: string, error: { readonly code: string; readonly blame: string }): void {
  check(error.blame === 'link', `${what} ends with ${error.code} and blames the ${error.blame}; it is the link.`);
}

const OPERATIONS = ['configure', 'project', 'counters', 'now', 'stop', 'abort'] as const;

/** Every operation of a device, so that each can be seen to reject. */
export function ask(bench: DriverBench, device: OpuDevice, name: (typeof OPERATIONS)[number]): Promise<unknown> {
  if (name === 'configure') return device.configure({ exposureTicks: device.configuration.exposureTicks });
  if (name === 'project') return device.project(batchOf(bench.patterns(1)));
  return device[name]();
}

export const operations: readonly (typeof OPERATIONS)[number][] = OPERATIONS;

export const linkCases = casesOf('link', [
  [
    'I-47',
    'The link is cut three times while a stream is read, and comes back',
    'Every readout comes once and in order, as if nothing had happened.',
    'OpuDevice.link-back OpuDevice.stream.each-once',
    async (bench) => {
      bench.needWire();
      bench.needFreedom();
      const count = 60;
      const { ids, frames, error } = await cutWhileReading(bench, count, [5, 20, 40]);
      const read = ids.map((id) => id - ids[0]!);
      same(
        'Pattern ids',
        read,
        read.map((_, k) => k),
      );
      same(
        'Frames',
        frames.map((frame) => frame - frames[0]!),
        read,
      );
      if (isOpuError(error)) {
        blamesLink('The stream', error);
        nonStrict(`The driver does not look for a lost link: ${error.code} after ${ids.length} of ${count} readouts.`);
      }
      if (error !== undefined) fail(`The stream ended with ${String(error)}.`);
      same('The number of readouts', ids.length, count);
    },
  ],
  [
    'I-61',
    'The link is cut while a batch is shown, and comes back',
    'Every readout is there once and in order.',
    'OpuDevice.link-back OpuDevice.project.all',
    async (bench) => {
      bench.needWire();
      bench.needFreedom();
      const count = 100;
      const running = bench.device.project(batchOf(bench.patterns(count))).then(
        ({ readouts }) => ({ readouts, error: undefined }),
        (error: unknown) => ({ readouts: [], error }),
      );
      await bench.wire.cut();
      const { readouts, error } = await bench.within('project', running, bench.patienceTicks);
      if (isOpuError(error)) {
        blamesLink('The projection', error);
        nonStrict(`The driver does not look for a lost link: ${error.code}.`);
      }
      same('The number of readouts', readouts.length, count);
      const first = readouts[0]!.patternId;
      same(
        'Pattern ids',
        readouts.map((r) => r.patternId - first),
        readouts.map((_, k) => k),
      );
    },
  ],
  [
    'I-48',
    'The link is cut while a stream is read, and stays away',
    'The stream rejects in a bounded time and blames the link; so does everything that is asked for afterwards.',
    'OpuDevice.link-away OpuDevice.blame',
    async (bench) => {
      bench.needWire();
      bench.needFreedom();
      const gate = new Gate(bench.patterns(60));
      let read = 0;
      const reading = async (): Promise<void> => {
        for await (const _ of bench.device.stream(gate)) {
          gate.taken();
          if (++read === 3) await bench.wire.cut(true);
        }
      };
      const error = await bench.rejection('the stream', reading(), bench.patienceTicks);
      blamesLink('The stream', error);
      for (const name of operations) {
        const later = await bench.rejection(name, ask(bench, bench.device, name), bench.patienceTicks);
        blamesLink(name, later);
      }
    },
  ],
  [
    'I-62',
    'The link stays away while a batch is shown and others are asked for',
    'All of them reject in a bounded time and blame the link.',
    'OpuDevice.link-away OpuDevice.blame OpuDevice.order-of-asking',
    async (bench) => {
      bench.needWire();
      const { device } = bench;
      const batch = batchOf(bench.patterns(30));
      const running = [device.project(batch), device.project(batch), device.counters(), device.now()];
      const rejections = running.map((promise, k) => bench.rejection(`request ${k + 1}`, promise, bench.patienceTicks));
      await bench.wire.cut(true);
      for (const error of await Promise.all(rejections)) blamesLink('It', error);
    },
  ],
  [
    'I-63',
    'The link stays away while nobody asks for anything, and somebody leaves a stream',
    'No promise is rejected with nobody listening.',
    'OpuDevice.no-unhandled',
    async (bench) => {
      bench.needWire();
      const iterator = bench.device.stream(new Gate(bench.patterns(30)))[Symbol.asyncIterator]();
      await bench.within('the first readout', iterator.next());
      await bench.wire.cut(true);
      await bench.within('leaving the stream', Promise.resolve(iterator.return?.()), bench.patienceTicks);
      await bench.rejection('now', bench.device.now(), bench.patienceTicks);
      await bench.within('close', bench.device.close());
    },
  ],
  [
    'I-49',
    'Somebody else configures the device while the link is down',
    'The stream rejects with an error; no readout under the other configuration is handed out.',
    'OpuDevice.device-changed',
    async (bench) => {
      bench.needWire();
      bench.needFreedom();
      const { device, wire } = bench;
      const { exposureTicks } = device.configuration;
      const gate = new Gate(bench.patterns(60));
      const seen = new Set<number>();
      const reading = async (): Promise<void> => {
        for await (const readout of device.stream(gate)) {
          gate.taken();
          seen.add(readout.exposureTicks);
          if (seen.size === 1 && !bench.touched) await meddle(bench);
        }
      };
      const outcome = reading().then(
        () => undefined,
        (error: unknown) => error,
      );
      const error = await bench.within('the end of the stream', outcome, bench.patienceTicks);
      wire.mend();
      same('The exposures of readouts', [...seen], [exposureTicks]);
      if (!isOpuError(error)) fail(`The stream ended with ${String(error)} instead of an OpuError.`);
    },
  ],
  [
    'I-50',
    'The device was switched off and on while the link was down',
    'The stream rejects with an error that blames the device or the link.',
    'OpuDevice.device-changed OpuDevice.blame',
    async (bench) => {
      bench.needWire();
      bench.needFreedom();
      // What a device says first after it was switched on is another bootId.
      bench.wire.rewrite = (message) =>
        message.type === 'HELLO_REPLY' ? { ...message, bootId: Math.abs(message.bootId - 1) } : message;
      const { error, ids } = await cutWhileReading(bench, 60, [3]);
      if (!isOpuError(error)) fail(`The stream ended with ${String(error)} after ${ids.length} of 60 readouts.`);
      check(errorBlame[error.code] !== 'caller', `The stream ends with ${error.code}, which blames the caller.`);
    },
  ],
  [
    'I-51',
    'The device is opened a second time while it is in use',
    'The second open rejects with DEVICE_BUSY and leaves no link behind; the first one goes on.',
    'OpuDevice.one-host',
    async (bench) => {
      bench.needWire();
      const links = bench.wire.openLinks;
      const error = await bench.rejection('the second open', bench.open(), bench.patienceTicks);
      same('The code', error.code, 'DEVICE_BUSY');
      for (let i = 0; i < 50 && bench.wire.openLinks !== links; i++) await bench.pause(1_000_000);
      same('The number of open links', bench.wire.openLinks, links);
      await bench.within('counters', bench.device.counters());
    },
  ],
]);

/** Takes the device while the driver's link is down, and configures it otherwise. */
async function meddle(bench: DriverBench): Promise<void> {
  const { wire, device } = bench;
  bench.touched = true;
  await wire.cut(true);
  const witness = await wire.witness();
  const { features } = await witness.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
  if ((features & deviceFeature.RECORDING) !== 0) informational('A recording cannot be configured otherwise.');
  let reply = await witness.ask({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 });
  for (let i = 0; reply.type === 'REFUSED' && i < 50; i++) {
    await bench.pause(2_000_000);
    reply = await witness.ask({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 });
  }
  await witness.get({ type: 'ABORT' }, 'RUN_REPORT');
  const { minimumPeriodTicks, exposureTicks } = device.configuration;
  const fields = configurationField.EXPOSURE | configurationField.PERIOD;
  const changed = { exposureTicks: exposureTicks + 1, periodTicks: 2 * minimumPeriodTicks + 1000 };
  await witness.get({ ...createConfigure(), fields, ...changed }, 'CONFIGURE_REPLY');
  await witness.get({ type: 'RELEASE_CONTROL' }, 'DONE');
  await witness.close();
  wire.mend();
}
