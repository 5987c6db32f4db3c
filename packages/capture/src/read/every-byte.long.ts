import { expectCutsRecovered, expectFlipsFound } from '../testing/every-byte.js';

describe('a recording that is damaged at any byte', () => {
  for (const compress of [true, false]) {
    const kind = compress ? 'compressed' : 'not compressed';
    it(`is never taken for whole when one bit is flipped, ${kind}`, async () => {
      await expectFlipsFound(compress, 1);
    });

    it(`is recovered with every frame of every whole chunk when it is cut, ${kind}`, async () => {
      await expectCutsRecovered(compress, 1);
    });
  }
});
