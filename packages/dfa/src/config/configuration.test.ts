import { readFileSync } from 'node:fs';
import { isOpuError } from '@opu/driver';
import { expect } from 'chai';
import { completeConfiguration, type PartialConfiguration } from './configuration.js';
import { trainingSchema } from './schema.js';

function expectRefused(written: object, ...texts: string[]): void {
  const act = () => completeConfiguration(written as PartialConfiguration, 'run.json');
  expect(act)
    .to.throw()
    .that.satisfies((e: unknown) => isOpuError(e, 'INVALID_ARGUMENT'));
  for (const text of ['run.json', ...texts]) expect(act).to.throw(text);
}

describe('training configuration', () => {
  it('has the reference run as default for images, and few epochs of Adam for the embedded digits', () => {
    const images = completeConfiguration({ data: 'some/folder' }, 'x');
    expect(images).to.deep.include({
      epochs: 10,
      batch: 128,
      threshold: 0.1,
      hidden: [1024, 1024],
      activation: 'tanh',
    });
    expect(images.optimizer).to.deep.equal({ kind: 'sgd', learningRate: 0.01, momentum: 0.9, weightDecay: 0 });
    const digits = completeConfiguration({}, 'x');
    expect(digits.data).to.equal('synthetic');
    expect(digits.optimizer.kind).to.equal('adam');
    expect(digits.mode).to.deep.equal(['optical', 'bp', 'shallow']);
  });

  it('completes what is written in part', () => {
    const done = completeConfiguration(
      { mode: 'bp', optimizer: { kind: 'adam', learningRate: 0.01 }, schedule: { kind: 'cosine' }, $schema: 'x' },
      'x',
    );
    expect(done.mode).to.deep.equal(['bp']);
    expect(done.optimizer).to.include({ learningRate: 0.01, beta1: 0.9, epsilon: 1e-8 });
    expect(done.schedule).to.deep.equal({ kind: 'cosine', warmupSteps: 0, final: 0 });
    expect(done).not.to.have.property('$schema');
  });

  it('refuses an unknown key and suggests the nearest', () => {
    expectRefused({ epoch: 3 }, "unknown key 'epoch'", "'epochs'");
    expectRefused(
      { optimizer: { kind: 'sgd', learningrate: 1 } },
      "unknown key 'optimizer.learningrate'",
      "'learningRate'",
    );
    expectRefused({ toString: 1 }, "unknown key 'toString'");
  });

  it('refuses wrong values, saying what is allowed', () => {
    expectRefused({ epochs: 0 }, 'epochs is 0', 'at least 1');
    expectRefused({ epochs: 1.5 }, 'an integer');
    expectRefused({ mode: 'optica' }, '"optica"', '"optical"');
    expectRefused({ mode: [] }, 'mode');
    expectRefused({ mode: ['bp', 'bq'] }, 'mode[1] is "bq"');
    expectRefused({ hidden: [] }, 'hidden', 'at least 1 long');
    expectRefused({ hidden: [10, 0] }, 'hidden[1] is 0');
    expectRefused({ threshold: 'auto' }, 'threshold', '"adaptive"');
    expectRefused({ optimizer: { kind: 'lion' } }, 'optimizer', '"sgd"', '"adam"');
    expectRefused({ optimizer: { kind: 'sgd', momentum: 1 } }, 'optimizer.momentum is 1', 'below 1');
    expectRefused({ schedule: { kind: 'step', everyEpochs: 2 } }, 'schedule.factor is missing');
    expectRefused({ dropout: 1 }, 'dropout is 1', 'below 1');
  });

  it('publishes its schema in schema/training.schema.json', () => {
    const published = readFileSync(new URL('../../schema/training.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).to.deep.equal(trainingSchema);
  });
});
