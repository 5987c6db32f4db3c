import { expect } from 'chai';
import { killAndRecover } from '../testing/kill.js';

const SEED = 20_240_701;

/** Numbers 0 to `below`, the same for the same seed (a multiplicative congruential generator, modulus 2^31 - 1). */
function* chance(seed: number, below: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 48_271) % 2_147_483_647;
    yield state % below;
  }
}

describe(`100 recordings whose process is killed at random moments, seed ${SEED}`, () => {
  const moments = chance(SEED, 800);
  for (let n = 0; n < 100; n++) {
    const after = moments.next().value;
    it(`kill ${n + 1} after ${after} frames: at most 64 missing, every frame recovered is the one that was made`, async function () {
      this.timeout(60_000);
      const { handedOut, recovered } = await killAndRecover(after);
      expect(handedOut - recovered).to.be.at.most(64);
    });
  }
});
