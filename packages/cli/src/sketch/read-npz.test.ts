import { encodeNpy, type NpyArray } from '@opu/core';
import { expect } from 'chai';
import { zipSync } from 'fflate';
import { decodeSparseNpz } from './read-npz.js';
import { ringGraphNpz } from './testing/ring-graph.js';

const npy = (type: NpyArray['type'], shape: number[], data: NpyArray['data']): Uint8Array =>
  encodeNpy({ type, shape, data });

/** `|S3` as numpy writes it: the header is not read. */
const format = (name: string): Uint8Array => new TextEncoder().encode(`header of no matter${name}`);

const parts = {
  'data.npy': npy('float64', [2], Float64Array.of(1.5, -2)),
  'indices.npy': npy('int64', [2], BigInt64Array.of(2n, 0n)),
  'indptr.npy': npy('int64', [3], BigInt64Array.of(0n, 1n, 2n)),
  'shape.npy': npy('int64', [2], BigInt64Array.of(2n, 3n)),
  'format.npy': format('csr'),
};

describe('sparse matrices in .npz files', () => {
  it('reads what scipy.sparse.save_npz wrote, compressed: a ring of 12 with 48 entries', () => {
    const matrix = decodeSparseNpz(ringGraphNpz(), 'ring.npz');
    expect([matrix.rows, matrix.columns, matrix.data.length, matrix.indptr.length]).to.deep.equal([12, 12, 48, 13]);
    expect(Array.from(matrix.indices.subarray(0, 4))).to.deep.equal([1, 2, 10, 11]);
    expect(matrix.data.every((value) => value === 1)).to.equal(true);
  });

  it('reads indices of 64 bits', () => {
    const { rows, columns, indptr, indices, data } = decodeSparseNpz(zipSync(parts), 'a.npz');
    expect({ rows, columns }).to.deep.equal({ rows: 2, columns: 3 });
    expect([indptr, indices, data].map((list) => Array.from(list))).to.deep.equal([
      [0, 1, 2],
      [2, 0],
      [1.5, -2],
    ]);
  });

  const faults: [string, Uint8Array, RegExp][] = [
    [
      'another format',
      zipSync({ ...parts, 'format.npy': format('coo') }),
      /its format is 'coo'; convert it with .tocsr/,
    ],
    [
      'no indices',
      zipSync({ 'data.npy': parts['data.npy'], 'format.npy': format('csr') }),
      /it lacks indices, indptr, shape/,
    ],
    ['a part that is no array', zipSync({ ...parts, 'indptr.npy': Uint8Array.of(1, 2) }), /indptr.npy is no .npy file/],
    [
      'a shape of three sizes',
      zipSync({ ...parts, 'shape.npy': npy('int32', [3], Int32Array.of(1, 2, 3)) }),
      /not of two sizes/,
    ],
    ['nothing in it', Uint8Array.of(0x50, 0x4b, 3, 4), /it is no zip archive that can be read/],
    ['an end that is cut off', zipSync(parts).subarray(0, 300), /it is no zip archive that can be read/],
  ];
  for (const [name, bytes, message] of faults) {
    it(`refuses one with ${name}`, () => {
      expect(() => decodeSparseNpz(bytes, 'a.npz'))
        .to.throw(message)
        .with.property('code', 'INVALID_FILE');
    });
  }
});
