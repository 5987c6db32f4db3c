import { VirtualClock } from '@opu/core';
import type { DeviceMachine } from '@opu/protocol';
import { expect } from 'chai';
import { LeaseWatch } from './lease-watch.js';

/** A machine of which nothing but the deadline matters; it has none once time has come to it. */
class Deadline {
  at: number | undefined;
  readonly advanced: number[] = [];

  nextDeadline(): number | undefined {
    return this.at;
  }

  advance(now: number): void {
    this.advanced.push(now);
    if (this.at !== undefined && now >= this.at) this.at = undefined;
  }
}

function watched(): { clock: VirtualClock; lease: Deadline; watch: LeaseWatch } {
  const clock = new VirtualClock();
  const lease = new Deadline();
  return { clock, lease, watch: new LeaseWatch(lease as unknown as DeviceMachine, clock) };
}

describe('LeaseWatch', () => {
  it('is there on the tick of a deadline that moved nearer, because a shorter interval was asked for', () => {
    const { clock, lease, watch } = watched();
    lease.at = 6000;
    watch.look();
    lease.at = 10;
    watch.look();
    clock.spend(20);
    expect(lease.advanced).to.deep.equal([10]);
  });

  it('follows a deadline that every message moves further away', () => {
    const { clock, lease, watch } = watched();
    for (lease.at = 100; lease.at <= 500; lease.at += 100) watch.look();
    lease.at = 500;
    clock.spend(1000);
    expect(lease.at).to.equal(undefined);
    expect(lease.advanced.at(-1)).to.equal(500);
  });
});
