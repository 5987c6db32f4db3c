import { schemes } from '@opu/cli';
import { isOpuError } from '@opu/core';
import { type OpuDevice, openOpu, type ReadoutBatch } from '@opu/driver';
import { expect } from 'chai';
import ndarray from 'ndarray';

const COUNT = 150;
const TIMEOUTS = { request: 60, retries: 10, silence: 40, probes: 12, reconnect: 5000, heartbeat: 0 };

async function use<T>(address: string, work: (device: OpuDevice) => Promise<T>): Promise<T> {
  const device = await openOpu(address, { schemes, timeouts: TIMEOUTS });
  try {
    return await work(device);
  } finally {
    await device.close();
  }
}

function project(device: OpuDevice): Promise<ReadoutBatch> {
  const bytes = device.configuration.patternBytes;
  const data = Uint8Array.from({ length: COUNT * bytes }, (_, i) => (i * 2654435761) >>> 24);
  return device.project(ndarray(data, [COUNT, bytes]));
}

describe('an address with faults', () => {
  let clean: ReadoutBatch;
  before(async () => {
    clean = await use('emulator:tiny?seed=7&ideal=1', project);
  });

  for (const faults of [
    'drop=0.02,corrupt=0.02,truncate=0.02,duplicate=0.02',
    'reorder=0.05,delay:50us=0.05',
    'disconnect=0.01',
  ]) {
    it(`loses nothing on a link with ${faults}`, async () => {
      const { pixels, readouts } = await use(`emulator:tiny?seed=7&ideal=1&faults=${faults}`, project);
      expect(readouts.map((readout) => readout.patternId)).to.deep.equal(clean.readouts.map((r) => r.patternId));
      expect(Buffer.compare(pixels.data as Uint8Array, clean.pixels.data as Uint8Array)).to.equal(0);
    });
  }

  it('shows what the camera did wrong: the image of the frame before', async () => {
    const { pixels } = await use('emulator:tiny?seed=7&ideal=1&faults=stuck-frame@2ms', project);
    const changed = [...Array(COUNT).keys()].filter((i) => {
      const at = i * 1024;
      const [a, b] = [pixels.data as Uint8Array, clean.pixels.data as Uint8Array].map((d) => d.subarray(at, at + 1024));
      return Buffer.compare(a!, b!) !== 0;
    });
    expect(changed).to.have.length(1);
  });

  it('is refused when its faults cannot be read', async () => {
    const error: unknown = await use('emulator:tiny?faults=dorp=1', project).catch((e: unknown) => e);
    expect(isOpuError(error, 'INVALID_ADDRESS')).to.equal(true);
    expect(String(error)).to.include("Did you mean 'drop'?");
  });
});
