import { expect } from 'chai';
import { randomPatterns } from './random-patterns.js';

describe('randomPatterns', () => {
  it('are the ones of their seed, in this version and the next', () => {
    const hex = (seed: number): string[] => [...randomPatterns(4, seed, 2)].map((p) => Buffer.from(p).toString('hex'));
    expect(hex(0)).to.deep.equal(['0c2eb983', '338925fb']);
    expect(hex(7)).to.deep.equal(['1027dc7f', '1a8648a0']);
  });

  it('have half of their mirrors on: 800 000 of them, within 5 standard deviations', () => {
    let on = 0;
    for (const pattern of randomPatterns(1000, 3, 100)) {
      for (const byte of pattern) for (let bits: number = byte; bits > 0; bits >>= 1) on += bits & 1;
    }
    expect(Math.abs(on - 400_000)).to.be.below((5 * Math.sqrt(800_000)) / 2);
  });
});
