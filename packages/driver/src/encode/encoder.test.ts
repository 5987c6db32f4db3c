import { expect } from 'chai';
import type { EncoderName } from './encoder.js';
import { encoderByName } from './encoder-by-name.js';

function decoded(name: EncoderName, values: Int8Array | Float32Array): number[] {
  const encoder = encoderByName(name);
  const sum = new Array<number>(values.length).fill(0);
  const bits = new Uint8Array(values.length);
  encoder.begin(values, 0, values.length);
  for (let part = 0; part < encoder.parts; part++) {
    bits.fill(7);
    encoder.bits(part, bits);
    expect(bits.every((bit) => bit === 0 || bit === 1)).to.equal(true);
    bits.forEach((bit, i) => {
      sum[i]! += encoder.weight(part) * bit;
    });
  }
  return sum;
}

describe('encoders', () => {
  it('bits: the weighted sum of the parts is the vector, exactly', () => {
    expect(decoded('bits', Int8Array.of(0, 1, 1, 0))).to.deep.equal([0, 1, 1, 0]);
  });

  it('ternary: the weighted sum of the parts is the vector, exactly', () => {
    expect(decoded('ternary', Int8Array.of(0, 1, -1, 1))).to.deep.equal([0, 1, -1, 1]);
  });

  it('bitplanes: whole numbers up to 2^p - 1 are exact', () => {
    expect(decoded('bitplanes:3', Int8Array.of(0, 7, -7, 5, -1))).to.deep.equal([0, 7, -7, 5, -1]);
  });

  it('bitplanes: real numbers are within max |v| / (2^p - 1) / 2', () => {
    const values = Float32Array.from({ length: 101 }, (_, i) => (i - 37) * 0.013);
    decoded('bitplanes:4', values).forEach((value, i) => {
      expect(Math.abs(value - values[i]!)).to.be.at.most((0.013 * 63) / 15 / 2 + 1e-6);
    });
  });

  it('refuses what it cannot show, and says which input', () => {
    expect(() => decoded('bits', Int8Array.of(0, -1))).to.throw('input 1 of a vector is -1');
    expect(() => decoded('ternary', Int8Array.of(0, 1, 2))).to.throw('input 2 of a vector is 2');
    expect(() => decoded('bitplanes:2', Float32Array.of(Number.NaN))).to.throw('Input 0');
    expect(() => encoderByName('bitplanes:17')).to.throw('p from 1 to 16');
  });
});
