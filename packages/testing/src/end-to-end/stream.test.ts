import { schemes } from '@opu/cli';
import { type OpuDevice, openOpu, type Readout, type RemoteDevice } from '@opu/driver';
import { createEmulatedDevice } from '@opu/emulator';
import type { Message } from '@opu/protocol';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { from, interval, lastValueFrom, map, Subject, take, toArray } from 'rxjs';
import { type Defect, withDefect } from '../broken-device.js';

async function use<T>(work: (device: RemoteDevice) => Promise<T>, address = 'emulator:tiny'): Promise<T> {
  const device = await openOpu(address, { schemes });
  try {
    return await work(device);
  } finally {
    await device.close();
  }
}

const pattern = (device: OpuDevice, value: number): Uint8Array =>
  new Uint8Array(device.configuration.patternBytes).fill(value);

function* some(device: OpuDevice, count: number): Generator<Uint8Array> {
  for (let i = 0; i < count; i++) yield pattern(device, i);
}

async function idsOf(stream: AsyncIterable<Readout>): Promise<number[]> {
  const ids: number[] = [];
  for await (const readout of stream) ids.push(readout.patternId);
  return ids;
}

const upTo = (count: number, first = 0): number[] => Array.from({ length: count }, (_, i) => first + i);

describe('stream', () => {
  it('takes patterns from iterables, asynchronous iterables and observables, and keeps their order', async () => {
    await use(async (device) => {
      expect(await idsOf(device.stream(some(device, 50)))).to.deep.equal(upTo(50));
      const slow = async function* (): AsyncGenerator<Uint8Array> {
        for (const p of some(device, 50)) {
          await new Promise((resolve) => setImmediate(resolve));
          yield p;
        }
      };
      expect(await idsOf(device.stream(slow()))).to.deep.equal(upTo(50, 50));
      expect(await idsOf(device.stream(from(some(device, 50))))).to.deep.equal(upTo(50, 100));
      const ticking = interval(1).pipe(
        take(5),
        map((i) => pattern(device, i)),
      );
      expect(await idsOf(device.stream(ticking))).to.deep.equal(upTo(5, 150));
      expect(await idsOf(device.stream([]))).to.deep.equal([]);
      expect((await device.counters()).get('frames')).to.equal(155);
    });
  });

  it('hands each readout to a source that waits for it before it makes the next pattern', async () => {
    await use(async (device) => {
      const patterns = new Subject<Uint8Array>();
      const ids: number[] = [];
      const stream = device.stream(patterns);
      const iterator = stream[Symbol.asyncIterator]();
      const first = iterator.next();
      patterns.next(pattern(device, 1));
      for (let next = await first; next.done !== true; next = await iterator.next()) {
        ids.push(next.value.patternId);
        if (ids.length === 20) patterns.complete();
        else patterns.next(pattern(device, next.value.image.get(0, 0)));
      }
      expect(ids).to.deep.equal(upTo(20));
    });
  });

  it('gives an Observable as well, which is read at the speed of its observer', async () => {
    await use(async (device) => {
      const readouts = await lastValueFrom(device.stream(some(device, 60)).readouts$.pipe(toArray()));
      expect(readouts.map((r) => r.patternId)).to.deep.equal(upTo(60));
      const few = await lastValueFrom(device.stream(some(device, 1000)).readouts$.pipe(take(3), toArray()));
      expect(few).to.have.length(3);
      expect(await idsOf(device.stream(some(device, 4)))).to.have.length(4);
    });
  });

  it('does not pull the source faster than it is read: at most the window and pattern RAM ahead', async () => {
    await use(async (device) => {
      let pulled = 0;
      const source = function* (): Generator<Uint8Array> {
        for (const p of some(device, 100_000)) {
          pulled++;
          yield p;
        }
      };
      let read = 0;
      for await (const _ of device.stream(source())) {
        if (++read === 5) break;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(pulled).to.be.at.most(5 + 1024 + device.limits.patternSlots + device.limits.frameBuffers + 1);
    });
  });

  it('ends in order when its reader breaks, its signal fires or the device is aborted, and the device stays usable', async () => {
    await use(async (device) => {
      for await (const _ of device.stream(some(device, 500))) break;
      const abort = new AbortController();
      const ids: number[] = [];
      const aborted = (async () => {
        for await (const readout of device.stream(some(device, 5000), { signal: abort.signal })) {
          ids.push(readout.patternId);
          if (ids.length === 10) abort.abort();
        }
      })().catch((e: unknown) => e);
      expect(await aborted).to.include({ code: 'ABORTED' });
      const projected = device.project(ndarray(new Uint8Array(3000 * 128), [3000, 128]));
      const outcome = projected.catch((e: unknown) => e);
      await device.abort();
      expect(await outcome).to.include({ code: 'ABORTED' });
      expect(await idsOf(device.stream(some(device, 7)))).to.have.length(7);
      const batch = await device.project(ndarray(new Uint8Array(5 * 128), [5, 128]));
      expect(batch.pixels.shape[0]).to.equal(5);
    });
  });

  it('leaves nothing behind when the device is aborted while the source still has patterns', async () => {
    await use(async (device) => {
      const endless = function* (): Generator<Uint8Array> {
        for (;;) yield pattern(device, 1);
      };
      const reader = device.stream(endless())[Symbol.asyncIterator]();
      for (let i = 0; i < 3; i++) await reader.next();
      await device.abort();
      let last = await reader.next();
      while (!last.done) last = await reader.next();
      const ids = await idsOf(device.stream([pattern(device, 2)]));
      expect(ids).to.have.length(1);
      expect(await idsOf(device.stream([pattern(device, 2)]))).to.deep.equal([ids[0]! + 1]);
    });
  });

  it('runs streams and projections one after the other when they are asked for at once', async () => {
    await use(async (device) => {
      const [a, b, c] = await Promise.all([
        idsOf(device.stream(some(device, 30))),
        device.project(ndarray(new Uint8Array(20 * 128), [20, 128])),
        idsOf(device.stream(some(device, 10))),
      ]);
      expect([...a, ...b.readouts.map((r) => r.patternId), ...c].sort((x, y) => x - y)).to.deep.equal(upTo(60));
    });
  });

  it('passes the error of its source on, and refuses patterns of the wrong size', async () => {
    await use(async (device) => {
      const broken = async function* (): AsyncGenerator<Uint8Array> {
        yield pattern(device, 1);
        throw new Error('no more film');
      };
      expect(await idsOf(device.stream(broken())).catch((e: Error) => e.message)).to.equal('no more film');
      const short = await idsOf(device.stream([pattern(device, 1), new Uint8Array(3)])).catch((e: unknown) => e);
      expect(short).to.include({ code: 'INVALID_ARGUMENT' });
      expect((short as Error).message)
        .to.contain('3 bytes')
        .and.contain('128 bytes');
      expect(await idsOf(device.stream(some(device, 3)))).to.have.length(3);
    });
  });

  it('stops and goes on: patterns that were not shown stay in the device', async () => {
    await use(async (device) => {
      const ids: number[] = [];
      const stream = device.stream(some(device, 5000));
      for await (const readout of stream) {
        ids.push(readout.patternId);
        if (ids.length === 3) await device.stop();
      }
      expect(ids).to.deep.equal(upTo(ids.length));
      expect(ids.length).to.be.within(3, 4999);
      const second = await idsOf(device.stream(some(device, 2)));
      expect(second[0]).to.equal(ids.length);
      expect(second).to.deep.equal(upTo(second.length, ids.length));
    });
  });

  it('shows its own patterns, too, when what a stopped run left ends with the last pattern of that run', async () => {
    for (const overrun of ['hold', 'drop'] as const) {
      await use(async (device) => {
        await device.configure({ overrun });
        const first: Readout[] = [];
        for await (const readout of device.stream(some(device, 20))) {
          first.push(readout);
          if (first.length === 1) await device.stop();
        }
        expect(first.length).to.be.below(20);
        const rest: Readout[] = [];
        for await (const readout of device.stream(some(device, 30))) rest.push(readout);
        const dropped = rest.reduce((sum, readout) => sum + readout.droppedBefore, 0);
        if (overrun === 'hold')
          expect(rest.map((r) => r.patternId)).to.deep.equal(upTo(50 - first.length, first.length));
        expect(rest.at(-1)!.patternId).to.be.above(20);
        expect(rest.length + dropped).to.be.at.most(50 - first.length);
        expect((await device.counters()).get('frames')).to.equal(50);
      }, 'emulator:tiny?link=serial-1000000');
    }
  });

  it('is told by FRAMES_LOST when the device says too early that the run is over', async () => {
    for (const when of ['before the last pattern', 'before the last readout']) {
      const emulated = createEmulatedDevice({ profile: 'tiny' });
      const early: Defect = (said, state) => {
        const { message } = said;
        if (message.type !== 'READOUTS' || state.has('over')) return [said];
        state.set('over', true);
        const { frames } = message;
        const nextFrame = frames.frame(frames.count - 1) + 1;
        const over: Message = { type: 'RUN_ENDED', tick: 0, framesDone: nextFrame, nextFrame };
        return [
          said,
          { message: over, requestId: 0, compatibleFlags: 0, sequence: said.sequence, session: said.session },
        ];
      };
      const scheme = async () => ({ transport: withDefect(emulated.connect(), early, new Map()) });
      const device = await openOpu('early:', { schemes: { early: scheme } });
      const endless = function* (): Generator<Uint8Array> {
        for (;;) yield pattern(device, 1);
      };
      const source = when === 'before the last pattern' ? endless() : some(device, 2000);
      const error = await idsOf(device.stream(source)).catch((e: unknown) => e);
      expect(error, when).to.include({ code: 'FRAMES_LOST' });
      await device.close();
      await emulated.close();
    }
  });

  it('is read once', async () => {
    await use(async (device) => {
      const stream = device.stream([]);
      await idsOf(stream);
      expect(await idsOf(stream).catch((e: unknown) => e)).to.include({ code: 'INVALID_STATE' });
    });
  });

  it('rejects what is asked after the device was closed', async () => {
    const device = await openOpu('emulator:tiny', { schemes });
    await device.close();
    await device.close();
    for (const work of [
      device.project(ndarray(new Uint8Array(128), [1, 128])),
      device.counters(),
      device.configure({}),
      idsOf(device.stream([new Uint8Array(128)])),
    ]) {
      expect(await work.catch((e: unknown) => e)).to.include({ code: 'INVALID_STATE' });
    }
  });

  it('gives 12-bit readouts as Uint16 and accounts for frames that were dropped', async () => {
    await use(async (device) => {
      if (!device.limits.bitDepths.includes(10)) return;
      await device.configure({ bitDepth: 10 });
      const batch = await device.project(ndarray(new Uint8Array(3 * 128).fill(0xaa), [3, 128]));
      expect(batch.pixels.data).to.be.instanceOf(Uint16Array);
      for await (const readout of device.stream(some(device, 2))) {
        expect(readout.image.data).to.be.instanceOf(Uint16Array);
      }
    });
  });

  it('streams on while the device drops frames on a slow link, and accounts for each', async () => {
    await use(async (device) => {
      await device.configure({ overrun: 'drop' });
      let read = 0;
      let dropped = 0;
      let last = 0;
      for await (const readout of device.stream(some(device, 10_000))) {
        read++;
        dropped += readout.droppedBefore;
        expect(readout.patternId).to.equal(read + dropped - 1);
        last = readout.patternId;
      }
      expect(read).to.be.above(60);
      expect(last).to.be.above(9_800);
      expect((await device.counters()).get('overrun')).to.equal(10_000 - read);
      const batch = await device.project(ndarray(new Uint8Array(500 * 128), [500, 128]));
      expect(batch.pixels.shape[0]).to.equal(batch.readouts.length).and.to.be.below(500);
    }, 'emulator:tiny?link=serial-1000000');
  });

  it('fires frames on software triggers', async () => {
    await use(async (device) => {
      await device.configure({ trigger: 'software' });
      const iterator = device.stream(some(device, 5))[Symbol.asyncIterator]();
      const ids: number[] = [];
      for (let i = 0; i < 5; i++) {
        const next = iterator.next();
        // A trigger before the pattern is loaded is refused; time has to pass first.
        for (;;) {
          const fired = await device.trigger().then(
            () => true,
            () => false,
          );
          if (fired) break;
          await device.spend(10_000);
        }
        const { value } = await next;
        ids.push(value!.patternId);
      }
      expect(ids).to.deep.equal(upTo(5));
      expect((await iterator.next()).done).to.equal(true);
    });
  });
});
