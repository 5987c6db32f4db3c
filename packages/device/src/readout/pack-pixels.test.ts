import { expect } from 'chai';
import { packedBytes } from '../source/pixel-formats.js';
import { packPixels } from './pack-pixels.js';

/** One bit at a time, as the wire's definition says it. */
function unpack(bytes: Uint8Array, count: number, bits: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    let value = 0;
    for (let b = 0; b < bits; b++) {
      const position = i * bits + b;
      value |= ((bytes[position >> 3]! >> (position & 7)) & 1) << b;
    }
    return value;
  });
}

describe('packPixels', () => {
  for (const bits of [10, 12] as const) {
    it(`packs ${bits}-bit pixels least significant bit first, whatever their number`, () => {
      for (let count = 1; count <= 17; count++) {
        const pixels = Uint16Array.from(
          { length: count },
          (_, i) => (i * 2654435761 + count * 977) & ((1 << bits) - 1),
        );
        const bytes = new Uint8Array(packedBytes(count, bits) + 4).fill(0xee);
        packPixels(pixels, bits, bytes, 2);
        expect(unpack(bytes.subarray(2), count, bits)).to.deep.equal([...pixels]);
        expect([...bytes.subarray(0, 2), ...bytes.subarray(-2)]).to.deep.equal([0xee, 0xee, 0xee, 0xee]);
      }
    });
  }
});
