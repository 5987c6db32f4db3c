import { ComputePool } from '@opu/compute';
import { isOpuError } from '@opu/driver';
import { expect } from 'chai';
import { DigitalFeedback } from '../feedback/digital.js';
import { type TrainingMode, trainingModes } from '../feedback/feedback.js';
import { OpticalFeedback } from '../feedback/optical.js';
import { mlp } from '../network/mlp.js';
import { createOptimizer, type OptimizerOptions } from '../optimizers/optimizer.js';
import { MatrixProjection } from '../testing/matrix-projection.js';
import { ToyTask } from '../testing/toy-task.js';
import type { EpochEvent } from './events.js';
import { Trainer } from './trainer.js';

const sgd: OptimizerOptions = { kind: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0 };

describe('Trainer', () => {
  let pool: ComputePool;
  before(() => {
    pool = new ComputePool({ threads: 2, memoryBytes: 2 ** 27 });
  });
  after(() => pool.close());

  function create(
    mode: TrainingMode,
    options: Partial<{
      optimizer: OptimizerOptions;
      epochs: number;
      on: ComputePool;
      parts: number;
      dropout: number;
    }> = {},
  ) {
    const { optimizer = sgd, epochs = 10, on = pool, parts = 1, dropout = 0 } = options;
    const task = new ToyTask(on);
    const widths = [32, 24];
    const network = mlp({ pool: on, seed: 1, inputs: 6, hidden: widths, classes: 2, activation: 'tanh', dropout });
    const common = { pool: on, seed: 1, classes: 2, widths };
    const feedback =
      mode === 'optical'
        ? new OpticalFeedback({ ...common, projection: new MatrixProjection(2, 56), threshold: 0.1 })
        : new DigitalFeedback(mode === 'dfa' ? common : { ...common, threshold: 0.1 });
    const initial = network.parameters.map(({ value }) => value.slice());
    const trainer = new Trainer({
      pool: on,
      network,
      task,
      mode,
      optimizer: createOptimizer(on, optimizer, network.parameters),
      feedback,
      epochs,
      parts,
    });
    return { trainer, network, initial };
  }

  async function finish(trainer: Trainer): Promise<EpochEvent> {
    let last: EpochEvent | undefined;
    for await (const event of trainer.run()) if (event.kind === 'epoch') last = event;
    return last!;
  }

  for (const [mode, bound] of Object.entries({ bp: 0.9, dfa: 0.9, 'dfa-ternary': 0.85, optical: 0.85 })) {
    it(`learns a product of inputs by ${mode}: accuracy above ${bound}`, async () => {
      const last = await finish(create(mode as TrainingMode).trainer);
      expect(last.testAccuracy).to.be.above(bound);
    });
  }

  it('learns less by the last layer alone: accuracy below 0.8', async () => {
    expect((await finish(create('shallow').trainer)).testAccuracy).to.be.below(0.8);
  });

  it('starts every mode from the same weights', () => {
    const starts = trainingModes.map((mode) => create(mode).initial);
    for (const start of starts) expect(start).to.deep.equal(starts[0]);
  });

  it('changes no hidden layer in shallow mode, and every parameter in the others', async () => {
    for (const mode of trainingModes) {
      const { trainer, network, initial } = create(mode, { epochs: 1 });
      await finish(trainer);
      const changed = network.parameters.map(({ value }, i) => value.some((x, j) => x !== initial[i]![j]));
      expect(changed, mode).to.deep.equal(
        mode === 'shallow' ? [false, false, false, false, true, true] : changed.map(() => true),
      );
    }
  });

  it('gives the same weights, bit for bit, twice and with any number of threads', async () => {
    const alone = new ComputePool({ threads: 1, memoryBytes: 2 ** 26 });
    const runs = [create('dfa-ternary'), create('dfa-ternary'), create('dfa-ternary', { on: alone })];
    for (const { trainer } of runs) await finish(trainer);
    const [a, b, c] = runs.map(({ network }) => network.parameters.map(({ value }) => Array.from(value)));
    expect(b).to.deep.equal(a);
    expect(c).to.deep.equal(a);
    alone.close();
  });

  it('gives the same weights, bit for bit, whether a batch of 32 goes forward whole or in 2, 3, 7 or 32 parts', async () => {
    const runs = [1, 2, 3, 7, 32].map((parts) => create('optical', { parts, dropout: 0.2, epochs: 2 }));
    for (const { trainer } of runs) await finish(trainer);
    const [whole, ...others] = runs.map(({ network }) => network.parameters.map(({ value }) => Array.from(value)));
    for (const parts of others) expect(parts).to.deep.equal(whole);
  });

  it('aligns the true gradients with the feedback: mean cosine above 0.3 after training, below 0.2 before', async () => {
    const early = await finish(create('dfa', { epochs: 1, optimizer: { ...sgd, learningRate: 1e-6 } }).trainer);
    const late = await finish(create('dfa').trainer);
    expect(Object.keys(late.alignment)).to.deep.equal(['hidden1', 'hidden2']);
    for (const cosine of Object.values(early.alignment)) expect(Math.abs(cosine)).to.be.below(0.2);
    for (const cosine of Object.values(late.alignment)) expect(cosine).to.be.above(0.3);
  });

  it('stops a diverging run and names the layer', async () => {
    const { trainer, network } = create('bp', { optimizer: { ...sgd, learningRate: 1e30 } });
    let error: unknown;
    await finish(trainer).catch((e) => {
      error = e;
    });
    expect(isOpuError(error, 'DIVERGED')).to.equal(true);
    expect(network.blocks.map((block) => block.name)).to.include(
      (error as { details: { layer: string } }).details.layer,
    );
  });

  it('stops on a weight that is not a number, naming that layer', async () => {
    const { trainer, network } = create('bp');
    network.blocks[1]!.parameters[0]!.value[5] = Number.NaN;
    let error: unknown;
    await finish(trainer).catch((e) => {
      error = e;
    });
    expect(isOpuError(error, 'DIVERGED')).to.equal(true);
    expect((error as Error).message).to.include('layer hidden2 diverged (hidden2.weight[5] is NaN)');
  });
});
