import { expect } from 'chai';
import { fillAndRecover, killAndRecover, leaveAndRecover } from '../testing/kill.js';

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

  it('keeps no process alive that forgets to close it, and loses nothing by that', async function () {
    this.timeout(60_000);
    expect(await leaveAndRecover(37)).to.equal(37);
  });
});
