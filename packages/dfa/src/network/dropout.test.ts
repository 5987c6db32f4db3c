import { ComputePool } from '@opu/compute';
import { expect } from 'chai';
import { Dropout } from '../blocks/dropout.js';
import { sparseFromDense } from '../data/graph/sparse-matrix.js';

describe('Dropout', () => {
  const pool = new ComputePool({ threads: 1, memoryBytes: 2 ** 26 });
  after(() => pool.close());
  const values = pool.float32(100_000).fill(2);
  const pass = { rows: 1000, training: true, step: 5 };

  it('leaves out its share (within 1 %) and keeps the mean (within 1 %)', () => {
    const output = new Dropout(pool, 1, 'a', 100, 0.25).forward(values, pass);
    expect(output.filter((x) => x === 0).length / 100_000).to.be.closeTo(0.25, 0.01);
    expect(output.reduce((a, b) => a + b, 0) / 100_000).to.be.closeTo(2, 0.02);
  });

  it('lets the same gradient through that it let through forward', () => {
    const dropout = new Dropout(pool, 1, 'a', 100, 0.5);
    const output = dropout.forward(values, pass).slice();
    const gradient = pool.float32(100_000).fill(2);
    dropout.backward(gradient);
    expect(gradient).to.deep.equal(output);
  });

  it('leaves out the same of a sparse matrix as of the same matrix written out, bit for bit', () => {
    const dense = pool.float32(70_000);
    for (let i = 0; i < dense.length; i += 1 + (i % 11)) dense[i] = i + 1;
    const dropout = new Dropout(pool, 1, 'a', 70, 0.3);
    const sparse = dropout.forwardSparse(sparseFromDense(dense, 1000, 70), pass);
    const wanted = dropout.forward(dense, pass);
    const found = new Float32Array(dense.length);
    for (let row = 0; row < 1000; row++) {
      for (let k = sparse.starts[row]!; k < sparse.starts[row + 1]!; k++) {
        found[row * 70 + sparse.indices[k]!] = sparse.values[k]!;
      }
    }
    expect(found).to.deep.equal(wanted.slice());
  });

  it('is fixed by seed, name and step, and does nothing in tests', () => {
    const left = (seed: number, name: string, step: number) =>
      new Dropout(pool, seed, name, 100, 0.5).forward(values, { ...pass, step }).slice();
    expect(left(1, 'a', 5)).to.deep.equal(left(1, 'a', 5));
    expect(left(1, 'a', 5)).not.to.deep.equal(left(1, 'a', 6));
    expect(left(1, 'a', 5)).not.to.deep.equal(left(1, 'b', 5));
    expect(new Dropout(pool, 1, 'a', 100, 0.5).forward(values, { ...pass, training: false })).to.equal(values);
  });
});
