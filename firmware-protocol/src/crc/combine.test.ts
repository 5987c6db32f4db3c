import { expect } from 'chai';
import { combineCrc32c } from './combine.js';
import { crc32c } from './crc32c.js';

describe('combineCrc32c', () => {
  it('gives the CRC of the whole for every cut of 300 bytes, and for lengths up to 1 MiB', () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => (i * 2654435761) >>> 24);
    const whole = crc32c(bytes);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const second = bytes.subarray(cut);
      expect(combineCrc32c(crc32c(bytes, 0, cut), crc32c(second), second.length), `cut at ${cut}`).to.equal(whole);
    }
    for (const length of [1023, 301_056, 1 << 20]) {
      const long = Uint8Array.from({ length }, (_, i) => (i * 2246822519) >>> 24);
      expect(combineCrc32c(whole, crc32c(long), length)).to.equal(crc32c(long, 0, length, whole));
    }
  });
});
