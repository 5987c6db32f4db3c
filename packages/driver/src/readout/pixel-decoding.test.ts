import { imageBytesOf, pixelFormat } from '@opu/protocol';
import { expect } from 'chai';
import { allocatePixels, decodePixels } from './pixel-decoding.js';

/** The slow obvious way: bit by bit. */
function packBits(values: readonly number[], bits: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((values.length * bits) / 8));
  values.forEach((value, i) => {
    for (let b = 0; b < bits; b++) {
      const place = i * bits + b;
      if ((value >> b) & 1) bytes[place >> 3]! |= 1 << (place & 7);
    }
  });
  return bytes;
}

describe('decodePixels', () => {
  for (const [format, bits] of [
    [pixelFormat.MONO10_PACKED, 10],
    [pixelFormat.MONO12_PACKED, 12],
  ] as const) {
    it(`unpacks ${bits} bits exactly, images that end inside a byte among them`, () => {
      for (const pixels of [1, 2, 3, 4, 5, 7, 64]) {
        const images = [0, 1].map((k) => Array.from({ length: pixels }, (_, i) => (i * 397 + k * 811 + 5) % 2 ** bits));
        const imageBytes = imageBytesOf(format, pixels);
        const data = new Uint8Array(2 * imageBytes);
        images.forEach((image, k) => {
          data.set(packBits(image, bits), k * imageBytes);
        });
        const target = allocatePixels(bits, 2 * pixels);
        decodePixels(format, data, imageBytes, pixels, 2, target, 0);
        expect([...target]).to.deep.equal(images.flat());
      }
    });
  }

  it('copies 8 bit, 16 bit and float pixels from odd places', () => {
    const bytes = new Uint8Array(17).map((_, i) => i * 15);
    const grey = allocatePixels(8, 6);
    decodePixels(pixelFormat.MONO8, bytes.subarray(1), 3, 3, 2, grey, 0);
    expect([...grey]).to.deep.equal([...bytes.subarray(1, 7)]);
    const floats = allocatePixels(32, 3);
    const wire = new Uint8Array(9);
    wire.set(new Uint8Array(Float32Array.from([1.5, -2.25]).buffer), 1);
    decodePixels(pixelFormat.FLOAT32, wire.subarray(1), 8, 2, 1, floats, 1);
    expect([...floats]).to.deep.equal([0, 1.5, -2.25]);
  });

  it('refuses a format that is not known', () => {
    expect(() => decodePixels(9, new Uint8Array(1), 1, 1, 1, allocatePixels(8, 1), 0)).to.throw('pixel format 9');
  });
});
