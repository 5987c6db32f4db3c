import { ComputePool } from '@opu/compute';
import { expect } from 'chai';
import { gradientErrors, normalInput } from '../testing/gradient-check.js';
import { Dense } from './dense.js';

describe('Dense', () => {
  const pool = new ComputePool({ threads: 1, memoryBytes: 2 ** 26 });
  after(() => pool.close());
  const options = { pool, seed: 1, name: 'layer', inputs: 7, outputs: 5 };

  for (const activation of ['identity', 'tanh'] as const) {
    it(`has gradients within 1e-3 of central differences (${activation})`, () => {
      const errors = gradientErrors(pool, new Dense({ ...options, activation }), normalInput(pool, 4 * 7), 4);
      expect(Object.keys(errors)).to.deep.equal(['layer.weight', 'layer.bias', 'input']);
      for (const [name, error] of Object.entries(errors)) expect(error, name).to.be.below(1e-3);
    });
  }

  it('has gradients within 1e-3 of central differences (relu, away from its kink)', () => {
    const block = new Dense({ ...options, activation: 'relu' });
    block.parameters[1]!.value.set([3, -3, 3, -3, 3]);
    for (const [name, error] of Object.entries(gradientErrors(pool, block, normalInput(pool, 4 * 7), 4))) {
      expect(error, name).to.be.below(1e-3);
    }
  });

  it('starts with weights U(-1, 1) / sqrt(fan in) and biases 0', () => {
    const { parameters } = new Dense({ ...options, inputs: 100, outputs: 50, activation: 'tanh' });
    const weight = parameters[0]!.value;
    expect(Math.max(...weight.map(Math.abs))).to.be.within(0.099, 0.1);
    const variance = weight.reduce((sum, w) => sum + w * w, 0) / weight.length;
    expect(variance).to.be.within(0.97 / 300, 1.03 / 300);
    expect([...parameters[1]!.value].every((b) => b === 0)).to.equal(true);
  });
});
