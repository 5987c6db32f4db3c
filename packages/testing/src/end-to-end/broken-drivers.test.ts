import { schemes } from '@opu/cli';
import { driverCases, runDriverSuite } from '@opu/conformance';
import { expect } from 'chai';
import { healthy, overlaid } from '../broken-drivers/broken-driver.js';
import { brokenDrivers } from '../broken-drivers/index.js';
import { failedCases } from '../broken-drivers/judge.js';

/** Every so manieth driver is broken here; all of them are in the long tests. */
const EVERY = 7;

describe('a driver with one defect', function () {
  this.timeout(60_000);

  for (const broken of brokenDrivers.filter((_, i) => i % EVERY === 0)) {
    it(`fails a case of ${broken.promise}: ${broken.defect}`, async () => {
      expect(await failedCases(broken)).not.to.deep.equal([]);
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
