import { expect } from 'chai';
import { type CsrMatrix, checkCsr } from './csr.js';

const good: CsrMatrix = {
  rows: 2,
  columns: 3,
  indptr: Int32Array.of(0, 2, 3),
  indices: Int32Array.of(0, 2, 1),
  data: Float32Array.of(1, 2, 3),
};

describe('sparse matrices', () => {
  it('takes what scipy writes', () => {
    expect(() => checkCsr(good, 'A')).to.not.throw();
    expect(() => checkCsr({ ...good, indptr: Int32Array.of(0, 0, 3) }, 'A')).to.not.throw();
  });

  const faults: [string, Partial<CsrMatrix>, RegExp][] = [
    ['a row too few', { indptr: Int32Array.of(0, 3) }, /indptr has 2 numbers, it must have 3/],
    ['an indptr that falls', { indptr: Int32Array.of(0, 4, 3) }, /indptr falls behind row 1/],
    ['an indptr that ends early', { indptr: Int32Array.of(0, 1, 2) }, /must run from 0 to 3/],
    ['a column beyond the last', { indices: Int32Array.of(0, 3, 1) }, /index 3 is not one of 3 columns/],
    ['a negative column', { indices: Int32Array.of(0, -1, 1) }, /index -1 is not one of/],
    ['as many indices as it has not', { indices: Int32Array.of(0, 1) }, /2 indices for 3 numbers/],
    ['a number that is none', { data: Float32Array.of(1, Number.NaN, 2) }, /entry 1 is NaN/],
    ['no column', { columns: 0 }, /shape is \[2, 0\]/],
  ];
  for (const [name, change, message] of faults) {
    it(`refuses one with ${name}`, () => {
      expect(() => checkCsr({ ...good, ...change }, 'A'))
        .to.throw(message)
        .with.property('code', 'INVALID_ARGUMENT');
    });
  }
});
