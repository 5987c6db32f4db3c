import { expect } from 'chai';
import { fillAndRecover, fillDiskAndRecover, killAndRecover, leaveAndRecover, mayMount } from '../testing/kill.js';

describe('a recording that comes to a sudden end', () => {
  it('recovers with at most 64 of the frames handed out missing when it is killed, 3 kills', async function () {
    this.timeout(60_000);
    for (const after of [1, 120, 400]) {
      const { handedOut, recovered } = await killAndRecover(after);
      expect(handedOut - recovered).to.be.at.most(64);
    }
  });

  it('recovers with at most 64 of the frames handed out missing when its disk is full, and says what is safe', async function () {
    this.timeout(60_000);
    const { handedOut, recovered, said } = await fillAndRecover(500);
    expect(handedOut - recovered).to.be.at.most(64);
    const safe = Number(/Recording stopped: .* (\d+) frames are safe/.exec(said)?.[1]);
    expect(safe).to.be.within(1, recovered);
  });

  it('recovers with at most 64 of the frames handed out missing from a real disk of 700 kB that is full', async function () {
    this.timeout(60_000);
    if (!mayMount()) {
      if (process.env.OPU_REQUIRE_ALL_TOOLS === '1') throw new Error('root and unshare (util-linux) are needed here');
      console.log('      skipped: mounting a small disk takes root and unshare (util-linux)');
      this.skip();
    }
    const { handedOut, recovered, said } = await fillDiskAndRecover(700);
    expect(handedOut - recovered).to.be.at.most(64);
    expect(said).to.contain('The disk is full');
    const safe = Number(/Recording stopped: .* (\d+) frames are safe/.exec(said)?.[1]);
    expect(safe).to.be.within(1, recovered);
  });

  it('keeps no process alive that forgets to close it, and loses nothing by that', async function () {
    this.timeout(60_000);
    expect(await leaveAndRecover(37)).to.equal(37);
  });
});
