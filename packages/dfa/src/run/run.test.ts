import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOpuError, OpuError } from '@opu/driver';
import { expect } from 'chai';
import { completeConfiguration } from '../config/configuration.js';
import type { RunEvent } from './events.js';
import { configurationOf, type RunOptions, runTraining } from './run.js';
import { RunFolder } from './run-folder.js';

const openDevice = () => Promise.reject(new OpuError('LINK_UNAVAILABLE', 'no device in this test'));

const small = completeConfiguration(
  {
    mode: ['dfa-ternary', 'bp'],
    trainCount: 320,
    testCount: 50,
    hidden: [24, 16],
    dropout: 0.25,
    batch: 32,
    epochs: 3,
    checkpointEverySteps: 4,
  },
  'test',
);

describe('a training run', () => {
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'opu-run-'));
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  const run = (folder: RunFolder, options: Partial<RunOptions> = {}) =>
    runTraining({ configuration: small, folder, openDevice, ...options });

  async function interrupted(folder: RunFolder, atStep: number, options: Partial<RunOptions> = {}): Promise<unknown> {
    const controller = new AbortController();
    const onEvent = (event: RunEvent): void => {
      if (event.kind === 'step' && event.stepsDone === atStep) controller.abort();
    };
    return run(folder, { signal: controller.signal, onEvent, ...options }).then(
      () => undefined,
      (error) => error,
    );
  }

  it('writes configuration, metrics, checkpoints, weights, summary and report', async () => {
    const folder = RunFolder.createNext(parent);
    const { summaries, report } = await run(folder, { versions: { opu: '1' } });
    expect(summaries.map((s) => s.mode)).to.deep.equal(['dfa-ternary', 'bp']);
    expect(configurationOf(folder)).to.deep.equal(small);
    for (const mode of small.mode) {
      const lines = folder.metrics().filter((line) => line.mode === mode && line.kind === 'epoch');
      expect(lines.map((line) => line.stepsDone)).to.deep.equal([10, 20, 30]);
      expect(existsSync(folder.file(mode, 'checkpoint.safetensors'))).to.equal(true);
      expect(existsSync(folder.file(mode, 'weights.safetensors'))).to.equal(true);
    }
    expect(folder.readJson('summary.json')).to.deep.equal(JSON.parse(JSON.stringify(summaries)));
    const page = readFileSync(report, 'utf8');
    expect(page)
      .to.include('Test accuracy')
      .and.include('Alignment')
      .and.not.match(/(src|href)=|https?:/);
  });

  it('resumes to the same weights, bit for bit, from an interrupt at each of 6 steps', async () => {
    const whole = (await run(RunFolder.createNext(parent))).summaries.map((s) => s.weightsHash);
    for (const step of [1, 7, 10, 13, 20, 29]) {
      const folder = RunFolder.createNext(parent);
      const error = await interrupted(folder, step);
      expect(isOpuError(error, 'ABORTED'), `step ${step}`).to.equal(true);
      expect((error as Error).message).to.include(`opu train --resume ${folder.path}`);
      const { summaries } = await run(folder, { resume: true });
      expect(summaries.map((s) => s.weightsHash)).to.deep.equal(whole);
    }
  });

  it('resumes dithered, shared feedback to the same weights, bit for bit, from an interrupt at each of 3 steps', async () => {
    const configuration = completeConfiguration(
      { ...small, mode: 'dfa-ternary', threshold: 'dithered', feedback: 'shared', hidden: [16, 16] },
      'test',
    );
    const whole = (await run(RunFolder.createNext(parent), { configuration })).summaries[0]!.weightsHash;
    for (const step of [3, 10, 21]) {
      const folder = RunFolder.createNext(parent);
      expect(isOpuError(await interrupted(folder, step, { configuration }), 'ABORTED')).to.equal(true);
      const { summaries } = await run(folder, { configuration, resume: true });
      expect(summaries[0]!.weightsHash).to.equal(whole);
    }
  });

  it('resumes from the last checkpoint after a kill: what came later is forgotten, a torn line too', async () => {
    const whole = await run(RunFolder.createNext(parent));
    const folder = RunFolder.createNext(parent);
    const killed = new Error('killed');
    const onEvent = (event: RunEvent): void => {
      if (event.kind === 'step' && event.stepsDone === 15) throw killed;
    };
    expect(await run(folder, { onEvent }).catch((error) => error)).to.equal(killed);
    appendFileSync(folder.file('metrics.jsonl'), '{"mode":"dfa-ternary","stepsDone":14,"kind":"ste');
    const { summaries } = await run(folder, { resume: true });
    expect(summaries.map((s) => s.weightsHash)).to.deep.equal(whole.summaries.map((s) => s.weightsHash));
    const epochs = folder.metrics().filter((line) => line.kind === 'epoch');
    expect(epochs.map((line) => line.stepsDone)).to.deep.equal([10, 20, 30, 10, 20, 30]);
  });

  it('refuses to resume with a damaged checkpoint or another configuration', async () => {
    const folder = RunFolder.createNext(parent);
    await interrupted(folder, 12);
    const other = { ...small, seed: 1 };
    const refusal = await run(folder, { resume: true, configuration: other }).catch((error) => error);
    expect(isOpuError(refusal, 'INVALID_FILE')).to.equal(true);
    const file = folder.file('dfa-ternary', 'checkpoint.safetensors');
    writeFileSync(file, readFileSync(file).subarray(0, 5000));
    const damaged = await run(folder, { resume: true }).catch((error) => error);
    expect(isOpuError(damaged, 'INVALID_FILE')).to.equal(true);
    expect(damaged.message).to.include('checkpoint.safetensors');
  });

  it('does not touch a folder that holds something, and says when there is no run to resume', () => {
    const path = join(parent, 'mine');
    RunFolder.create(path).write('precious.txt', 'x');
    expect(() => RunFolder.create(path)).to.throw('not empty');
    expect(() => RunFolder.open(path)).to.throw('no config.json');
    expect(RunFolder.createNext(parent).path).to.equal(join(parent, 'train-0001'));
    expect(RunFolder.createNext(parent).path).to.equal(join(parent, 'train-0002'));
  });

  it('hands on the error of a device that cannot be opened', async () => {
    const error = await run(RunFolder.createNext(parent), { configuration: { ...small, mode: ['optical'] } }).catch(
      (e) => e,
    );
    expect(isOpuError(error, 'LINK_UNAVAILABLE')).to.equal(true);
  });
});
