import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { schemes } from '@opu/cli';
import { mountTcp } from '@opu/device';
import { type OpenOptions, openOpu } from '@opu/driver';
import { expect } from 'chai';
import { createDarkDevice } from '../dark-device.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that are reachable, buffers included, and bytes of the whole process. */
async function heldBytes(): Promise<{ readonly heap: number; readonly rss: number }> {
  // Memory of buffers is given back by another thread, some time after the collection that found them dead.
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await setTimeout(50);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
}

/** Streams so many frames and says how much more was held after the last than after the first tenth. */
async function growth(address: string, options: OpenOptions, frames: number): Promise<{ heap: number; rss: number }> {
  const device = await openOpu(address, options);
  const pattern = new Uint8Array(device.configuration.patternBytes).fill(0x5a);
  function* patterns(): Generator<Uint8Array> {
    for (let k = 0; k < frames; k++) yield pattern;
  }
  let seen = 0;
  let wrong = 0;
  let early = await heldBytes();
  for await (const readout of device.stream(patterns())) {
    if (readout.patternId !== seen) wrong++;
    seen++;
    if (seen === frames / 10) early = await heldBytes();
  }
  const late = await heldBytes();
  await device.close();
  expect({ seen, wrong }).to.deep.equal({ seen: frames, wrong: 0 });
  return { heap: late.heap - early.heap, rss: late.rss - early.rss };
}

const MIB = 2 ** 20;

describe('memory', function () {
  this.timeout(600_000);

  it('stays flat: after 10^5 streamed frames of tiny no more than 8 MiB above what it was after 10^4', async () => {
    expect((await growth('emulator:tiny?seed=2', { schemes }, 100_000)).heap).to.be.below(8 * MIB);
  });

  it('stays flat over 10^6 frames of tiny without optics in process: heap and buffers at most 8 MiB, the process 64 MiB above what they were after 10^5', async () => {
    const emulated = createDarkDevice('tiny');
    const memory = async () => ({ transport: emulated.connect() });
    const { heap, rss } = await growth('memory:', { schemes: { memory } }, 1_000_000);
    await emulated.close();
    expect(heap).to.be.below(8 * MIB);
    expect(rss).to.be.below(64 * MIB);
  });

  it('stays flat over 10^6 frames of tiny without optics over TCP, both ends in this process: the same', async () => {
    const emulated = createDarkDevice('tiny');
    const mount = await mountTcp(emulated, { port: 0 });
    const { heap, rss } = await growth(mount.address, { schemes, pacing: 'free' }, 1_000_000);
    await mount.close();
    await emulated.close();
    expect(heap).to.be.below(8 * MIB);
    expect(rss).to.be.below(64 * MIB);
  });
});
