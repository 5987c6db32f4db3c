import { deviceCases, runDeviceSuite } from '@opu/conformance';
import { createEmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import { brokenDevices } from '../broken/all-defects.js';
import { brokenLinks } from '../broken/broken-link.js';
import { failedCases } from '../broken/judge.js';

/** Every so manieth device is broken here; all of them are in the long tests. */
const EVERY = 6;

describe('a device with one defect', function () {
  this.timeout(20_000);

  for (const broken of brokenDevices.filter((_, i) => i % EVERY === 0)) {
    it(`fails a case of ${broken.clause}: ${broken.defect}`, async () => {
      expect(await failedCases(broken)).to.not.deep.equal([]);
    });
  }

  it('would pass every case without the defect', async () => {
    const device = createEmulatedDevice({ profile: 'tiny' });
    const link = brokenLinks({ says: (said) => [said], hears: (heard) => [heard], hearsBytes: (chunk) => [chunk] });
    const connect = async () => link(device.connect());
    const externalTrigger = (): void => void device.trigger();
    const { results } = await runDeviceSuite({ address: 'healthy:', connect, externalTrigger });
    expect(results).to.have.length(deviceCases.length);
    expect(results.filter(({ verdict }) => verdict === 'fail')).to.deep.equal([]);
    // Nothing to be judged: transfers on this carrier, a lease that runs out, an image of more than 4096 bytes.
    const others = results.filter(({ verdict }) => verdict !== 'pass').map(({ number }) => number);
    expect(others).to.deep.equal(['D-LNK-15', 'D-PAY-04', 'D-CTL-07', 'D-CTL-10', 'D-LIM-04', 'D-SAF-03', 'D-DAE-10']);
    await device.close();
  });
});
