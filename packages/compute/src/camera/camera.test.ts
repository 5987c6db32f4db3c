import { expect } from 'chai';
import { fieldSums } from '../media/field-projection.js';
import { ComputePool } from '../pool/compute-pool.js';
import { SeededRandom } from '../random/random.js';
import { greyReference, intensityReference } from './camera.reference.js';
import { CameraKernel, type ReferenceWave } from './camera-kernel.js';
import type { CameraParameters, FrameExposure } from './camera-parameters.js';

const camera: CameraParameters = {
  seed: 5,
  noise: true,
  prnu: 0.01,
  dsnu: 1,
  readNoise: 13,
  fullWell: 13_500,
  greyPerElectron: 255 / 13_500,
  blackLevel: 2,
  bitDepth: 8,
};
const ranges = [
  { first: 100, count: 37 },
  { first: 1000, count: 50 },
];
const numbers = ranges.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i));
const pixels = numbers.length;
const frames: FrameExposure[] = [
  { frame: 0, electronsPerIntensity: 2000, darkElectrons: 3 },
  { frame: 2 ** 33 + 1, electronsPerIntensity: 30, darkElectrons: 0.5, phaseCosine: 0, phaseSine: 1 },
  { frame: 7, electronsPerIntensity: 1e5, darkElectrons: 0, phaseCosine: -0.6, phaseSine: 0.8 },
];

describe('CameraKernel', () => {
  const pools = [1, 4].map((threads) => new ComputePool({ threads }));
  after(() => {
    for (const pool of pools) pool.close();
  });

  function sums(pool: ComputePool) {
    const light = fieldSums(pool, frames.length, pixels);
    const random = new SeededRandom(1);
    for (let i = 0; i < light.real.length; i++) {
      light.real[i] = Math.round(1000 * random.normal(2 * i));
      light.imaginary[i] = Math.round(1000 * random.normal(2 * i + 1));
    }
    return light;
  }

  const wave: ReferenceWave = {
    real: Float32Array.from(numbers, (m) => Math.fround(0.3 * ((m % 7) - 3))),
    imaginary: Float32Array.from(numbers, (m) => Math.fround(0.2 * ((m % 5) - 2))),
  };
  const scale = 1 / 1500;

  for (const [name, change, used] of [
    ['8 bits with noise', {}, undefined],
    ['8 bits with noise and a reference beam', {}, wave],
    ['12 bits with noise', { bitDepth: 12, greyPerElectron: 4095 / 13_500 }, undefined],
    ['8 bits without noise', { noise: false }, wave],
  ] as const) {
    it(`is bit-equal to its reference, ${name}, with 1 and 4 threads`, () => {
      const parameters = { ...camera, ...change };
      for (const pool of pools) {
        const kernel = new CameraKernel(pool, ranges, parameters);
        kernel.setWave(used);
        const light = sums(pool);
        const out =
          parameters.bitDepth === 8 ? pool.uint8(frames.length * pixels) : pool.uint16(frames.length * pixels);
        const saturated = new Uint32Array(frames.length);
        kernel.expose(frames, { sums: light, scale }, out, saturated);
        const expected = Array.from(out, (_, i) => {
          const frame = frames[Math.floor(i / pixels)]!;
          const m = i % pixels;
          const beam = used === undefined ? undefined : ([used.real[m]!, used.imaginary[m]!] as const);
          const phase = [frame.phaseCosine ?? 1, frame.phaseSine ?? 0] as const;
          const intensity = intensityReference(light.real[i]!, light.imaginary[i]!, scale, beam, phase);
          return greyReference(parameters, frame, numbers[m]!, intensity);
        });
        expect(Array.from(out)).to.deep.equal(expected);
        const full = 2 ** parameters.bitDepth - 1;
        frames.forEach((_, f) => {
          const greys = expected.slice(f * pixels, (f + 1) * pixels);
          expect(saturated[f]).to.equal(greys.filter((grey) => grey === full).length);
        });
        expect(saturated[2]).to.be.above(0);
      }
    });
  }

  it('reads intensities out as it reads sums out, and adds two polarisations', () => {
    const pool = pools[1]!;
    const kernel = new CameraKernel(pool, ranges, camera);
    const light = sums(pool);
    const intensity = pool.float32(frames.length * pixels);
    kernel.intensities(frames, { sums: light, scale }, intensity);
    const [one, other] = [pool.uint8(intensity.length), pool.uint8(intensity.length)];
    kernel.expose(frames, { sums: light, scale }, one);
    kernel.expose(frames, { intensity }, other);
    expect(Array.from(other)).to.deep.equal(Array.from(one));
    const before = intensity.slice();
    kernel.intensities(frames, { sums: light, scale }, intensity, { weight: 0.5, accumulate: true });
    intensity.forEach((x, i) => {
      expect(x).to.equal(Math.fround(before[i]! + Math.fround(0.5 * before[i]!)));
    });
  });

  it('draws the same noise for a pixel whatever region it is read in and whatever frames go with it', () => {
    const pool = pools[1]!;
    const count = 20_000;
    const region = (first: number, length: number, batch: FrameExposure[]) => {
      const kernel = new CameraKernel(pool, [{ first, count: length }], camera);
      const intensity = pool.float32(batch.length * length).fill(0.5);
      const out = pool.uint8(batch.length * length);
      kernel.expose(batch, { intensity }, out);
      return out;
    };
    const whole = region(0, count, [frames[0]!, frames[2]!]);
    const part = region(9_001, 998, [frames[2]!]);
    expect(Array.from(part)).to.deep.equal(Array.from(whole.subarray(count + 9_001, count + 9_999)));
  });

  it('refuses read-outs of the wrong type or size and figures out of range', () => {
    const pool = pools[0]!;
    const kernel = new CameraKernel(pool, ranges, camera);
    const intensity = pool.float32(pixels);
    expect(() => kernel.expose([frames[0]!], { intensity }, pool.uint16(pixels))).to.throw(/8 bits are read out as u8/);
    expect(() => kernel.expose(frames, { intensity }, pool.uint8(3 * pixels))).to.throw(/need 261 numbers/);
    expect(() => new CameraKernel(pool, ranges, { ...camera, readNoise: -1 })).to.throw(/readNoise is -1/);
  });
});
