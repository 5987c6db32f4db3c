import { readFileSync } from 'node:fs';
import { runDeviceSuite } from '@opu/conformance';
import { createEmulatedDevice, profiles } from '@opu/emulator';
import { expect } from 'chai';
import { brokenDevices } from '../broken/all-defects.js';
import { failedCases } from '../broken/judge.js';

describe('all devices with one defect', function () {
  this.timeout(60_000);

  it('are 130 at least, each with a defect of its own', () => {
    expect(brokenDevices).to.have.length.at.least(130);
    expect(new Set(brokenDevices.map(({ defect }) => defect)).size).to.equal(brokenDevices.length);
  });

  it('leave out no clause that has a case, but that of transfers, which no link in this process has, and one that a device need not keep', () => {
    const table = readFileSync(new URL('../../../../docs/conformance-coverage.md', import.meta.url), 'utf8');
    const proved = [...table.matchAll(/^\| (OPU-[A-Z]+-\d+) \| D-/gm)].map(([, clause]) => clause!);
    const broken = new Set(brokenDevices.map(({ clause }) => clause));
    expect(proved.filter((clause) => !broken.has(clause))).to.deep.equal(['OPU-CAR-2', 'OPU-CAR-7']);
  });

  for (const broken of brokenDevices) {
    it(`fails a case of ${broken.clause}: ${broken.defect}`, async () => {
      expect(await failedCases(broken)).to.not.deep.equal([]);
    });
  }
});

describe('a healthy device on a line that may be damaged', function () {
  this.timeout(120_000);

  it('passes every case of the link', async () => {
    const device = createEmulatedDevice({ profile: 'tiny', behaviours: [{ damagesLink: true }] });
    const connect = async () => device.connect();
    const { results } = await runDeviceSuite({ address: 'stream:', connect, select: 'link' });
    expect(results.filter(({ verdict }) => verdict === 'fail')).to.deep.equal([]);
    await device.close();
  });
});

describe('a healthy device of each profile', function () {
  this.timeout(120_000);

  for (const { name: profile } of profiles) {
    it(`passes every case in less than 2 minutes: ${profile}`, async () => {
      const device = createEmulatedDevice({ profile });
      const connect = async () => device.connect();
      const externalTrigger = (): void => void device.trigger();
      const { results } = await runDeviceSuite({ address: `emulator:${profile}`, connect, externalTrigger });
      expect(results.filter(({ verdict }) => verdict === 'fail')).to.deep.equal([]);
      expect(results.filter(({ verdict }) => verdict === 'pass')).to.have.length.at.least(results.length - 20);
      await device.close();
    });
  }
});
