import { expect } from 'chai';
import { crc32c } from './crc32c.js';
import { nativeCrc32c } from './native.node.js';
import { tableCrc32c } from './table-crc32c.js';

function bytesOf(length: number): Uint8Array {
  let x = length + 1;
  return Uint8Array.from({ length }, () => (x = (Math.imul(x, 1664525) + 1013904223) >>> 0) >>> 24);
}

describe('CRC-32C', () => {
  it('agrees with the published check values (RFC 3720, B.4)', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).to.equal(0xe3069283);
    expect(crc32c(new Uint8Array(32))).to.equal(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).to.equal(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).to.equal(0x46dd794e);
    expect(crc32c(new Uint8Array(0))).to.equal(0);
  });

  it('is the same by table and in machine code for 0 to 1200 bytes and 1 MiB', function () {
    if (nativeCrc32c === undefined) {
      if (process.env.OPU_REQUIRE_ALL_TOOLS === '1') throw new Error('@node-rs/crc32 did not load');
      console.log('      skipped: @node-rs/crc32 has no binary for this machine; run npm ci on a supported one');
      this.skip();
    }
    for (const length of [...Array(1201).keys(), 1 << 20]) {
      const bytes = bytesOf(length);
      expect(tableCrc32c(bytes), `${length} bytes`).to.equal(nativeCrc32c(bytes));
      expect(crc32c(bytes), `${length} bytes`).to.equal(nativeCrc32c(bytes));
    }
  });

  it('goes on over pieces and takes a range', () => {
    const bytes = bytesOf(5000);
    const whole = crc32c(bytes);
    for (const cut of [0, 1, 7, 8, 511, 512, 4999, 5000]) {
      expect(crc32c(bytes, cut, 5000, crc32c(bytes, 0, cut))).to.equal(whole);
      expect(tableCrc32c(bytes, cut, 5000, tableCrc32c(bytes, 0, cut))).to.equal(whole);
    }
  });
});
