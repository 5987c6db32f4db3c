import { expect } from 'chai';
import { normalQuantile } from '../math/normal.js';
import { ComputePool } from '../pool/compute-pool.js';
import { normalPoisson } from './camera.reference.js';
import { CameraKernel } from './camera-kernel.js';
import type { CameraParameters } from './camera-parameters.js';
import { normalPair, radius } from './normal-pair.js';

const bare: CameraParameters = {
  seed: 77,
  noise: true,
  prnu: 0,
  dsnu: 0,
  readNoise: 0,
  fullWell: 1e6,
  greyPerElectron: 1,
  blackLevel: 0,
  bitDepth: 16,
};
const pixels = 100_000;

interface Moments {
  mean: number;
  variance: number;
  skewness: number;
}

function moments(values: ArrayLike<number>): Moments {
  const n = values.length;
  let [sum, square, cube] = [0, 0, 0];
  for (let i = 0; i < n; i++) sum += values[i]!;
  const mean = sum / n;
  for (let i = 0; i < n; i++) {
    const d = values[i]! - mean;
    square += d * d;
    cube += d * d * d;
  }
  const variance = square / n;
  return { mean, variance, skewness: cube / n / variance ** 1.5 };
}

describe('statistics of the camera (fixed seeds, 4 standard errors: false alarm 6e-5 a figure)', () => {
  const pool = new ComputePool();
  after(() => pool.close());

  function greys(parameters: CameraParameters, mean: number, frames: number, first = 0): Uint16Array {
    const kernel = new CameraKernel(pool, [{ first: 0, count: pixels }], parameters);
    const intensity = pool.float32(frames * pixels).fill(1);
    const out = pool.uint16(frames * pixels);
    const exposures = Array.from({ length: frames }, (_, i) => ({
      frame: first + i,
      electronsPerIntensity: mean,
      darkElectrons: 0,
    }));
    kernel.expose(exposures, { intensity }, out);
    const copy = out.slice();
    pool.release(out);
    pool.release(intensity);
    kernel.release();
    return copy;
  }

  for (const mean of [0.01, 0.1, 0.5, 1, 3, 7.9, 8, 10, 30, 100, 1000, 20_000]) {
    it(`shot noise of mean ${mean}: mean, variance and skewness of a Poisson distribution`, () => {
      const frames = 10;
      const n = frames * pixels;
      const found = moments(greys(bare, mean, frames));
      expect(Math.abs(found.mean - mean)).to.be.below(4 * Math.sqrt(mean / n));
      expect(Math.abs(found.variance / mean - 1)).to.be.below(4 * Math.sqrt((2 + 1 / mean) / n));
      // standard error of the skewness, with the higher cumulants of small means, and the transform's own 1.2 %
      const skewness = 1 / Math.sqrt(mean);
      const error = Math.sqrt((6 + 9 / mean + 15 / mean ** 2) / n);
      expect(Math.abs(found.skewness - skewness)).to.be.below(4 * error + 0.012 * skewness);
    });
  }

  it('the normal transform from mean 8 on: mean within 1e-5, variance within 2e-4, skewness within 1.2 % (quadrature)', () => {
    for (const mean of [8, 9.5, 16, 50, 1000]) {
      const steps = 400_000;
      const values = Float64Array.from({ length: steps }, (_, i) =>
        normalPoisson(mean, Math.fround(normalQuantile((i + 0.5) / steps))),
      );
      const found = moments(values);
      expect(Math.abs(found.mean / mean - 1)).to.be.below(1e-5);
      expect(Math.abs(found.variance / mean - 1)).to.be.below(2e-4);
      expect(Math.abs(found.skewness * Math.sqrt(mean) - 1)).to.be.below(0.012);
    }
  });

  it('read noise 13 electrons: mean 0, variance 169, kurtosis 3', () => {
    const values = greys({ ...bare, readNoise: 13, blackLevel: 500 }, 0, 4);
    const { mean, variance } = moments(values);
    const n = values.length;
    expect(Math.abs(mean - 500)).to.be.below((4 * 13) / Math.sqrt(n));
    expect(Math.abs(variance - 169 - 1 / 12)).to.be.below(4 * 169 * Math.sqrt(2 / n));
    const fourth = values.reduce((sum, x) => sum + (x - mean) ** 4, 0) / n / variance ** 2;
    expect(Math.abs(fourth - 3)).to.be.below(4 * Math.sqrt(24 / n));
  });

  it('fixed pattern: gains of 1 % and offsets of 20 electrons, the same in every frame', () => {
    const pattern = { ...bare, blackLevel: 1000, dsnu: 20, prnu: 0.01 };
    const dark = [greys(pattern, 0, 1), greys(pattern, 0, 1, 1)] as const;
    expect(dark[0]).to.deep.equal(dark[1]);
    expect(Math.abs(moments(dark[0]).variance - 400)).to.be.below(4 * 400 * Math.sqrt(2 / pixels));
    const bright = moments(greys({ ...bare, prnu: 0.01 }, 40_000, 1));
    const expected = 40_000 + 400 ** 2;
    expect(Math.abs(bright.variance - expected)).to.be.below(4 * expected * Math.sqrt(2 / pixels));
  });

  it('shot noise, read noise and neighbours in pixel and frame are uncorrelated', () => {
    const frames = 4;
    const values = Float64Array.from(greys({ ...bare, readNoise: 5, blackLevel: 100 }, 50, frames), (x) => x - 150);
    const variance = 50 + 25;
    for (const lag of [1, 2, 3, 4, 5, 32, 1024, pixels, pixels + 1]) {
      let sum = 0;
      for (let i = lag; i < values.length; i++) sum += values[i]! * values[i - lag]!;
      expect(Math.abs(sum / (values.length - lag) / variance)).to.be.below(4 / Math.sqrt(values.length - lag));
    }
    // were the two draws of a pixel correlated, the variance of the sum would tell
    expect(Math.abs(moments(values).variance / (variance + 1 / 12) - 1)).to.be.below(4 * Math.sqrt(2 / values.length));
  });

  it('radius of the rounded draw within 5e-7, and a pair of normals on its circle within 5e-7', () => {
    for (let i = 0; i < 20_000; i++) {
      const bits = Math.imul(i, 0x9e3779b1) >>> (i % 20);
      const draw = Math.fround(Math.fround(bits >>> 1) + 0.5) / 2 ** 31;
      const exact = Math.sqrt(-2 * Math.log(draw));
      if (draw < 1) expect(Math.abs(radius(bits) / exact - 1)).to.be.below(5e-7);
      const [x, y] = normalPair(bits, Math.imul(i, 0x85ebca6b));
      expect(Math.abs(Math.hypot(x, y) - radius(bits))).to.be.below(5e-7 * (1 + exact));
    }
  });
});
