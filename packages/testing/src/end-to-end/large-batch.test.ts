import { schemes } from '@opu/cli';
import { mountTcp } from '@opu/device';
import { openOpu, parseAddress } from '@opu/driver';
import { createEmulatedDevice, createOptics, type Optics, opticsOfProfile, resolveProfile } from '@opu/emulator';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { FaultMenu, FaultyTransport } from '../faulty-transport.js';
import { opticsAround } from '../optics-around.js';

const FRAMES = 96;

/** An image of full size that says which pattern it is of: its first byte in all pixels. */
function echo(): Optics {
  const bright = createOptics(opticsOfProfile(resolveProfile('opu-1m-300k')), 0, { ideal: true });
  return opticsAround(bright, {
    expose: (requests, images) => {
      for (const [i, { pattern }] of requests.entries()) {
        images.fill(pattern[0]!, i * bright.pixelCount, (i + 1) * bright.pixelCount);
      }
    },
  });
}

describe('a batch of 29 MB of readouts in free pacing', () => {
  for (const breaks of [0, 2]) {
    it(`has every pixel of its ${FRAMES} frames, with ${breaks} breaks of the link`, async () => {
      const emulated = createEmulatedDevice({ profile: 'opu-1m-300k', optics: echo() });
      const mount = await mountTcp(emulated, { port: 0 });
      const menu = new FaultMenu({ unplug: 0.02 }, 3, breaks);
      const open = async () => {
        const { transport } = await schemes.tcp!(parseAddress(mount.address));
        return new FaultyTransport(transport, menu);
      };
      const device = await openOpu('tcp:', {
        schemes: { tcp: async () => ({ transport: await open(), reconnect: open }) },
        pacing: 'free',
      });
      menu.armed = true;
      const { patternBytes } = device.configuration;
      const patterns = new Uint8Array(FRAMES * patternBytes);
      for (let i = 0; i < FRAMES; i++) patterns[i * patternBytes] = i + 1;
      const { pixels, readouts } = await device.project(ndarray(patterns, [FRAMES, patternBytes]));
      const counters = await device.counters();
      expect(counters.get('host_links_lost')).to.equal(breaks);
      expect(readouts.map(({ patternId }) => patternId)).to.deep.equal(
        readouts.map((_, i) => readouts[0]!.patternId + i),
      );
      const size = pixels.shape[1]!;
      for (let i = 0; i < FRAMES; i++) {
        const image = (pixels.data as Uint8Array).subarray(i * size, (i + 1) * size);
        expect(
          image.every((pixel) => pixel === i + 1),
          `image ${i}`,
        ).to.equal(true);
      }
      await device.close();
      await mount.close();
      await emulated.close();
    });
  }
});
