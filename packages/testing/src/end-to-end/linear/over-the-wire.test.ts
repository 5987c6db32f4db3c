import { schemes } from '@opu/cli';
import { autoExposure, openLinearProjection, openOpu } from '@opu/driver';
import { expect } from 'chai';
import ndarray from 'ndarray';

const INPUTS = 8;

describe('linear projections and calibration on a whole emulated device', () => {
  for (const [mode, bound] of [
    ['anchor', 0.2],
    ['phase-shifting', 0.12],
  ] as const) {
    it(`${mode}: the projection of a sum is the sum of projections within ${100 * bound} % (noisy 8-bit camera, false alarm below 1 %)`, async () => {
      const device = await openOpu('emulator:tiny?seed=5', { schemes });
      try {
        const options = { mode, inputs: INPUTS, outputs: 500, shortestPeriod: true } as const;
        const projection = await openLinearProjection(device, options);
        expect(device.configuration.periodTicks).to.equal(device.configuration.minimumPeriodTicks);
        const before = (await device.counters()).get('frames')!;
        // x and y have no place in common; their sum is ternary, too.
        const x = [1, -1, 0, 1, 0, 0, -1, 0];
        const y = [0, 0, 1, 0, -1, 1, 0, -1];
        const sum = x.map((value, i) => value + y[i]!);
        const { data } = await projection.project(ndarray(Int8Array.from([...x, ...y, ...sum]), [3, INPUTS]));
        let [error, power] = [0, 0];
        for (let m = 0; m < 500; m++) {
          error += (data[m]! + data[500 + m]! - data[1000 + m]!) ** 2;
          power += data[1000 + m]! ** 2;
        }
        expect(Math.sqrt(error / power)).to.be.within(1e-4, bound);
        expect((await device.counters()).get('frames')).to.equal(before + 3 * projection.framesPerVector);
        expect(projection.framesMade).to.equal(before + 3 * projection.framesPerVector);
      } finally {
        await device.close();
      }
    });
  }

  it('auto-exposure ends within the frame period with at most 0.5 % saturated and a mean above 11 of 255', async () => {
    const device = await openOpu('emulator:tiny?seed=5', { schemes });
    try {
      const { patternBytes, periodTicks } = device.configuration;
      const data = Uint8Array.from({ length: 4 * patternBytes }, (_, k) => Math.imul(k + 1, 0x9e37_79b1) >>> 24);
      const found = await autoExposure(device, ndarray(data, [4, patternBytes]));
      expect(found.saturatedShare).to.be.at.most(0.005);
      expect(found.mean).to.be.above(11 / 255);
      expect(device.configuration.periodTicks).to.equal(periodTicks);
      expect(device.configuration.exposureTicks).to.equal(found.exposureTicks);
    } finally {
      await device.close();
    }
  });
});
