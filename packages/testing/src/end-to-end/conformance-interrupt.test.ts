import { runDeviceSuite } from '@opu/conformance';
import { openOpu } from '@opu/driver';
import { createEmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import { brokenLinks } from '../broken/broken-link.js';

describe('the device suite, interrupted', function () {
  this.timeout(60_000);

  for (const start of [1, 4]) {
    it(`in the middle of run ${start} leaves the device at rest, free, and configured as it was`, async () => {
      const device = createEmulatedDevice({ profile: 'lab-dlp7000' });
      const schemes = { emulator: async () => ({ transport: device.connect() }) };
      const look = async () => {
        const opened = await openOpu('emulator:it', { schemes });
        const frames = (await opened.counters()).get('frames');
        const { configuration } = opened;
        await opened.close();
        return { frames, configuration };
      };
      const before = await look();
      const interruption = new AbortController();
      let starts = 0;
      const link = brokenLinks({
        hears: (heard) => {
          if (heard.message.type === 'START' && ++starts === start) interruption.abort();
          return [heard];
        },
      });
      const { signal } = interruption;
      const connect = async () => link(device.connect());
      const report = await runDeviceSuite({ address: 'emulator:it', connect, signal, select: 'streaming*' });
      expect(starts).to.equal(start);
      expect(report.verdict).to.equal('incomplete');
      const after = await look();
      expect(after.configuration).to.deep.equal(before.configuration);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect((await look()).frames).to.equal(after.frames);
      await device.close();
    });
  }
});
