import { expect } from 'chai';
import { cellLayout, writePattern } from './pattern-layout.js';

function mirrorsLit(pattern: Uint8Array): number {
  return pattern.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
}

describe('cell layout', () => {
  it('gives 10 inputs and their anchor on 912 x 1140 mirrors half of the cells each, on at least 99 % of the mirrors', () => {
    const layout = cellLayout('raw', { width: 912, height: 1140 }, 10, true);
    expect(layout.anchorCells).to.equal(10);
    const pattern = new Uint8Array(layout.patternBytes);
    writePattern(layout, new Uint8Array(10).fill(1), true, pattern);
    expect(mirrorsLit(pattern)).to.be.at.least(0.99 * 912 * 1140);
  });

  it('writes cells as bits, inputs first, most significant bit first', () => {
    const layout = cellLayout('macro', { width: 8, height: 8 }, 4, true);
    const pattern = new Uint8Array(layout.patternBytes);
    writePattern(layout, Uint8Array.of(1, 0, 0, 1), true, pattern);
    expect(Array.from(pattern)).to.deep.equal([0b1001_1111]);
    writePattern(layout, Uint8Array.of(1, 0, 0, 1), false, pattern);
    expect(Array.from(pattern)).to.deep.equal([0b1001_0000]);
  });

  it('spreads raw patterns over blocks of any width and never lights a mirror twice', () => {
    for (const [width, height, inputs] of [
      [37, 19, 5],
      [64, 3, 7],
      [9, 30, 100],
    ] as const) {
      const layout = cellLayout('raw', { width, height }, inputs, false);
      const lit = Array.from({ length: inputs }, (_, i) => {
        const pattern = new Uint8Array(layout.patternBytes);
        writePattern(
          layout,
          Uint8Array.from({ length: inputs }, (_, k) => (k === i ? 1 : 0)),
          false,
          pattern,
        );
        return mirrorsLit(pattern);
      });
      const all = new Uint8Array(layout.patternBytes);
      writePattern(layout, new Uint8Array(inputs).fill(1), false, all);
      expect(new Set(lit)).to.have.property('size', 1);
      expect(mirrorsLit(all)).to.equal(inputs * lit[0]!);
    }
  });

  it('gives the anchor what is left when the inputs need more than half, and refuses when that is less than 5 %', () => {
    expect(cellLayout('raw', { width: 10, height: 10 }, 90, true).anchorCells).to.equal(10);
    expect(() => cellLayout('raw', { width: 10, height: 10 }, 96, true)).to.throw('takes 1 to 95');
  });
});
