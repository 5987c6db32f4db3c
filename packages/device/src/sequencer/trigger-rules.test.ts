import { expect } from 'chai';
import { type TriggerState, whyTriggerIgnored } from './trigger-rules.js';

describe('whyTriggerIgnored', () => {
  // `tiny`: L = 128, S = 1250, Pmin = 3750. The frame before was reset on tick 10 000.
  const state: TriggerState = {
    readyTick: 0,
    lastReset: 10_000,
    stages: { loadTicks: 128, settleTicks: 1_250 },
    minimumPeriodTicks: 3_750,
    freeBuffers: 1,
  };
  const cases: [now: number, change: Partial<TriggerState>, expected: string | undefined][] = [
    [13_750, {}, undefined],
    [13_749, {}, 'too-early'],
    [11_378, {}, 'too-early'],
    [11_377, {}, 'not-loaded'],
    [20_000, { readyTick: undefined }, 'not-loaded'],
    [20_127, { readyTick: 20_000 }, 'not-loaded'],
    [20_128, { readyTick: 20_000 }, undefined],
    [20_000, { freeBuffers: 0 }, 'no-buffer'],
    [13_749, { freeBuffers: 0 }, 'no-buffer'],
    [127, { lastReset: undefined }, 'not-loaded'],
    [128, { lastReset: undefined }, undefined],
  ];
  for (const [now, change, expected] of cases) {
    it(`tick ${now}, ${JSON.stringify(change)}: ${expected ?? 'fires'}`, () => {
      expect(whyTriggerIgnored(now, { ...state, ...change })).to.equal(expected);
    });
  }
});
