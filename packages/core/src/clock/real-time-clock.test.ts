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

  it('lets timers and input have their turn while every alarm is late', async () => {
    const clock = new RealTimeClock();
    let isOver = false;
    let calls = 0;
    // A device that is slower than its own time: each event takes 3 ms, and the next one was due long ago.
    const late = (): void => {
      const from = clock.now();
      while (clock.now() < from + 300_000);
      if (++calls < 2_000 && !isOver) clock.at(0, late);
    };
    clock.at(0, late);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setImmediate(resolve));
    isOver = true;
    expect(calls).to.be.within(1, 1_999);
  });

  it('calls an alarm that is set for the past', async () => {
    const clock = new RealTimeClock();
    await new Promise<void>((resolve) => void clock.at(0, resolve));
  });

  for (const spinMilliseconds of [0, 1.5]) {
    it(`calls alarms a period apart on or after their ticks, and keeps account of it (spin ${spinMilliseconds} ms)`, async () => {
      const clock = new RealTimeClock({ spinMilliseconds });
      const start = clock.now() + 100_000;
      const late: number[] = [];
      await new Promise<void>((resolve) => {
        const next = (): void => {
          late.push(clock.now() - (start + late.length * 125_000));
          if (late.length === 40) resolve();
          else clock.at(start + late.length * 125_000, next);
        };
        clock.at(start, next);
      });
      for (const ticks of late) expect(ticks).to.be.at.least(0);
      const { alarms, medianTicks, maximumTicks } = clock.lateness;
      expect(alarms).to.equal(40);
      expect(maximumTicks).to.be.at.least(medianTicks);
      // The clock looks at the time before it makes the call, the call after.
      expect(maximumTicks).to.be.at.most(Math.max(...late));
      clock.resetLateness();
      expect(clock.lateness.alarms).to.equal(0);
    });
  }

  it('takes an earlier alarm while it waits for a later one', async () => {
    const clock = new RealTimeClock({ spinMilliseconds: 1 });
    const calls: string[] = [];
    const now = clock.now();
    await new Promise<void>((resolve) => {
      clock.at(now + 500_000, () => {
        calls.push('late');
        resolve();
      });
      clock.at(now + 100_000, () => calls.push('early'));
    });
    expect(calls).to.deep.equal(['early', 'late']);
  });
});
