import { type Carrier, memoryTransportPair } from '@opu/core';
import { type OpuDevice, openOpu, type RemoteDevice, type Scheme } from '@opu/driver';
import { createEmulatedDevice, type EmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { type ChunkFaults, FaultMenu, FaultyTransport } from '../faulty-transport.js';

const TIMEOUTS = { request: 60, retries: 8, silence: 40, probes: 10, reconnect: 5000, heartbeat: 0 };

/** A device behind a bad memory link of the given carrier. */
function badLink(device: EmulatedDevice, carrier: Carrier, menu: FaultMenu): Scheme {
  const open = async (): Promise<FaultyTransport> => {
    const [host, other] = memoryTransportPair('memory:bad', carrier);
    device.attach(other);
    return new FaultyTransport(host, menu);
  };
  return async () => ({ transport: await open(), reconnect: open });
}

const rows = (count: number, bytes: number): Uint8Array =>
  Uint8Array.from({ length: count * bytes }, (_, i) => (i * 2654435761) >>> 24);

async function readAll(device: OpuDevice, count: number): Promise<{ images: Buffer; ids: number[]; frames: number[] }> {
  const bytes = device.configuration.patternBytes;
  const data = rows(count, bytes);
  const patterns = Array.from({ length: count }, (_, i) => data.subarray(i * bytes, (i + 1) * bytes));
  const images: Uint8Array[] = [];
  const ids: number[] = [];
  const frames: number[] = [];
  for await (const readout of device.stream(patterns)) {
    images.push(Uint8Array.from(readout.image.data as Uint8Array));
    ids.push(readout.patternId);
    frames.push(readout.frame);
  }
  return { images: Buffer.concat(images), ids, frames };
}

async function onDevice<T>(
  carrier: Carrier,
  menu: FaultMenu,
  pacing: 'lockstep' | 'free',
  work: (device: RemoteDevice) => Promise<T>,
): Promise<T> {
  const emulated = createEmulatedDevice({ profile: 'tiny', seed: 5 });
  const opened = await openOpu('bad:', {
    schemes: { bad: badLink(emulated, carrier, menu) },
    timeouts: TIMEOUTS,
    pacing,
  });
  menu.armed = true;
  try {
    return await work(opened);
  } finally {
    await opened.close();
    await emulated.close();
  }
}

const COUNT = 400;

describe('streams over bad links', () => {
  const menus: [string, Carrier, ChunkFaults, number][] = [
    [
      'a serial line that flips, cuts, drops, repeats and stalls 2 % each',
      'stream',
      { corrupt: 0.02, cut: 0.02, drop: 0.02, duplicate: 0.02, garbage: 0.02, stall: 0.02 },
      0,
    ],
    [
      'transfers that are dropped, repeated and damaged 3 % each',
      'message',
      { drop: 0.03, duplicate: 0.03, corrupt: 0.03 },
      0,
    ],
    ['a network link that breaks 20 times', 'length', { unplug: 0.05 }, 20],
    ['a serial line that breaks 10 times and flips bits', 'stream', { unplug: 0.03, corrupt: 0.02 }, 10],
  ];
  let clean: { images: Buffer; ids: number[]; frames: number[] };
  before(async () => {
    clean = await onDevice('length', new FaultMenu({}, 1), 'lockstep', (device) => readAll(device, COUNT));
    expect(clean.ids).to.deep.equal(Array.from({ length: COUNT }, (_, i) => i));
  });

  for (const [name, carrier, faults, unplugs] of menus) {
    for (const pacing of ['lockstep', 'free'] as const) {
      it(`every one of ${COUNT} frames once, in order, with the right bytes over ${name}, ${pacing}`, async () => {
        const menu = new FaultMenu(faults, 11, unplugs === 0 ? Number.POSITIVE_INFINITY : unplugs);
        const heard = await onDevice(carrier, menu, pacing, (device) => readAll(device, COUNT));
        expect(heard.ids).to.deep.equal(clean.ids);
        expect(heard.frames).to.deep.equal(clean.frames);
        expect(heard.images.equals(clean.images)).to.equal(true);
        const happened = Object.values(menu.counts).reduce((a, b) => a + b, 0);
        expect(happened).to.be.above(5);
      });
    }
  }

  it('projects a batch over a link that breaks under it', async () => {
    const menu = new FaultMenu({ unplug: 0.1 }, 3, 8);
    const pixels = await onDevice('length', menu, 'lockstep', async (device) => {
      const bytes = device.configuration.patternBytes;
      const batch = await device.project(ndarray(rows(COUNT, bytes), [COUNT, bytes]));
      return Buffer.from(batch.pixels.data as Uint8Array);
    });
    expect(menu.counts.unplug).to.be.above(2);
    expect(pixels.equals(clean.images)).to.equal(true);
  });
});
