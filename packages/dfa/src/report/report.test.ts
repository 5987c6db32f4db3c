import { expect } from 'chai';
import { completeConfiguration } from '../config/configuration.js';
import type { MetricsLine } from '../results/metrics-line.js';
import type { ModeSummary } from '../results/summary.js';
import { niceTicks } from './axis.js';
import { renderReport } from './report.js';

const hostMilliseconds = { data: 1, forward: 20, feedback: 30, backward: 10, update: 5, test: 2 };

function epoch(number: number, alignment: Record<string, number>): MetricsLine {
  const shares = { trainAccuracy: 0.9, testAccuracy: 0.91, trainLoss: 0.3, testLoss: 0.25 };
  return {
    kind: 'epoch',
    mode: 'optical',
    epoch: number,
    stepsDone: 10 * number,
    ...shares,
    alignment,
    hostMilliseconds,
  };
}

function summary(framesCounted: number): ModeSummary {
  return {
    mode: 'optical',
    epochs: 3,
    steps: 30,
    samples: 960,
    bestEpoch: 2,
    testAccuracy: 0.91,
    testLoss: 0.25,
    alignment: { hidden1: 0.5 },
    wallSeconds: 2,
    hostMilliseconds,
    weightsHash: '00',
    device: {
      address: 'emulator:<tiny>',
      model: 'm',
      profile: 'tiny',
      framesPerVector: 4,
      periodTicks: 10_000,
      frames: 100,
      framesCounted,
      framesAgree: framesCounted === 100,
      elapsedTicks: 2_000_000,
      projectingTicks: 1_000_000,
      hostTicks: 500_000,
      incidents: {},
      timeline: [{ startTick: 0, endTick: 1_000_000, frames: 100 }],
    },
  };
}

const configuration = completeConfiguration({ mode: 'optical', device: 'emulator:<script>' }, 'test');

describe('the report', () => {
  const metrics = [epoch(0, {}), epoch(1, { hidden1: 0.4 }), epoch(2, { hidden1: 0.5 })];

  it('is one page without script and without anything from outside, and shows names as text', () => {
    const page = renderReport({ configuration, metrics, summaries: [summary(100)] });
    expect(page).not.to.match(/<script|https?:|(src|href)=/);
    expect(page).to.include('emulator:&#60;script&#62;').and.include('91.00 %');
  });

  it('draws the alignment of the epochs in which it was measured, and no number that is none', () => {
    const page = renderReport({ configuration, metrics, summaries: [] });
    expect(page)
      .to.include('optical, hidden1')
      .and.not.match(/NaN|undefined|Infinity/);
  });

  it('shares the device time between projecting, host and the rest', () => {
    const page = renderReport({ configuration, metrics, summaries: [summary(100)] });
    expect(page).to.include('projecting 50 % of the time, host 25 %, link and idle 25 %');
  });

  it('says so when trainer and device do not count the same frames', () => {
    expect(renderReport({ configuration, metrics, summaries: [summary(100)] })).to.include('they agree');
    const page = renderReport({ configuration, metrics, summaries: [summary(99)] });
    expect(page).to.include('got 100 frames and the device counted 99');
  });

  it('has axes of round numbers that cover the values', () => {
    expect(niceTicks(0, 2.3)).to.deep.equal([0, 0.5, 1, 1.5, 2, 2.5]);
    expect(niceTicks(88.4, 98.9)).to.deep.equal([87.5, 90, 92.5, 95, 97.5, 100]);
    expect(niceTicks(3, 3).length).to.be.above(1);
  });
});
