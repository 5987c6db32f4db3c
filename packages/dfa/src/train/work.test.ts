import { expect } from 'chai';
import { stepWork } from './work.js';

describe('stepWork', () => {
  const weights = [784 * 1024, 1024 * 1024, 1024 * 10];
  const total = 2 * 128 * (784 * 1024 + 1024 * 1024 + 1024 * 10);

  it('counts one product forward and one for the weights, and for bp one more for every block but the first', () => {
    expect(stepWork(weights, 128, 'optical')).to.deep.equal({ forward: total, backward: total });
    const back = 2 * 128 * (1024 * 1024 + 1024 * 10);
    expect(stepWork(weights, 128, 'bp')).to.deep.equal({ forward: total, backward: total + back });
    expect(stepWork(weights, 128, 'shallow').backward).to.equal(2 * 128 * 1024 * 10);
  });
});
