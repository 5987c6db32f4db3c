import { VirtualClock } from '@opu/core';
import { expect } from 'chai';
import { Pacer } from './pacer.js';

function setup() {
  const clock = new VirtualClock();
  const turns: (() => void)[] = [];
  const host = { waits: true };
  const pacer = new Pacer(
    clock,
    () => host.waits,
    (action) => turns.push(action),
  );
  const turn = (): boolean => {
    const action = turns.shift();
    action?.();
    return action !== undefined;
  };
  return { clock, host, pacer, turn };
}

describe('Pacer', () => {
  it('runs silent events in one turn and ends the turn when the device speaks', () => {
    const { clock, pacer, turn } = setup();
    const ticks: number[] = [];
    for (const t of [1, 2, 3, 4]) {
      clock.at(t, () => {
        ticks.push(t);
        if (t === 3) pacer.spoke();
      });
    }
    turn();
    expect(ticks).to.deep.equal([1, 2, 3]);
    turn();
    expect(ticks).to.deep.equal([1, 2, 3, 4]);
    expect(turn()).to.equal(false);
  });

  it('lets no time pass while the host does not wait', () => {
    const { clock, host, pacer, turn } = setup();
    const ticks: number[] = [];
    host.waits = false;
    for (const t of [1, 2, 3]) {
      clock.at(t, () => {
        ticks.push(t);
        if (t === 2) host.waits = false;
      });
    }
    while (turn());
    expect(ticks).to.deep.equal([]);
    host.waits = true;
    pacer.arm();
    while (turn());
    expect(ticks).to.deep.equal([1, 2]);
    host.waits = true;
    pacer.arm();
    while (turn());
    expect(ticks).to.deep.equal([1, 2, 3]);
  });

  it('gives other work a turn in a long silence', () => {
    const { clock, turn } = setup();
    let events = 0;
    const again = (): void => {
      events++;
      clock.at(clock.now() + 1, again);
    };
    clock.at(1, again);
    turn();
    const first = events;
    turn();
    expect(first).to.be.greaterThan(0);
    expect(events).to.equal(2 * first);
  });
});
