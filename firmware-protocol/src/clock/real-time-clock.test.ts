import { expect } from 'chai';
import { RealTimeClock } from './real-time-clock.js';

describe('RealTimeClock', () => {
  it('calls alarms in order of their ticks and never before their tick', async () => {
    const clock = new RealTimeClock();
    const start = clock.now();
    const calls: [number, number][] = [];
    await new Promise<void>((resolve) => {
      for (const wait of [300_000, 100_000, 200_000]) {
        clock.at(start + wait, () => {
          calls.push([start + wait, clock.now()]);
          if (calls.length === 3) resolve();
        });
      }
    });
    expect(calls.map(([due]) => due - start)).to.deep.equal([100_000, 200_000, 300_000]);
    for (const [due, called] of calls) expect(called).to.be.at.least(due);
  });

  it('does not call what was cancelled, not even by an alarm of the same tick', async () => {
    const clock = new RealTimeClock();
    const calls: string[] = [];
    const due = clock.now() + 100_000;
    await new Promise<void>((resolve) => {
      clock.at(due, () => {
        calls.push('first');
        second.cancel();
      });
      const second = clock.at(due, () => calls.push('second'));
      clock.at(due + 100_000, resolve);
    });
    expect(calls).to.deep.equal(['first']);
  });

  it('calls an alarm that is set for the past', async () => {
    const clock = new RealTimeClock();
    await new Promise<void>((resolve) => void clock.at(0, resolve));
  });
});
