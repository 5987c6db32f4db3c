import { driverPromises } from '@opu/conformance';
import { expect } from 'chai';
import { brokenDrivers } from '../broken-drivers/index.js';
import { failedCases } from '../broken-drivers/judge.js';

describe('all drivers with one defect', function () {
  this.timeout(60_000);

  it('are 95 at least, which break 60 different promises', () => {
    expect(brokenDrivers).to.have.length.at.least(95);
    const broken = new Set(brokenDrivers.map(({ promise }) => promise));
    expect(broken.size).to.be.at.least(60);
    const known = new Set(driverPromises.map(({ id }) => id));
    expect([...broken].filter((id) => !known.has(id))).to.deep.equal([]);
  });

  for (const broken of brokenDrivers) {
    it(`fails a case of ${broken.promise}: ${broken.defect}`, async () => {
      const failed = await failedCases(broken);
      expect(failed.map(({ number }) => number)).not.to.deep.equal([]);
      if (process.env.OPU_DEBUG)
        console.log(failed.map(({ number, reason }) => `        ${number} ${reason.slice(0, 160)}`).join('\n'));
    });
  }
});
