import { schemes } from '@opu/cli';
import { mountTcp } from '@opu/device';
import { type OpuDevice, openOpu, type ReadoutBatch } from '@opu/driver';
import { createEmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import ndarray, { type NdArray } from 'ndarray';

function patterns(device: OpuDevice, count: number, seed = 1): NdArray<Uint8Array> {
  const bytes = device.configuration.patternBytes;
  const data = new Uint8Array(count * bytes);
  let state = seed;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state >>> 24;
  }
  return ndarray(data, [count, bytes]);
}

async function use<T>(address: string, work: (device: OpuDevice) => Promise<T>): Promise<T> {
  const device = await openOpu(address, { schemes });
  try {
    return await work(device);
  } finally {
    await device.close();
  }
}

async function overTcp<T>(
  settings: { profile: string; seed: number },
  work: (address: string) => Promise<T>,
): Promise<T> {
  const device = createEmulatedDevice(settings);
  const mount = await mountTcp(device, { port: 0 });
  try {
    return await work(mount.address);
  } finally {
    await mount.close();
    await device.close();
  }
}

const facts = (batch: ReadoutBatch): unknown => batch.readouts;

describe('project, end to end', () => {
  it('tells the largest share of saturated pixels of a batch, the same as its readouts tell one by one', async () => {
    const batch = await use('emulator:tiny?seed=7', async (device) => {
      const { exposureTicks } = device.limits;
      // So long that many pixels are at full scale.
      await device.configure({ exposureTicks: Math.min(exposureTicks.maximum, 200_000), periodTicks: 400_000 });
      return device.project(patterns(device, 20));
    });
    const shares = batch.readouts.map(({ saturatedShare }) => saturatedShare);
    expect(Math.max(...shares)).to.be.above(0);
    expect(batch.largestSaturatedShare).to.equal(Math.max(...shares));
  });

  it('gives the same bytes and the same ticks in process and over TCP, more patterns than fit in the device', async () => {
    const run = (device: OpuDevice): Promise<ReadoutBatch> => device.project(patterns(device, 100));
    const inside = await use('emulator:tiny?seed=7', run);
    const outside = await overTcp({ profile: 'tiny', seed: 7 }, (address) => use(address, run));
    expect(inside.pixels.shape).to.deep.equal([100, 1024]);
    expect(Buffer.compare(inside.pixels.data as Uint8Array, outside.pixels.data as Uint8Array)).to.equal(0);
    expect(facts(outside)).to.deep.equal(facts(inside));
    expect(new Set(inside.pixels.data).size).to.be.above(20);
  });

  it('numbers every readout after its pattern, batch after batch', async () => {
    await use('emulator:tiny', async (device) => {
      const first = await device.project(patterns(device, 20));
      const second = await device.project(patterns(device, 20, 2));
      expect(first.readouts.map((r) => r.patternId)).to.deep.equal(Array.from({ length: 20 }, (_, i) => i));
      expect(second.readouts.map((r) => r.frame)).to.deep.equal(Array.from({ length: 20 }, (_, i) => i + 20));
      expect((await device.counters()).get('frames')).to.equal(40);
    });
  });

  it('gives the same whether a batch is sent at once, in two, or streamed', async () => {
    const whole = await use('emulator:tiny?seed=3', async (device) => device.project(patterns(device, 40)));
    const streamed = await use('emulator:tiny?seed=3', async (device) => {
      const batch = patterns(device, 40);
      const [count = 0, bytes = 0] = batch.shape;
      const rows = Array.from({ length: count }, (_, i) => batch.data.subarray(i * bytes, (i + 1) * bytes));
      const images: Uint8Array[] = [];
      const ids: number[] = [];
      for await (const readout of device.stream(rows)) {
        images.push(Uint8Array.from(readout.image.data as Uint8Array));
        ids.push(readout.patternId);
        expect(readout.image.shape).to.deep.equal([32, 32]);
      }
      expect(ids).to.deep.equal(Array.from({ length: 40 }, (_, i) => i));
      return Buffer.concat(images);
    });
    expect(Buffer.compare(whole.pixels.data as Uint8Array, streamed)).to.equal(0);
  });

  it('takes an empty batch and refuses one of the wrong shape', async () => {
    await use('emulator:tiny', async (device) => {
      const empty = await device.project(ndarray(new Uint8Array(0), [0, device.configuration.patternBytes]));
      expect(empty.pixels.shape).to.deep.equal([0, 1024]);
      const error = await device.project(ndarray(new Uint8Array(6), [2, 3])).catch((e: unknown) => e);
      expect(error).to.include({ code: 'INVALID_ARGUMENT' });
      expect((error as Error).message)
        .to.contain('[n, 128]')
        .and.contain('[2, 3]');
    });
  });
});
