import { ComputePool } from '@opu/compute';
import { expect } from 'chai';
import { normalisedAdjacency } from '../data/graph/sparse-matrix.js';
import { gradientErrors, normalInput } from '../testing/gradient-check.js';
import { GraphConvolution } from './graph-convolution.js';

describe('GraphConvolution', () => {
  const pool = new ComputePool({ threads: 1, memoryBytes: 2 ** 26 });
  after(() => pool.close());
  const adjacency = normalisedAdjacency(5, [
    [0, 1],
    [1, 2],
    [3, 1],
  ]);

  it('propagates by D^-1/2 (A + I) D^-1/2', () => {
    const dense = (row: number, column: number): number => {
      for (let k = adjacency.starts[row]!; k < adjacency.starts[row + 1]!; k++) {
        if (adjacency.indices[k] === column) return adjacency.values[k]!;
      }
      return 0;
    };
    expect(dense(1, 1)).to.be.closeTo(1 / 4, 1e-7);
    expect(dense(0, 1)).to.be.closeTo(1 / Math.sqrt(8), 1e-7);
    expect(dense(1, 0)).to.equal(dense(0, 1));
    expect(dense(4, 4)).to.equal(1);
    expect(dense(0, 2)).to.equal(0);
  });

  it('has the gradients of the same block with its input written out, within 1e-6, where the input is sparse', () => {
    const options = {
      pool,
      seed: 1,
      name: 'g',
      inputs: 6,
      outputs: 4,
      activation: 'tanh',
      adjacency,
      dropout: 0.3,
    } as const;
    const input = pool.float32(30);
    for (let i = 0; i < input.length; i += 3) input[i] = i - 11;
    const values = [false, true].map((sparseInput) => {
      const block = new GraphConvolution({ ...options, sparseInput });
      const output = block.forward(input, { rows: 5, training: true, step: 2 }).slice();
      const gradient = pool.float32(20);
      gradient.set(output);
      block.backward(gradient, false);
      return [...output, ...block.parameters.flatMap(({ gradient }) => [...gradient])];
    });
    expect(values[0]!.some((value) => value !== 0)).to.equal(true);
    for (const [i, value] of values[0]!.entries()) expect(values[1]![i]).to.be.closeTo(value, 1e-6);
  });

  for (const activation of ['identity', 'tanh'] as const) {
    it(`has gradients within 1e-3 of central differences (${activation})`, () => {
      const block = new GraphConvolution({ pool, seed: 1, name: 'g', inputs: 6, outputs: 4, activation, adjacency });
      for (const [name, error] of Object.entries(gradientErrors(pool, block, normalInput(pool, 5 * 6), 5))) {
        expect(error, name).to.be.below(1e-3);
      }
    });
  }
});
