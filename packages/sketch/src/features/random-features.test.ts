import { SeededRandom } from '@opu/compute';
import { openOpu } from '@opu/driver';
import { emulatorScheme } from '@opu/emulator';
import { expect } from 'chai';
import ndarray, { type NdArray } from 'ndarray';
import { DigitalSketch } from '../sketch/digital-sketch.js';
import { failure, farness, normal, timesTransposed } from '../testing/light.js';
import { gaussianKernel, opticalKernel } from './optical-kernel.js';
import { gaussianFeatures, intensityFeatures, openOpticalFeatures } from './random-features.js';

/** Binary vectors of different lengths that share some of their ones. */
function binary(count: number, inputs: number): NdArray<Uint8Array> {
  const random = new SeededRandom(5, 'binary');
  const data = Uint8Array.from({ length: count * inputs }, (_, i) => {
    const share = 0.3 + (0.4 * Math.floor(i / inputs)) / count;
    return random.uniform(i) < share ? 1 : 0;
  });
  return ndarray(data, [count, inputs]);
}

/** Correlation of the entries of two matrices. */
function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const centre = (v: ArrayLike<number>) => {
    const mean = Array.from(v).reduce((sum, x) => sum + x, 0) / v.length;
    return Array.from(v, (x) => x - mean);
  };
  const [x, y] = [centre(a), centre(b)];
  const dot = (u: number[], v: number[]) => u.reduce((sum, value, i) => sum + value * v[i]!, 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}

describe('the optical kernel', () => {
  for (const power of [1, 2]) {
    const bound = [0.05, 0.2][power - 1]!;
    it(`is the mean of |t x|^${2 * power} |t y|^${2 * power} over 150 000 complex normal t within ${100 * bound} %`, () => {
      const [x, y] = [Float32Array.of(1, 0, 1, 1), Float32Array.of(1, 1, 0, 1)];
      const count = 150_000;
      const t = new SeededRandom(power, 'transmission').fillNormal(new Float32Array(count * 8), 0, Math.SQRT1_2);
      let sum = 0;
      for (let k = 0; k < count; k++) {
        const intensity = (v: Float32Array) => {
          const part = (at: number) => v.reduce((total, value, i) => total + value * t[k * 8 + at + i]!, 0);
          return (part(0) ** 2 + part(4) ** 2) ** power;
        };
        sum += intensity(x) * intensity(y);
      }
      const law = opticalKernel(ndarray(x, [1, 4]), ndarray(y, [1, 4]), power).get(0, 0);
      expect(sum / count / law).to.be.closeTo(1, bound);
    });
  }

  it('is (2p)! |x|^4p for x = y and (p!)^2 |x|^2p |y|^2p at right angles, p from 1 to 6, within 1e-6', () => {
    let [whole, half] = [1, 1];
    const [x, y] = [ndarray(Float32Array.of(2, 0), [1, 2]), ndarray(Float32Array.of(0, 2), [1, 2])];
    for (let p = 1; p <= 6; p++) {
      whole *= (2 * p - 1) * 2 * p;
      half *= p;
      expect(opticalKernel(x, x, p).get(0, 0) / (whole * 16 ** p)).to.be.closeTo(1, 1e-6);
      expect(opticalKernel(x, y, p).get(0, 0) / (half ** 2 * 16 ** p)).to.be.closeTo(1, 1e-6);
    }
  });

  it('is |x|^2 |y|^2 + (x y)^2 for power 1, and 0 for a vector of zeros', () => {
    const [x, y] = [ndarray(Float32Array.of(1, 2, 0, 0), [2, 2]), ndarray(Float32Array.of(3, 1), [1, 2])];
    expect(Array.from(opticalKernel(x, y).data)).to.deep.equal([75, 0]);
  });

  it('refuses a power that is none', () => {
    expect(() => opticalKernel(normal(1, 2, 1), normal(1, 2, 1), 0)).to.throw(/power is 0/);
    expect(() => opticalKernel(normal(1, 2, 1), normal(1, 2, 1), 7)).to.throw(/power is 7/);
  });
});

describe('random features', () => {
  for (const [power, least] of [
    [1, 0.99],
    [2, 0.98],
  ] as const) {
    it(`of light to the power ${power}, camera noise on: inner products follow the kernel, correlation above ${least}`, async () => {
      const device = await openOpu('emulator:tiny?seed=2', { schemes: { emulator: emulatorScheme } });
      try {
        const x = binary(16, 64);
        const features = await openOpticalFeatures(device, { inputs: 64, outputs: 1000, power });
        const z = await features.transform(x);
        expect(z.shape).to.deep.equal([16, 1000]);
        expect(features.spent.frames).to.equal(16);
        expect(features.spent.deviceTicks).to.be.above(0);
        expect(correlation(timesTransposed(z, z).data, opticalKernel(x, x, power).data)).to.be.above(least);
        const grey = await failure(features.transform(ndarray(new Float32Array(64).fill(0.5), [1, 64])));
        expect(grey.message).to.match(/Row 0 has 0.5 at 0; intensities take 0 and 1/);
        expect((await failure(features.transform(binary(1, 60)))).message).to.match(
          /60 numbers; these features take 64/,
        );
      } finally {
        await device.close();
      }
    });
  }

  it('of a sketch: inner products of intensities are those of the optical kernel within 10 % (fixed seed)', async () => {
    const x = normal(6, 20, 3);
    const features = intensityFeatures(new DigitalSketch({ inputs: 20, outputs: 8001, seed: 1 }));
    const z = await features.transform(x);
    expect(z.shape).to.deep.equal([6, 4000]);
    expect(farness(opticalKernel(x, x).data, timesTransposed(z, z).data)).to.be.below(0.1);
    expect(() => intensityFeatures(new DigitalSketch({ inputs: 2, outputs: 1 }))).to.throw(/has 1 row/);
  });

  it('of Fourier approach a Gaussian kernel within 4 / sqrt(m) everywhere (fixed seed)', async () => {
    const x = normal(12, 20, 3);
    const m = 2000;
    const z = await gaussianFeatures(new DigitalSketch({ inputs: 20, outputs: m, seed: 1 }), { gamma: 0.02 }).transform(
      x,
    );
    const [estimate, exact] = [timesTransposed(z, z), gaussianKernel(x, x, 0.02)];
    expect(exact.get(0, 1)).to.be.within(0.05, 0.95);
    exact.data.forEach((value, i) => {
      expect(estimate.data[i]!).to.be.closeTo(value, 4 / Math.sqrt(m));
    });
  });

  it('of Fourier need a gamma above 0', () => {
    expect(() => gaussianFeatures(new DigitalSketch({ inputs: 2, outputs: 2 }), { gamma: 0 })).to.throw(/gamma is 0/);
  });
});
