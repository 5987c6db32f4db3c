import { expect } from 'chai';
import { philox4x32 } from './philox.js';
import { randomAt, SeededRandom, streamOf } from './random.js';

function philox(counter: number[], key: number[]): string[] {
  const out = new Uint32Array(4);
  const [c0, c1, c2, c3] = counter as [number, number, number, number];
  philox4x32(c0, c1, c2, c3, key[0]!, key[1]!, out);
  return Array.from(out, (word) => word.toString(16).padStart(8, '0'));
}

function moments(sample: Float64Array): { mean: number; variance: number; kurtosis: number } {
  const mean = sample.reduce((sum, x) => sum + x, 0) / sample.length;
  const central = (k: number) => sample.reduce((sum, x) => sum + (x - mean) ** k, 0) / sample.length;
  return { mean, variance: central(2), kurtosis: central(4) / central(2) ** 2 };
}

describe('philox4x32', () => {
  it('gives the known answers of Philox4x32-10', () => {
    expect(philox([0, 0, 0, 0], [0, 0])).to.deep.equal(['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']);
    const ones = 0xffffffff;
    expect(philox([ones, ones, ones, ones], [ones, ones])).to.deep.equal([
      '408f276d',
      '41c83b0e',
      'a20bc7c6',
      '6d5451fd',
    ]);
    expect(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).to.deep.equal([
      'd16cfe09',
      '94fdcceb',
      '5001e420',
      '24126ea1',
    ]);
  });
});

describe('SeededRandom', () => {
  const count = 100_000;

  it('gives the same draw in any order', () => {
    const random = new SeededRandom(7, 'order');
    const forward = Array.from({ length: 50 }, (_, i) => random.bits(i));
    const backward = Array.from({ length: 50 }, (_, i) => random.bits(49 - i)).reverse();
    expect(backward).to.deep.equal(forward);
    expect(randomAt(7, 'order', 31)).to.equal(forward[31]);
  });

  it('has bits of seed and stream beyond 32 and names streams by FNV-1a', () => {
    expect(randomAt(2 ** 40 + 1, 0, 0)).to.not.equal(randomAt(1, 0, 0));
    expect(randomAt(1, 2 ** 40 + 1, 0)).to.not.equal(randomAt(1, 1, 0));
    expect(randomAt(1, 0, 2 ** 40)).to.not.equal(randomAt(1, 0, 0));
    expect(streamOf('a')).to.equal(0xe40c292c);
  });

  it('uniforms: mean, variance and correlation of neighbours within 4 standard errors (false alarm 2e-4, fixed seed)', () => {
    const sample = new SeededRandom(1).fillUniform(new Float64Array(count));
    const { mean, variance } = moments(sample);
    expect(Math.abs(mean - 0.5)).to.be.below(4 / Math.sqrt(12 * count));
    expect(Math.abs(variance - 1 / 12)).to.be.below(4 * Math.sqrt(1 / 180 / count));
    let product = 0;
    for (let i = 1; i < count; i++) product += (sample[i]! - 0.5) * (sample[i - 1]! - 0.5);
    expect(Math.abs(product / count)).to.be.below(4 / 12 / Math.sqrt(count));
  });

  it('normals: mean, variance and kurtosis within 4 standard errors (false alarm 2e-4, fixed seed)', () => {
    const { mean, variance, kurtosis } = moments(new SeededRandom(2).fillNormal(new Float64Array(count)));
    expect(Math.abs(mean)).to.be.below(4 / Math.sqrt(count));
    expect(Math.abs(variance - 1)).to.be.below(4 * Math.sqrt(2 / count));
    expect(Math.abs(kurtosis - 3)).to.be.below(4 * Math.sqrt(24 / count));
  });

  it('normals of a fixed seed are these bits on every machine', () => {
    const sample = new SeededRandom(42, 'golden').fillNormal(new Float64Array(1000));
    const bytes = new BigUint64Array(sample.buffer);
    const digest = bytes.reduce((hash, word) => ((hash ^ word) * 0x100000001b3n) & 0xffffffffffffffffn, 0n);
    expect(digest.toString(16)).to.equal('e6373dc61e265280');
  });

  it('integers stay below their bound and reach every value', () => {
    const random = new SeededRandom(3);
    const seen = new Set(Array.from({ length: 1000 }, (_, i) => random.integer(i, 10)));
    expect([...seen].sort()).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('permutations hold every index once, and every place is equally likely (chi-square of 10 cells below 27.9, p 1e-3)', () => {
    expect([...new SeededRandom(5).permutation(1000)].sort((a, b) => a - b)).to.deep.equal(
      Array.from({ length: 1000 }, (_, i) => i),
    );
    const cells = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 2000; seed++) cells[new SeededRandom(seed).permutation(10).indexOf(0)]!++;
    const chiSquare = cells.reduce((sum, n) => sum + (n - 200) ** 2 / 200, 0);
    expect(chiSquare).to.be.below(27.9);
  });

  it('refuses seeds that are no integers', () => {
    expect(() => new SeededRandom(1.5)).to.throw(/seed is 1.5/);
    expect(() => new SeededRandom(1, -1)).to.throw(/stream is -1/);
  });
});
