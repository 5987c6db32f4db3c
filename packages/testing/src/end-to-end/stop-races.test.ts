import { schemes } from '@opu/cli';
import { mountTcp } from '@opu/device';
import { type OpuDevice, openOpu, type Readout, type RemoteDevice } from '@opu/driver';
import { createEmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import ndarray from 'ndarray';

const batch = (device: OpuDevice, count: number) => {
  const { patternBytes } = device.configuration;
  return ndarray(new Uint8Array(count * patternBytes).fill(0x5a), [count, patternBytes]);
};

async function read(device: OpuDevice, count: number): Promise<Readout[]> {
  const readouts: Readout[] = [];
  const pattern = new Uint8Array(device.configuration.patternBytes).fill(0xa5);
  for await (const readout of device.stream(Array.from({ length: count }, () => pattern))) readouts.push(readout);
  return readouts;
}

const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error as { code?: string }).code,
  );

const ticks = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await Promise.resolve();
};

const immediates = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe('stop and abort that meet the beginning of a run', () => {
  for (const clock of ['virtual', 'realtime'] as const) {
    describe(`over TCP, ${clock} clock`, () => {
      let device: RemoteDevice;
      let end: () => Promise<void>;

      before(async () => {
        const emulated = createEmulatedDevice({ profile: 'tiny', clock });
        const mount = await mountTcp(emulated, { port: 0 });
        device = await openOpu(mount.address, { schemes });
        end = async () => {
          await device.close();
          await mount.close();
          await emulated.close();
        };
      });

      after(() => end());

      for (const name of ['stop', 'abort'] as const) {
        it(`${name} ends the batch that was asked for before it, and not the one asked for behind it`, async () => {
          const first = outcome(device.project(batch(device, 50)));
          const ending = device[name]();
          const second = device.project(batch(device, 4));
          expect(await first).to.equal('ABORTED');
          await ending;
          expect((await second).readouts).to.have.length(4);
        });

        it(`${name} ends a batch or finds it over, at 40 moments, and the next has its own 3 readouts`, async () => {
          const configuration = device.configuration.hash;
          for (let moment = 0; moment < 40; moment++) {
            const running = device.project(batch(device, 200));
            const ended = outcome(running);
            await (moment < 20 ? ticks(moment) : immediates(moment - 19));
            const { framesDone } = await device[name]();
            expect((await device.configure({})).hash).to.equal(configuration);
            if ((await ended) === 'resolved')
              expect([framesDone, (await running).readouts.length]).to.deep.equal([200, 200]);
            else expect(await ended).to.equal('ABORTED');
            expect((await device.project(batch(device, 3))).readouts).to.have.length(3);
          }
        });

        it(`${name} ends a stream, at 40 moments, and no pattern is shown twice or never`, async () => {
          let next: number | undefined;
          for (let moment = 0; moment < 40; moment++) {
            const reading = read(device, 200);
            await (moment < 20 ? ticks(moment) : immediates(moment - 19));
            await device[name]();
            const readouts = await reading;
            const ids = readouts.map(({ patternId }) => patternId);
            if (name === 'stop') {
              if (next !== undefined && ids.length > 0) expect(ids[0]).to.equal(next);
              next = ids.length > 0 ? ids.at(-1)! + 1 : next;
            }
            expect(ids).to.deep.equal(ids.map((_, k) => ids[0]! + k));
          }
          await device.abort();
          expect(await read(device, 3)).to.have.length(3);
        });
      }

      it('a stop that is taken back while it is under way leaves a device that works', async () => {
        for (let moment = 0; moment < 10; moment++) {
          const running = outcome(device.project(batch(device, 200)));
          await immediates(moment);
          const abort = new AbortController();
          const ending = outcome(device.abort({ signal: abort.signal }));
          abort.abort();
          expect(await ending).to.equal('ABORTED');
          expect(await running).to.be.oneOf(['ABORTED', 'resolved']);
          expect(await read(device, 3)).to.have.length(3);
        }
      });

      it('a batch that is taken back while patterns of a stopped stream are thrown away leaves a device that works', async () => {
        for (let moment = 0; moment < 20; moment++) {
          const reading = read(device, 200);
          await immediates(5);
          await device.stop();
          await reading;
          const abort = new AbortController();
          const first = outcome(device.project(batch(device, 50), { signal: abort.signal }));
          await ticks(moment);
          abort.abort();
          expect(await first).to.equal('ABORTED');
          expect((await device.project(batch(device, 3))).readouts).to.have.length(3);
        }
      });

      it('what stayed of a stopped stream is shown once to a source that says late that it has nothing', async () => {
        const shown: number[] = [];
        const pattern = new Uint8Array(device.configuration.patternBytes);
        const endless = function* (): Generator<Uint8Array> {
          for (;;) yield pattern;
        };
        for await (const { patternId } of device.stream(endless()))
          if (shown.push(patternId) === 1) await device.stop();
        const empty: AsyncIterable<Uint8Array> = {
          [Symbol.asyncIterator]: () => ({
            next: async () => {
              await immediates(3);
              return { done: true, value: undefined };
            },
          }),
        };
        for await (const { patternId } of device.stream(empty)) shown.push(patternId);
        shown.push(...(await read(device, 3)).map(({ patternId }) => patternId));
        expect(shown).to.deep.equal(shown.map((_, k) => shown[0]! + k));
      });

      it('stop is answered while the reader of the stream waits for it', async () => {
        const pattern = new Uint8Array(device.configuration.patternBytes);
        const endless = function* (): Generator<Uint8Array> {
          for (;;) yield pattern;
        };
        let count = 0;
        for await (const _ of device.stream(endless())) if (++count === 1) await device.stop();
        expect(count).to.be.above(0);
        await device.abort();
        expect(await read(device, 3)).to.have.length(3);
      });
    });
  }
});
