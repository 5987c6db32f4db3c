import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { fillZeros } from '#fill-zeros';

describe('fillZeros', () => {
  it('writes zeros between two places and nowhere else', async function () {
    const bytes = new Uint8Array(3000).fill(7);
    await new Promise<void>((done) => fillZeros!(bytes, 1000, 2000, done));
    if (!existsSync('/dev/zero')) {
      expect(bytes.every((byte) => byte === 7)).to.equal(true);
      this.skip();
    }
    expect(bytes.subarray(0, 1000).every((byte) => byte === 7)).to.equal(true);
    expect(bytes.subarray(1000, 2000).every((byte) => byte === 0)).to.equal(true);
    expect(bytes.subarray(2000).every((byte) => byte === 7)).to.equal(true);
  });
});
