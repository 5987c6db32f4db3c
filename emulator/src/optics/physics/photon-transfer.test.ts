import { TICKS_PER_SECOND } from '@opu/core';
import { expect } from 'chai';
import { defaultCamera, electronsPerGrey, opticsParameters } from '../model/parameters.js';
import { createOptics } from '../optics.js';
import { mean, variance } from '../testing/statistics.test.helper.js';

const SENSOR = { width: 256, height: 256 };
const EXPOSURE = 2000;

const PIXELS = SENSOR.width * SENSOR.height;

/** Frames in the even light of the reference beam alone, at `share` of the light that fills the well. */
function frames(share: number, count: number): Uint16Array[] {
  const electrons = defaultCamera.fullWellElectrons * share;
  const parameters = opticsParameters({
    modulator: { kind: 'dmd', width: 8, height: 8 },
    sensor: SENSOR,
    exposureTicks: EXPOSURE,
    fluxPhotonsPerSecond: electrons / (defaultCamera.quantumEfficiency * (EXPOSURE / TICKS_PER_SECOND)),
  });
  const optics = createOptics(parameters, 11);
  optics.configure({
    regionOfInterest: { x: 0, y: 0, ...SENSOR },
    bitDepth: 12,
    macroPixels: { columns: 0, rows: 0 },
    reference: { on: true, amplitude: 1, tiltX: 0, tiltY: 0 },
  });
  const images = optics.createImages(count) as Uint16Array;
  const times = { resetTick: 0, exposureStartTick: 1, exposureTicks: EXPOSURE, referencePhaseRadians: 0 };
  const requests = Array.from({ length: count }, (_, frame) => ({ frame, pattern: new Uint8Array(8), ...times }));
  optics.expose(requests, images, new Uint32Array(count));
  optics.close();
  return requests.map((_, k) => images.subarray(k * PIXELS, (k + 1) * PIXELS));
}

/** Mean and temporal variance of the grey values of a pair of frames. */
function pairAt(share: number): { mean: number; variance: number } {
  const [first, second] = frames(share, 2) as [Uint16Array, Uint16Array];
  let square = 0;
  for (let m = 0; m < PIXELS; m++) square += (first[m]! - second[m]!) ** 2;
  return { mean: (mean(first) + mean(second)) / 2, variance: square / (2 * PIXELS) };
}

/** Standard deviation over pixels of the mean of many frames, without what is left of the temporal noise. */
function fixedPattern(share: number): number {
  const count = 64;
  const sums = new Float64Array(PIXELS);
  for (const image of frames(share, count)) for (let m = 0; m < PIXELS; m++) sums[m]! += image[m]! / count;
  return Math.sqrt(variance(sums) - pairAt(share).variance / count);
}

describe('photon transfer of the camera (12 bit, even light, temporal variance of pairs of frames)', () => {
  const dark = pairAt(0);
  const levels = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7].map(pairAt);
  const [meanX, meanY] = [mean(levels.map((level) => level.mean)), mean(levels.map((level) => level.variance))];
  const slope =
    levels.reduce((sum, level) => sum + (level.mean - meanX) * (level.variance - meanY), 0) /
    levels.reduce((sum, level) => sum + (level.mean - meanX) ** 2, 0);

  it('variance over mean rises with the system gain K, recovered within 3 % (false alarm 0.1 %)', () => {
    expect(slope * electronsPerGrey(defaultCamera, 12)).to.be.closeTo(1, 0.03);
  });

  it('the variance in the dark, less 1/12 of rounding, is the read noise, recovered within 3 % (false alarm 0.1 %)', () => {
    const readNoise = Math.sqrt(dark.variance - 1 / 12) / slope;
    expect(readNoise / defaultCamera.readNoiseElectrons).to.be.closeTo(1, 0.03);
  });

  it('the read-out saturates at the full well, recovered within 2 % (false alarm 1 %)', () => {
    const fullWell = (pairAt(3).mean - dark.mean) / slope;
    expect(fullWell / defaultCamera.fullWellElectrons).to.be.closeTo(1, 0.02);
  });

  it('the pixels have gains that deviate by 1 % and offsets by 1 electron, recovered within 5 % (false alarm 0.1 %)', () => {
    const { photoResponseNonUniformity: prnu, darkSignalNonUniformityElectrons: dsnu } = defaultCamera;
    const light = levels[5]!.mean - dark.mean;
    expect(fixedPattern(0) / slope / dsnu).to.be.closeTo(1, 0.05);
    expect(fixedPattern(0.5) / light / prnu).to.be.closeTo(1, 0.05);
  });
});
