import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openOpu } from '@opu/driver';
import { expect } from 'chai';
import { schemes } from '../schemes.js';

const FRAMES = 100_000;
const BOUND_BYTES = 8 * 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that are reachable, buffers included. */
function heldBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('memory', function () {
  this.timeout(180_000);

  it('stays flat: after 10^5 streamed frames of tiny no more than 8 MiB above what it was after 10^4', async () => {
    const device = await openOpu('emulator:tiny?seed=2', { schemes });
    const pattern = new Uint8Array(device.configuration.patternBytes).fill(0x5a);
    function* patterns(): Generator<Uint8Array> {
      for (let k = 0; k < FRAMES; k++) yield pattern;
    }
    let frames = 0;
    let early = 0;
    for await (const readout of device.stream(patterns())) {
      expect(readout.patternId).to.equal(frames);
      frames++;
      if (frames === FRAMES / 10) early = heldBytes();
    }
    const late = heldBytes();
    await device.close();
    expect(frames).to.equal(FRAMES);
    expect(late - early).to.be.below(BOUND_BYTES);
  });
});
