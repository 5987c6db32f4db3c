import { crc32 } from 'node:zlib';
import { expect } from 'chai';
import { combineCrc32 } from './crc-combine.js';

describe('combineCrc32', () => {
  it('equals the CRC over both parts, for lengths from 0 to 70 000', () => {
    const bytes = Uint8Array.from({ length: 140_000 }, (_, i) => Math.imul(i, 2_654_435_761) >>> 24);
    for (const length of [0, 1, 2, 3, 7, 8, 255, 256, 1_000, 4_095, 65_535, 65_536, 70_000]) {
      for (const before of [0, 1, 17, 70_000]) {
        const a = bytes.subarray(0, before);
        const b = bytes.subarray(before, before + length);
        const expected = crc32(bytes.subarray(0, before + length));
        expect(combineCrc32(crc32(a), crc32(b), length), `${before} + ${length}`).to.equal(expected);
      }
    }
  });
});
