import { expect } from 'chai';
import { killAndRecover } from '../testing/kill.js';

describe('a recording whose process is killed', () => {
  it('recovers with at most 64 of the frames handed out missing, 3 kills', async function () {
    this.timeout(60_000);
    for (const after of [1, 120, 400]) {
      const { handedOut, recovered } = await killAndRecover(after);
      expect(handedOut - recovered).to.be.at.most(64);
    }
  });
});
