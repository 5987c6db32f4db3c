import { VirtualClock } from '@opu/core';
import { expect } from 'chai';
import type { DeviceList } from './list-devices.js';
import { type DeviceChange, watchDevices } from './watch-devices.js';

const device = (address: string) => ({ address, kind: 'serial' as const, description: '' });
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('watchDevices', () => {
  const says = (change: DeviceChange): string =>
    change.event === 'problem' ? `! ${change.problem}` : `${change.event} ${change.device.address}`;

  it('tells what is there, what comes and what goes, each once, and looks no more when nobody listens', async () => {
    const clock = new VirtualClock();
    const looks: DeviceList[] = [
      { devices: [device('a'), device('b')], problems: ['no udev'] },
      { devices: [device('a'), device('b')], problems: ['no udev'] },
      { devices: [device('b'), device('c')], problems: [] },
      { devices: [], problems: ['no udev'] },
    ];
    let looked = 0;
    const list = async (): Promise<DeviceList> => looks[Math.min(looked++, looks.length - 1)]!;
    const heard: string[] = [];
    const watching = watchDevices({ clock, list, interval: 10 }).subscribe((change) => heard.push(says(change)));
    for (let i = 0; i < 4; i++) {
      await settled();
      clock.spend(1_000_000);
    }
    await settled();
    expect(heard).to.deep.equal([
      'attached a',
      'attached b',
      '! no udev',
      'detached a',
      'attached c',
      'detached b',
      'detached c',
      '! no udev',
    ]);
    watching.unsubscribe();
    const before = looked;
    clock.spend(10_000_000);
    await settled();
    expect(looked).to.equal(before);
  });

  it('passes on what goes wrong with looking itself', async () => {
    const list = (): Promise<DeviceList> => Promise.reject(new Error('no eyes'));
    const error = await new Promise((resolve) => watchDevices({ list }).subscribe({ error: resolve }));
    expect(error).to.have.property('message', 'no eyes');
  });
});
