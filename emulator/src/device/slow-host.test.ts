import { RealTimeClock } from '@opu/core';
import { configurationField, counterId, createConfigure } from '@opu/protocol';
import { WireHost } from '@opu/testing/wire/wire-host.js';
import { expect } from 'chai';
import { Log } from '../sequencer/testing/drive.js';
import { createEmulatedDevice } from './emulated-device.js';

const PERIOD_TICKS = 200_000;

describe('a host that is too slow in real time', () => {
  it('shows as underruns, never as a wrong tick: every reset is on the grid, every edge at its distance', async () => {
    const trace = new Log();
    const clock = new RealTimeClock();
    const device = createEmulatedDevice({ profile: 'tiny', clock, trace });
    const host = await new WireHost(device.connect()).open();
    await host.control();
    await host.get(
      { ...createConfigure(), fields: configurationField.PERIOD, periodTicks: PERIOD_TICKS },
      'CONFIGURE_REPLY',
    );
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    for (let k = 0; k < 4; k++) {
      host.patterns(k, [new Uint8Array(128).fill(k)], k === 3);
      // Three periods without a word.
      await new Promise<void>((resolve) => void clock.at(clock.now() + 3 * PERIOD_TICKS, resolve));
    }
    await host.until(() => host.all('RUN_ENDED')[0]);
    const { counters } = await host.get({ type: 'GET_COUNTERS' }, 'COUNTERS_REPLY');
    await device.close();

    const ticks = (edge: string): number[] =>
      trace.lines.filter((line) => line.split(' ')[1] === edge).map((line) => Number(line.split(' ')[0]));
    const resets = ticks('reset');
    expect(resets).to.have.length(4);
    const slots = resets.map((tick) => (tick - resets[0]!) / PERIOD_TICKS);
    for (const slot of slots) expect(Number.isInteger(slot)).to.equal(true);
    const underruns = counters.toArray().find((counter) => counter.id === counterId.UNDERRUN)?.value;
    expect(underruns).to.be.at.least(3);
    expect(underruns).to.equal(slots.at(-1)! + 1 - 4);
    expect(ticks('exposureStart')).to.deep.equal(resets.map((tick) => tick + 1750));
    expect(ticks('readoutEnd')).to.deep.equal(resets.map((tick) => tick + 7050));
  });
});
