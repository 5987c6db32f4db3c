import { expect } from 'chai';
import { sessionId } from './session-id.js';

describe('sessionId', () => {
  it('folds the CRC-32C of both nonces: the value of SPEC.md', () => {
    expect(sessionId(0x01020304, 0x0a0b0c0d)).to.equal(27_051);
  });

  it('is another one for each of 1000 nonces of a device, but for at most 20, and never 0', () => {
    const ids = new Set(Array.from({ length: 1000 }, (_, nonce) => sessionId(7, nonce)));
    expect(ids.size).to.be.at.least(980);
    expect(ids.has(0)).to.equal(false);
  });
});
