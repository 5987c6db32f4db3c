import { expect } from 'chai';
import { pieceBytesAt } from './line-pieces.js';

describe('pieceBytesAt', () => {
  it('gives what the line carries in a second, 1 byte at least and 64 KiB at most', () => {
    expect([5, 300, 115_200, 655_360, 12_000_000].map(pieceBytesAt)).to.deep.equal([1, 30, 11_520, 65_536, 65_536]);
  });
});
