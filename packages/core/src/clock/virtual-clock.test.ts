import { expect } from 'chai';
import { VirtualClock } from './virtual-clock.js';

describe('VirtualClock', () => {
  it('calls alarms in order of tick, then rank, then scheduling', () => {
    const clock = new VirtualClock();
    const calls: string[] = [];
    clock.at(20, () => calls.push('c'));
    clock.at(10, () => calls.push('b'), { rank: 5 });
    clock.at(10, () => calls.push('a'), { rank: 1 });
    clock.at(20, () => calls.push('d'));
    while (clock.step()) calls.push(String(clock.now()));
    expect(calls).to.deep.equal(['a', '10', 'b', '10', 'c', '20', 'd', '20']);
  });

  it('unlinks an alarm before it is called, so that it can set itself again', () => {
    const clock = new VirtualClock();
    const ticks: number[] = [];
    const again = (): void => {
      ticks.push(clock.now());
      if (ticks.length < 3) clock.at(clock.now() + 7, again);
    };
    clock.at(7, again);
    while (clock.step());
    expect(ticks).to.deep.equal([7, 14, 21]);
  });

  it('does not call what was cancelled', () => {
    const clock = new VirtualClock();
    const calls: number[] = [];
    const alarms = Array.from({ length: 50 }, (_, i) => clock.at((i * 37) % 50, () => calls.push((i * 37) % 50)));
    for (let i = 0; i < 50; i += 3) alarms[i]!.cancel();
    while (clock.step());
    expect(calls).to.have.length(33);
    expect(calls).to.deep.equal([...calls].sort((a, b) => a - b));
  });

  it('passes background alarms but does not jump to them', () => {
    const clock = new VirtualClock();
    const calls: string[] = [];
    clock.at(10, () => calls.push('background'), { background: true });
    expect(clock.step()).to.equal(false);
    expect(clock.now()).to.equal(0);
    clock.at(20, () => calls.push('work'));
    expect(clock.step()).to.equal(true);
    expect(clock.step()).to.equal(true);
    expect(calls).to.deep.equal(['background', 'work']);
    expect(clock.now()).to.equal(20);
  });

  it('books host work: alarms that fall into it are called on their own ticks', () => {
    const clock = new VirtualClock(100);
    const ticks: number[] = [];
    for (const t of [110, 150, 151]) clock.at(t, () => ticks.push(clock.now()));
    clock.spend(50);
    expect(ticks).to.deep.equal([110, 150]);
    expect(clock.now()).to.equal(150);
  });

  it('calls an alarm that is set for the past on the present tick', () => {
    const clock = new VirtualClock(5);
    const ticks: number[] = [];
    clock.at(1, () => ticks.push(clock.now()));
    clock.step();
    expect(ticks).to.deep.equal([5]);
  });
});
