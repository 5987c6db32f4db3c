import { expect } from 'chai';
import { allRows, inParts, rowsOf } from '../rows/rows.js';

describe('rows of a batch', () => {
  const values = Float32Array.from({ length: 12 }, (_, i) => i);

  it('are a view, the array itself where all of them are meant', () => {
    const part = rowsOf(values, 3, { first: 1, count: 2 });
    expect([...part]).to.deep.equal([3, 4, 5, 6, 7, 8]);
    expect(part.buffer).to.equal(values.buffer);
    expect(rowsOf(values, 3, allRows(4))).to.equal(values);
  });

  it('are cut into parts that cover every row once and keep sequences whole', () => {
    for (const [rows, parts, together] of [
      [10, 3, 1],
      [12, 5, 4],
      [2, 4, 1],
    ] as const) {
      let next = 0;
      for (const { first, count } of inParts(rows, parts, together)) {
        expect(first).to.equal(next);
        expect(count).to.be.greaterThan(0);
        expect(count % together).to.equal(0);
        next += count;
      }
      expect(next).to.equal(rows);
    }
  });
});
