import { expect } from 'chai';
import { pacingMode } from '../generated/enums.js';
import type { DeviceEffects, DeviceRequest } from './effects.js';
import { VirtualTime } from './virtual-time.js';

function served(effects: Partial<DeviceEffects>) {
  const done: number[] = [];
  return {
    time: new VirtualTime(effects as DeviceEffects),
    request: { done: (tick: number) => done.push(tick) } as unknown as DeviceRequest,
    done,
  };
}

describe('VirtualTime', () => {
  it('passes in lockstep from the host’s word that it waits to the next message to it', () => {
    const news: unknown[] = [];
    const { time, request, done } = served({ spend: () => {}, pacing: (message) => news.push(message?.type) });
    const host = { sent: 3 };
    expect(time.mayPass(host)).to.equal(true);
    time.handle({ type: 'SET_PACING', mode: pacingMode.LOCKSTEP }, request, host, 5);
    expect(done).to.deep.equal([5]);
    expect([time.isLockstep, time.mayPass(host)]).to.deep.equal([true, false]);
    time.handle({ type: 'HOST_WAITING', deviceSequence: 2 }, request, host, 6);
    expect(time.mayPass(host)).to.equal(false);
    time.handle({ type: 'HOST_WAITING', deviceSequence: 3 }, request, host, 6);
    expect(time.mayPass(host)).to.equal(true);
    host.sent++;
    expect(time.mayPass(host)).to.equal(false);
    expect(news).to.deep.equal(['SET_PACING', undefined]);
  });

  it('passes when nobody is in control, and freely after that', () => {
    const { time, request } = served({ spend: () => {}, pacing: () => {} });
    const host = { sent: 3 };
    time.handle({ type: 'SET_PACING', mode: pacingMode.LOCKSTEP }, request, host, 0);
    expect(time.mayPass(undefined)).to.equal(true);
    time.free();
    expect([time.isLockstep, time.mayPass(host)]).to.deep.equal([false, true]);
  });

  it('is not there on a device whose time is real', () => {
    const { time, request, done } = served({});
    expect(time.handle({ type: 'SPEND', ticks: 7 }, request, undefined, 0)).to.equal(false);
    expect(done).to.deep.equal([]);
  });
});
