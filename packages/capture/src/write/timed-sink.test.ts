import { VirtualClock } from '@opu/core';
import { expect } from 'chai';
import { TimedSink } from './timed-sink.js';

describe('TimedSink', () => {
  it('keeps the longest time of a write and of a sync, and hands everything on', () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const waits = [3, 9, 4];
    const dones: (() => void)[] = [];
    const sink = new TimedSink(
      {
        write: ([piece]) => {
          seen.push(`write ${piece}`);
          clock.spend(waits.shift()!);
        },
        sync: (done) => void dones.push(done),
        close: () => void seen.push('close'),
      },
      clock,
    );
    for (const n of [1, 2, 3]) sink.write([Uint8Array.of(n)]);
    sink.sync(() => seen.push('synced'));
    clock.spend(20);
    dones[0]!();
    sink.close();
    expect(seen).to.deep.equal(['write 1', 'write 2', 'write 3', 'synced', 'close']);
    expect([sink.longestWrite, sink.longestSync]).to.deep.equal([9, 20]);
  });
});
