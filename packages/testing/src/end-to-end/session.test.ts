import { schemes } from '@opu/cli';
import { VirtualClock } from '@opu/core';
import { mountTcp } from '@opu/device';
import { type Clock, openOpu, type SchemeConnection } from '@opu/driver';
import { createEmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import ndarray from 'ndarray';

describe('a session', () => {
  it('finds the offset of the device clock within the uncertainty that it states', async () => {
    const clock = new VirtualClock(1_000_000);
    const device = createEmulatedDevice({ profile: 'tiny', clock });
    const hostClock: Clock = {
      now: () => clock.now() - 123_456,
      at: (tick, action, options) => clock.at(tick + 123_456, action, options),
    };
    const opened = await openOpu('clock:', {
      schemes: { clock: async (): Promise<SchemeConnection> => ({ transport: device.connect() }) },
      clock: hostClock,
      pacing: 'free',
    });
    for (let i = 0; i < 3; i++) {
      clock.spend(777_777);
      const fit = await opened.syncClock(4);
      expect(Math.abs(fit.offsetTicks - 123_456)).to.be.at.most(fit.uncertaintyTicks);
      expect(fit.uncertaintyTicks).to.be.below(2);
      expect(fit.drift).to.be.closeTo(0, 1e-6);
      expect(fit.samples).to.equal(4 * (i + 1));
    }
    expect(await opened.now()).to.equal(clock.now());
    await opened.close();
    await device.close();
  });

  it('is one at a time: a second host is told that the device is busy, and gets it when the first is done', async () => {
    const device = createEmulatedDevice({ profile: 'tiny' });
    const mount = await mountTcp(device, { port: 0 });
    const first = await openOpu(mount.address, { schemes });
    await first.configure({ exposureTicks: 3000 });
    const second = await openOpu(mount.address, { schemes }).catch((e: unknown) => e);
    expect(second).to.include({ code: 'DEVICE_BUSY' });
    await first.project(ndarray(new Uint8Array(3 * 128), [3, 128]));
    await first.close();
    const third = await openOpu(mount.address, { schemes });
    expect(third.configuration.exposureTicks).to.equal(3000);
    const batch = await third.project(ndarray(new Uint8Array(2 * 128), [2, 128]));
    expect(batch.readouts.map((r) => r.frame)).to.deep.equal([3, 4]);
    await third.close();
    await mount.close();
    await device.close();
  });

  it('tells its transport whenever it waits for the device: in a batch, a stream and a request, and not at rest', async () => {
    const device = createEmulatedDevice({ profile: 'tiny' });
    const transport = device.connect();
    let waits = 0;
    transport.expectSoon = () => {
      waits++;
    };
    const opened = await openOpu('counted:', { schemes: { counted: async () => ({ transport }) } });
    const patterns = Array.from({ length: 40 }, () => new Uint8Array(128));
    const during = async (work: () => Promise<unknown>): Promise<number> => {
      const before = waits;
      await work();
      return waits - before;
    };
    expect(await during(() => opened.counters())).to.be.at.least(1);
    expect(await during(() => opened.project(ndarray(new Uint8Array(40 * 128), [40, 128])))).to.be.at.least(3);
    const stream = async (): Promise<void> => {
      for await (const _ of opened.stream(patterns));
    };
    expect(await during(stream)).to.be.at.least(3);
    expect(await during(() => new Promise((resolve) => setTimeout(resolve, 20)))).to.equal(0);
    await opened.close();
    await device.close();
  });

  it('refuses a configuration whole, with field, value, bound and limiting term, and keeps the old one', async () => {
    const device = await openOpu('emulator:tiny', { schemes });
    const before = device.configuration;
    const error = (await device.configure({ periodTicks: 1000, bitDepth: 8 }).catch((e: unknown) => e)) as {
      code: string;
      details: unknown;
    };
    expect(error.code).to.equal('CONFIGURATION_REFUSED');
    expect(error.details).to.deep.include({
      field: 'periodTicks',
      value: 1000,
      bound: 3750,
      limitingTerm: 'modulator-exposure',
    });
    expect(device.configuration).to.deep.equal(before);
    expect((await device.configure({})).hash).to.equal(before.hash);
    await device.close();
  });
});
