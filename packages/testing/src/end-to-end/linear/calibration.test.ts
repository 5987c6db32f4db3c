import {
  autoExposure,
  darkFrame,
  flatField,
  measureGrain,
  measureOutputScale,
  openLinearProjection,
} from '@opu/driver';
import { opticsParameters } from '@opu/emulator';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { lightDevice } from './light-device.test.double.js';

const EXPOSURE = 2000;
const geometry = {
  modulator: { kind: 'dmd', width: 32, height: 32 },
  sensor: { width: 64, height: 32 },
  exposureTicks: EXPOSURE,
} as const;

function halfOn(count: number) {
  const data = Uint8Array.from({ length: count * 128 }, (_, k) => Math.imul(k + 1, 0x9e37_79b1) >>> 24);
  return ndarray(data, [count, 128]);
}

describe('calibration on the light of the emulator', () => {
  for (const exposure of [40, 2000, 500_000]) {
    it(`auto-exposure from ${exposure} ticks ends with at most 0.5 % saturated and a mean above 11 of 255`, async () => {
      const device = lightDevice(opticsParameters(geometry), 5, exposure);
      const found = await autoExposure(device, halfOn(4));
      expect(found.saturatedShare).to.be.at.most(0.005);
      expect(found.mean).to.be.above(11 / 255);
      expect(device.configuration.exposureTicks).to.equal(found.exposureTicks);
      const longer = Math.ceil(found.exposureTicks * 1.1);
      await device.configure({ exposureTicks: longer });
      const { readouts } = await device.project(halfOn(4));
      const saturated = readouts.reduce((sum, readout) => sum + readout.saturatedShare, 0) / readouts.length;
      expect(saturated, 'a tenth longer is too long').to.be.above(0.005);
    });
  }

  for (const bitDepth of [10, 12] as const) {
    it(`auto-exposure at ${bitDepth} bits ends with at most 0.5 % saturated and a mean above 11/255 of the largest value`, async () => {
      const device = lightDevice(opticsParameters(geometry), 5, EXPOSURE);
      await device.configure({ bitDepth });
      const found = await autoExposure(device, halfOn(4));
      const { readouts, pixels } = await device.project(halfOn(4));
      const largest = 2 ** bitDepth - 1;
      let [sum, saturated] = [0, 0];
      for (let frame = 0; frame < readouts.length; frame++) {
        for (let pixel = 0; pixel < 64 * 32; pixel++) {
          const grey = pixels.get(frame, pixel);
          sum += grey;
          if (grey === largest) saturated++;
        }
      }
      const count = 64 * 32 * readouts.length;
      expect(saturated / count).to.be.at.most(0.006);
      expect(found.saturatedShare).to.be.at.most(0.005);
      expect(sum / count / largest).to.be.above(11 / 255);
      expect(found.mean).to.be.closeTo(sum / count / largest, 0.01);
    });
  }

  it('auto-exposure says what to do when there is too little light', async () => {
    const device = lightDevice({ ...opticsParameters(geometry), fluxPhotonsPerSecond: 1 }, 5, EXPOSURE);
    const error = await autoExposure(device, halfOn(1)).catch((reason) => reason);
    expect(error).to.have.property('code', 'INVALID_STATE');
    expect(error.message).to.include('turn the light up');
  });

  it('auto-exposure leaves the longest exposure when there is too little light', async () => {
    const device = lightDevice({ ...opticsParameters(geometry), fluxPhotonsPerSecond: 1 }, 5, EXPOSURE);
    await autoExposure(device, halfOn(1)).catch(() => undefined);
    expect(device.configuration.exposureTicks).to.equal(device.limits.exposureTicks.maximum);
  });

  it('a flat field that saturates says so and leaves the configuration', async () => {
    const device = lightDevice(opticsParameters(geometry), 5, EXPOSURE);
    const { hash } = device.configuration;
    const error = await flatField(device, { amplitude: 4 }).catch((reason) => reason);
    expect(error.message).to.include('must give light and stay below 95 %');
    expect(device.configuration.hash).to.equal(hash);
  });

  it('the dark frame is the black level of 1 within 0.1 on average, and leaves the configuration', async () => {
    const device = lightDevice(opticsParameters(geometry), 5, EXPOSURE);
    await device.configure({ reference: { on: true, amplitude: 1, phaseSteps: 4, tiltX: 0, tiltY: 0 } });
    const { hash } = device.configuration;
    const dark = await darkFrame(device);
    expect(dark.shape).to.deep.equal([32, 64]);
    const mean = dark.data.reduce((sum, grey) => sum + grey, 0) / dark.data.length;
    expect(mean).to.be.within(0.9, 1.1);
    expect(device.configuration.hash).to.equal(hash);
  });

  it('the flat field finds gains that deviate by 10 % to within 1 % of their mean', async () => {
    const camera = { photoResponseNonUniformity: 0.1 };
    const device = lightDevice(opticsParameters({ ...geometry, camera }), 5, EXPOSURE);
    const first = (await flatField(device)).data;
    const second = (await flatField(device)).data;
    let deviation = 0;
    let difference = 0;
    for (let m = 0; m < first.length; m++) {
      deviation += (first[m]! - 1) ** 2 / first.length;
      difference += (first[m]! - second[m]!) ** 2 / first.length;
    }
    expect(Math.sqrt(deviation)).to.be.within(0.09, 0.11);
    expect(Math.sqrt(difference / 2)).to.be.below(0.01);
  });

  it('the output scale of an anchored projection is 1 within 5 %', async () => {
    const device = lightDevice(opticsParameters(geometry), 5, EXPOSURE);
    const projection = await openLinearProjection(device, { mode: 'anchor', inputs: 10, outputs: 2000 });
    expect(await measureOutputScale(projection)).to.be.within(0.95, 1.05);
  });

  for (const grainPixels of [1, 2, 3, 4]) {
    it(`the grain of ${grainPixels} is found within 5 % (noisy 8-bit camera, false alarm 1 %)`, async () => {
      const parameters = opticsParameters({
        ...geometry,
        sensor: { width: 128, height: 128 },
        medium: { grainPixels },
      });
      const device = lightDevice(parameters, 5, EXPOSURE);
      expect((await measureGrain(device)) / grainPixels).to.be.closeTo(1, 0.05);
    });
  }
});
