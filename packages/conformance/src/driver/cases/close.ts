import { check, same } from '../../runner/case.js';
import { batchOf } from '../bench/driver-bench.js';
import { casesOf } from '../bench/driver-case.js';
import { ask, operations } from './link.js';

export const closeCases = casesOf('close', [
  [
    'I-12',
    'close, twice',
    'It may be called more than once.',
    'OpuDevice.close.again',
    async (bench) => {
      await bench.within('close', bench.device.close());
      await bench.within('close', bench.device.close());
    },
  ],
  [
    'I-55',
    'Every operation after close',
    'It rejects with INVALID_STATE.',
    'OpuDevice.close.rejects OpuDevice.blame',
    async (bench) => {
      await bench.within('close', bench.device.close());
      for (const name of operations) {
        const { code } = await bench.rejection(`${name} after close`, ask(bench, bench.device, name));
        same(`The code of ${name}`, code, 'INVALID_STATE');
      }
      const { code } = await bench.rejection('stream after close', bench.collect(bench.patterns(1)));
      same('The code of stream', code, 'INVALID_STATE');
    },
  ],
  [
    'I-53',
    'close while a stream is read and a batch waits for its turn',
    'Both reject in a bounded time.',
    'OpuDevice.close.rejects OpuDevice.no-unhandled',
    async (bench) => {
      const { device } = bench;
      const iterator = device.stream(bench.plenty.source)[Symbol.asyncIterator]();
      await bench.within('the first readout', iterator.next());
      const waiting = bench.rejection('the batch', device.project(batchOf(bench.patterns(3))));
      await bench.within('close', device.close());
      const drain = async (): Promise<void> => {
        for (let next = await iterator.next(); next.done !== true; next = await iterator.next());
      };
      await bench.rejection('the stream', drain());
      await waiting;
    },
  ],
  [
    'I-54',
    'The device after close',
    'Nobody controls it any more: the sequencer stands, the light is off, and somebody else gets it at once.',
    'OpuDevice.close.light-off',
    async (bench) => {
      bench.needWire();
      const { device } = bench;
      if (!device.limits.features.has('recording')) {
        const iterator = device.stream(bench.plenty.source)[Symbol.asyncIterator]();
        await bench.within('the first readout', iterator.next());
      }
      await bench.within('close', device.close());
      const witness = await bench.wire.witness();
      const reply = await witness.ask({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 });
      check(reply.type === 'DONE', 'The driver still controls the device after close: its light may be on.');
      const frames = async (): Promise<number> => {
        const { counters } = await witness.get({ type: 'GET_COUNTERS' }, 'COUNTERS_REPLY');
        return counters.value(0);
      };
      const before = await frames();
      await bench.pause(2_000_000);
      same('The frames that go on', (await frames()) - before, 0);
    },
  ],
  [
    'I-64',
    'Links after close',
    'Every link that the driver opened is closed.',
    'OpuDevice.close.links',
    async (bench) => {
      bench.needWire();
      await bench.within('close', bench.device.close());
      for (let i = 0; i < 50 && bench.wire.openLinks > 0; i++) await bench.pause(1_000_000);
      same('The number of open links', bench.wire.openLinks, 0);
    },
  ],
  [
    'I-56',
    'close while the link is down',
    'It resolves in a bounded time, and nothing is opened afterwards.',
    'OpuDevice.close.again OpuDevice.close.links OpuDevice.link-away',
    async (bench) => {
      bench.needWire();
      await bench.wire.cut(true);
      await bench.within('close', bench.device.close(), bench.patienceTicks);
      bench.wire.mend();
      await bench.pause(10_000_000);
      same('The number of open links', bench.wire.openLinks, 0);
    },
  ],
]);
