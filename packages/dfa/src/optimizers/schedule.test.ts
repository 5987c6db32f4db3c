import { expect } from 'chai';
import { scheduleFactor } from './schedule.js';

describe('learning-rate schedules', () => {
  it('constant is 1', () => {
    expect(scheduleFactor({ kind: 'constant' }, 99, 10, 100)).to.equal(1);
  });

  it('step multiplies after every so many epochs', () => {
    const at = (step: number) => scheduleFactor({ kind: 'step', everyEpochs: 2, factor: 0.5 }, step, 10, 100);
    expect([0, 19, 20, 39, 40].map(at)).to.deep.equal([1, 1, 0.5, 0.5, 0.25]);
  });

  it('cosine rises over the warm-up and falls by half a cosine, within 1e-8', () => {
    const at = (step: number) => scheduleFactor({ kind: 'cosine', warmupSteps: 4, final: 0.1 }, step, 10, 104);
    expect([0, 1, 2, 3].map(at)).to.deep.equal([0.25, 0.5, 0.75, 1]);
    for (let step = 4; step <= 104; step++) {
      const expected = 0.1 + (0.9 * (1 + Math.cos((Math.PI * (step - 4)) / 100))) / 2;
      expect(at(step)).to.be.closeTo(expected, 1e-8);
    }
  });
});
