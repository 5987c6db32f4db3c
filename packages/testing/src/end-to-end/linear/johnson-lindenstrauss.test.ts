import { openLinearProjection } from '@opu/driver';
import { opticsParameters } from '@opu/emulator';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { lightDevice } from './light-device.test.double.js';

const INPUTS = 256;
const OUTPUTS = 1000;
const VECTORS = 60;

describe('Johnson and Lindenstrauss', () => {
  // The anchor's speckle weights the outputs, as if they were fewer: 4 of 30 seeds miss the bound, none of 30 without an anchor.
  for (const [mode, falseAlarm] of [
    ['anchor', 13],
    ['phase-shifting', 1],
  ] as const) {
    it(`${mode}: distances through ${OUTPUTS} outputs are within 10 % for 99 % of ${(VECTORS * (VECTORS - 1)) / 2} pairs (noisy 8-bit camera, false alarm ${falseAlarm} %)`, async () => {
      const parameters = opticsParameters({
        modulator: { kind: 'dmd', width: 64, height: 64 },
        sensor: { width: 128, height: 64 },
        exposureTicks: 2000,
      });
      const device = lightDevice(parameters, 3, 2000);
      const projection = await openLinearProjection(device, { mode, inputs: INPUTS, outputs: OUTPUTS });
      const data = Int8Array.from(
        { length: VECTORS * INPUTS },
        (_, k) => ((Math.imul(k + 1, 0x9e37_79b1) >>> 13) % 3) - 1,
      );
      const outputs = (await projection.project(ndarray(data, [VECTORS, INPUTS]))).data;
      let [pairs, good] = [0, 0];
      for (let a = 0; a < VECTORS; a++) {
        for (let b = 0; b < a; b++) {
          let [before, after] = [0, 0];
          for (let i = 0; i < INPUTS; i++) before += (data[a * INPUTS + i]! - data[b * INPUTS + i]!) ** 2;
          for (let m = 0; m < OUTPUTS; m++) after += (outputs[a * OUTPUTS + m]! - outputs[b * OUTPUTS + m]!) ** 2;
          const ratio = Math.sqrt(after / OUTPUTS / before);
          pairs++;
          if (Math.abs(ratio - 1) <= 0.1) good++;
        }
      }
      expect(good / pairs).to.be.at.least(0.99);
    });
  }
});
