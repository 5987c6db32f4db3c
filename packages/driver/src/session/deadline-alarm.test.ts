import { VirtualClock } from '@opu/core';
import { expect } from 'chai';
import { DeadlineAlarm } from './deadline-alarm.js';

describe('DeadlineAlarm', () => {
  function armed() {
    const clock = new VirtualClock();
    const due: number[] = [];
    return { clock, due, alarm: new DeadlineAlarm(clock, () => due.push(clock.now())) };
  }

  it('comes no later than the deadline that was set last: an early one is left, a late one is moved', () => {
    const { clock, due, alarm } = armed();
    alarm.set(50, false);
    alarm.set(80, false);
    alarm.set(20, false);
    clock.spend(100);
    expect(due).to.deep.equal([20]);
  });

  it('leaves the alarm when there is no deadline any more', () => {
    const { clock, due, alarm } = armed();
    alarm.set(50, false);
    alarm.set(undefined, false);
    clock.spend(100);
    expect(due).to.deep.equal([50]);
  });

  it('lets a virtual clock jump to it, or not, as was said last', () => {
    const { clock, alarm } = armed();
    alarm.set(50, true);
    expect(clock.hasWork).to.equal(false);
    alarm.set(50, false);
    expect(clock.hasWork).to.equal(true);
    alarm.cancel();
    expect(clock.hasWork).to.equal(false);
  });
});
