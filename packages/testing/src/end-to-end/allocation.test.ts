import { schemes } from '@opu/cli';
import { mountTcp } from '@opu/device';
import { openOpu, type RemoteDevice } from '@opu/driver';
import type { EmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { allocatedBytes } from '../allocated-bytes.js';
import { createDarkDevice } from '../dark-device.js';

async function open(emulated: EmulatedDevice, over: 'memory' | 'tcp') {
  if (over === 'memory') {
    const memory = async () => ({ transport: emulated.connect() });
    return { device: await openOpu('memory:', { schemes: { memory } }), close: async () => {} };
  }
  const mount = await mountTcp(emulated, { port: 0 });
  return { device: await openOpu(mount.address, { schemes, pacing: 'free' }), close: () => mount.close() };
}

/** Of both ends together, after a first batch that fills what is used again. */
async function bytesAFrame(device: RemoteDevice, frames: number): Promise<number> {
  const { patternBytes } = device.configuration;
  const patterns = ndarray(new Uint8Array(frames * patternBytes).fill(0x33), [frames, patternBytes]);
  await device.project(patterns);
  return (await allocatedBytes(() => device.project(patterns))) / frames;
}

const IMAGE = 301_056;
const PATTERN = 129_960;

describe('memory that a projected frame takes, at both ends together', () => {
  it('is counted: one array of 1000 bytes and a copy of 10 of them are 1010 bytes, a view none', async () => {
    const bytes = await allocatedBytes(async () => {
      const array = new Uint8Array(1000);
      array.slice(0, 10);
      array.subarray(5);
      new Uint8Array(array.buffer, 3, 7);
    });
    expect(bytes).to.equal(1010);
  });

  for (const [profile, over, frames, most, what] of [
    ['opu-1m-300k', 'tcp', 32, IMAGE + 50_000, 'its pixels for the caller and 50 kB besides'],
    ['opu-1m-300k', 'memory', 32, 2 * IMAGE + PATTERN + 4096, 'its pixels for the caller, its two messages, and 4 KiB'],
    ['tiny', 'tcp', 512, 1024 + 2048, '3 KiB, a third of that for the caller'],
    ['tiny', 'memory', 512, 1024 + 2048, '3 KiB, a third of that for the caller'],
  ] as const) {
    it(`is at most ${what}: ${profile} over ${over}`, async () => {
      const emulated = createDarkDevice(profile);
      const { device, close } = await open(emulated, over);
      try {
        const taken = await bytesAFrame(device, frames);
        expect(taken).to.be.below(most);
        // Nobody gets pixels without memory for them: the ruler works.
        expect(taken).to.be.above(profile === 'tiny' ? 1024 : IMAGE);
      } finally {
        await device.close();
        await close();
        await emulated.close();
      }
    });
  }
});
