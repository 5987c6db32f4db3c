import { driverCases, driverPromises, runDriverSuite } from '@opu/conformance';
import { TICKS_PER_SECOND } from '@opu/driver';
import { expect } from 'chai';
import { schemes } from '../schemes.js';
import { healthy, overlaid } from '../testing/broken-drivers/broken-driver.js';
import { brokenDrivers } from '../testing/broken-drivers/index.js';

describe('a driver with one defect', function () {
  this.timeout(60_000);

  it('is one of at least 30, which break 50 different promises', () => {
    expect(brokenDrivers.length).to.be.at.least(30);
    const broken = new Set(brokenDrivers.map(({ promise }) => promise));
    expect(broken.size).to.be.at.least(50);
    const known = new Set(driverPromises.map(({ id }) => id));
    expect([...broken].filter((id) => !known.has(id))).to.deep.equal([]);
  });

  for (const { promise, defect, open } of brokenDrivers) {
    it(`fails a case of ${promise}: ${defect}`, async () => {
      const { results } = await runDriverSuite({
        address: 'broken:',
        open: (wire) => open(wire.schemes(schemes)),
        select: promise,
        stepTicks: TICKS_PER_SECOND / 2,
        patienceTicks: TICKS_PER_SECOND,
      });
      // What went wrong only while the case was cleared away proves nothing, unless it is the promise itself.
      const failed = results.filter(
        ({ verdict, reason }) =>
          verdict === 'fail' && (!/^\S+ after the case/.test(reason) || reason.includes(promise)),
      );
      expect(failed.map(({ number }) => number)).not.to.deep.equal([]);
      if (process.env.OPU_DEBUG)
        console.log(failed.map(({ number, reason }) => `        ${number} ${reason.slice(0, 160)}`).join('\n'));
    });
  }
});

describe('a driver without a defect', function () {
  this.timeout(60_000);

  it('passes every case', async () => {
    const open = (wire: { schemes(s: typeof schemes): typeof schemes }) => healthy(wire.schemes(schemes));
    const { counts, results } = await runDriverSuite({
      address: 'healthy:',
      open: async (w) => overlaid(await open(w), {}),
    });
    expect(
      results.filter(({ verdict }) => verdict !== 'pass').map(({ number, reason }) => [number, reason]),
    ).to.deep.equal([]);
    expect(counts.pass).to.equal(driverCases.length);
    expect(results.filter(({ log }) => log.length === 0)).to.deep.equal([]);
  });

  it('whose transports are its own is judged by its face: what cannot be seen is informational', async () => {
    const { counts, results } = await runDriverSuite({ address: 'closed:', open: () => healthy() });
    expect(counts.fail).to.equal(0);
    expect(counts.pass).to.be.at.least(45);
    expect(results.filter((r) => r.verdict === 'informational' && !r.reason.includes('wire.schemes'))).to.deep.equal(
      [],
    );
  });
});
