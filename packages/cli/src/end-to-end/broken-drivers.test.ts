import { driverCases, runDriverSuite } from '@opu/conformance';
import { type OpuDevice, openOpu, type Readout } from '@opu/driver';
import { expect } from 'chai';
import { schemes } from '../schemes.js';

type Broken = (device: OpuDevice) => Partial<OpuDevice>;

/** A driver that does what `device` does, but for what is given. */
function overlaid(device: OpuDevice, broken: Partial<OpuDevice>): OpuDevice {
  return new Proxy(device, {
    get: (target, name) => {
      if (Object.hasOwn(broken, name)) return Reflect.get(broken, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A stream whose readouts go through a generator. */
function streamed(device: OpuDevice, change: (readouts: AsyncIterable<Readout>) => AsyncGenerator<Readout>) {
  return (...args: Parameters<OpuDevice['stream']>): ReturnType<OpuDevice['stream']> => {
    const stream = device.stream(...args);
    return { readouts$: stream.readouts$, [Symbol.asyncIterator]: () => change(stream) };
  };
}

const mutants: readonly (readonly [defect: string, promise: string, Broken])[] = [
  [
    'configure does not update device.configuration',
    'OpuDevice.configure',
    (device) => ({ configuration: device.configuration }),
  ],
  [
    'configure answers what was asked for with the hash of before',
    'OpuDevice.configure',
    (device) => {
      const { hash } = device.configuration;
      return { configure: async (...args) => ({ ...(await device.configure(...args)), hash }) };
    },
  ],
  [
    'a refused configuration resolves',
    'OpuDevice.configure',
    (device) => ({ configure: (...args) => device.configure(...args).catch(() => device.configuration) }),
  ],
  [
    'a refused configuration rejects with an error of no kind',
    'OpuDevice.configure',
    (device) => ({
      configure: (...args) =>
        device.configure(...args).catch(() => {
          throw new Error('no');
        }),
    }),
  ],
  [
    'project loses the last readout',
    'OpuDevice.project',
    (device) => ({
      project: async (...args) => {
        const { pixels, readouts } = await device.project(...args);
        return { pixels, readouts: readouts.slice(0, -1) };
      },
    }),
  ],
  [
    'project turns the order of readouts round',
    'OpuDevice.project',
    (device) => ({
      project: async (...args) => {
        const { pixels, readouts } = await device.project(...args);
        return { pixels, readouts: [...readouts].reverse() };
      },
    }),
  ],
  [
    'stream gives a readout twice',
    'OpuDevice.stream',
    (device) => ({
      stream: streamed(device, async function* (readouts) {
        let first = true;
        for await (const readout of readouts) {
          yield readout;
          if (first) yield readout;
          first = false;
        }
      }),
    }),
  ],
  [
    'stream gives each readout the image of the one before',
    'OpuDevice.stream',
    (device) => ({
      stream: streamed(device, async function* (readouts) {
        let image: Readout['image'] | undefined;
        for await (const readout of readouts) {
          yield { ...readout, image: image ?? readout.image };
          image = readout.image;
        }
      }),
    }),
  ],
  [
    'counters count from the last time that they were read',
    'OpuDevice.counters',
    (device) => {
      let before = 0;
      return {
        counters: async () => {
          const frames = (await device.counters()).get('frames') ?? 0;
          const rise = frames - before;
          before = frames;
          return new Map([['frames', rise]]);
        },
      };
    },
  ],
  [
    'device time goes back',
    'OpuDevice.now',
    (device) => {
      let offset = 0;
      return { now: async () => (await device.now()) - (offset += 10 ** 9) };
    },
  ],
  [
    'a signal is not looked at',
    'OperationOptions.signal',
    (device) => ({ project: (patterns) => device.project(patterns) }),
  ],
  [
    'close rejects the second time',
    'OpuDevice.close',
    (device) => {
      let closed = false;
      return {
        close: async () => {
          if (closed) throw new Error('It was closed before.');
          closed = true;
          await device.close();
        },
      };
    },
  ],
];

describe('a driver with one defect', function () {
  this.timeout(20_000);

  for (const [defect, promise, broken] of mutants) {
    it(`fails a case of ${promise}: ${defect}`, async () => {
      const open = async (): Promise<OpuDevice> => {
        const device = await openOpu('emulator:tiny', { schemes });
        return overlaid(device, broken(device));
      };
      const { results } = await runDriverSuite({ address: 'broken:', open, select: promise });
      const failed = results.filter(({ verdict }) => verdict === 'fail');
      expect(failed.length).to.be.at.least(1);
    });
  }

  it('would pass every case without the defect', async () => {
    const open = async (): Promise<OpuDevice> => overlaid(await openOpu('emulator:tiny', { schemes }), {});
    const { counts } = await runDriverSuite({ address: 'healthy:', open });
    expect(counts.pass).to.equal(driverCases.length);
  });
});
