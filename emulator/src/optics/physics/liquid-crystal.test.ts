import { expect } from 'chai';
import { FloatLight, randomPattern } from '../testing/float-light.test.helper.js';

const RISE = 500_000;
const FALL = 900_000;
const EXPOSURE = 200_000;
const SENSOR = { width: 32, height: 32 };

describe('liquid crystal', () => {
  const crystal = new FloatLight(9, {
    sensor: SENSOR,
    modulator: { kind: 'liquid-crystal', width: 64, height: 64, riseTimeTicks: RISE, fallTimeTicks: FALL },
  });
  const still = new FloatLight(9, { sensor: SENSOR });
  after(() => {
    crystal.close();
    still.close();
  });
  const pattern = randomPattern(4096, 2048, 1);
  const previousPattern = randomPattern(4096, 2048, 2);
  const stay = pattern.map((byte, k) => byte & previousPattern[k]!);
  const rising = pattern.map((byte, k) => byte & ~previousPattern[k]!);
  const falling = previousPattern.map((byte, k) => byte & ~pattern[k]!);

  for (const wait of [0, 100_000, 500_000, 1_000_000, 4_000_000]) {
    it(`waited for ${wait / 1e5} ms: the exposed intensity is the integral of |y(t)|^2 within 0.1 %`, () => {
      const [image] = crystal.intensities([{ pattern, previousPattern, wait, exposureTicks: EXPOSURE }]);
      const [s, r, f] = still.fields([{ pattern: stay }, { pattern: rising }, { pattern: falling }]);
      const steps = 400;
      for (let m = 0; m < image!.length; m++) {
        let sum = 0;
        for (let k = 0; k <= steps; k++) {
          const t = wait + (EXPOSURE * k) / steps;
          const [up, down] = [1 - Math.exp(-t / RISE), Math.exp(-t / FALL)];
          const re = s!.real[m]! + up * r!.real[m]! + down * f!.real[m]!;
          const im = s!.imaginary[m]! + up * r!.imaginary[m]! + down * f!.imaginary[m]!;
          sum += (k === 0 || k === steps ? 1 : k % 2 === 1 ? 4 : 2) * (re * re + im * im);
        }
        const integral = sum / (3 * steps);
        expect(Math.abs(image![m]! - integral)).to.be.below(0.001 * integral + 1e-6);
      }
    });
  }

  it('shows the new pattern alone when it has waited long, within 0.1 %, and every mirror rising without a previous one', () => {
    const [late] = crystal.intensities([{ pattern, previousPattern, wait: 40 * FALL }]);
    const [settled] = still.intensities([{ pattern }]);
    const [first] = crystal.intensities([{ pattern, wait: RISE * Math.LN2, exposureTicks: 1 }]);
    for (let m = 0; m < late!.length; m++) {
      expect(Math.abs(late![m]! - settled![m]!)).to.be.below(0.001 * settled![m]! + 1e-6);
      expect(Math.abs(first![m]! - settled![m]! / 4)).to.be.below(0.001 * settled![m]! + 1e-6);
    }
  });
});
