import type { RunEvent } from '@opu/dfa';
import { RecordingTerminal } from '@opu/testing/recording-terminal.js';
import { expect } from 'chai';
import { createProgress, formatDuration } from './progress.js';

const mode: RunEvent = { kind: 'mode', mode: 'bp', totalSteps: 100, epochs: 1, stepsDone: 0, batch: 32, frames: 0 };
const step = (stepsDone: number): RunEvent => ({
  kind: 'step',
  mode: 'bp',
  epoch: 0,
  step: stepsDone - 1,
  stepsPerEpoch: 100,
  stepsDone,
  loss: 0.5,
  accuracy: 0.75,
  batchLoss: 0.4,
});

describe('the progress of a training', () => {
  it('is a line a step at most every 10 s where nobody watches, with rates and the time left', () => {
    const terminal = new RecordingTerminal();
    let time = 0;
    const progress = createProgress(terminal, false, () => time);
    progress.tell(mode);
    for (let done = 1; done <= 25; done++) {
      time += 1000;
      progress.tell(step(done));
    }
    const lines = terminal.errors.split('\n').filter((line) => line.includes('step '));
    expect(lines).to.have.length(2);
    expect(lines[0]).to.include('bp epoch 1/1 step 10/100').and.include('32 samples/s').and.include('1:30 min left');
    expect(terminal.output).to.equal('');
  });

  it('redraws one line where somebody watches, no wider than the terminal', () => {
    const terminal = Object.assign(new RecordingTerminal(), { interactive: true, columns: 40 });
    let time = 0;
    const progress = createProgress(terminal, false, () => time);
    progress.tell(mode);
    for (let done = 1; done <= 3; done++) {
      time += 1000;
      progress.tell(step(done));
    }
    progress.end();
    const drawn = terminal.errors.split('\r\u001b[K').slice(1);
    expect(drawn).to.have.length(4);
    for (const text of drawn) expect(text.length).to.be.below(40);
    expect(drawn.at(-1)).to.equal('');
  });

  it('is JSON lines, ten steps an epoch, where a machine reads', () => {
    const terminal = new RecordingTerminal();
    const progress = createProgress(terminal, true, () => 0);
    for (let done = 1; done <= 100; done++) progress.tell(step(done));
    const lines = terminal.output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { stepsDone: number });
    expect(lines.map(({ stepsDone }) => stepsDone)).to.deep.equal([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(terminal.errors).to.equal('');
  });

  it('writes durations as people do', () => {
    expect([0.25, 42.4, 75, 3725].map(formatDuration)).to.deep.equal(['0.3 s', '42 s', '1:15 min', '1:02:05 h']);
  });
});
