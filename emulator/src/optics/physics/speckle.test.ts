import { SeededRandom } from '@opu/compute';
import { expect } from 'chai';
import { FloatLight, randomPattern } from '../testing/float-light.test.helper.js';
import {
  contrast,
  correlation,
  kolmogorovSmirnovExponential,
  mean,
  meanProduct,
} from '../testing/statistics.test.helper.js';

const SENSOR = { width: 400, height: 250 };
const PIXELS = 100_000;
const MIRRORS = 4096;
const half = randomPattern(MIRRORS, MIRRORS / 2, 1);

function intensity(seed: number, medium = {}): Float32Array {
  const light = new FloatLight(seed, { sensor: SENSOR, medium });
  const [values] = light.intensities([{ pattern: half }]);
  light.close();
  return values!;
}

describe('speckle of the dense medium (ideal float camera)', () => {
  const drawn = Array.from({ length: 20 }, (_, k) => new SeededRandom(2026, 'seeds').bits(k));

  it('has exponential intensity: Kolmogorov-Smirnov p > 0.01 on 10^5 pixels, seed 1 (false alarm 1 %)', () => {
    expect(kolmogorovSmirnovExponential(intensity(1), 0.5).p).to.be.above(0.01);
  });

  it('has exponential intensity: Kolmogorov-Smirnov p > 0.01 on 10^5 pixels for 20 drawn seeds (false alarm 1 % each)', () => {
    for (const seed of drawn)
      expect(kolmogorovSmirnovExponential(intensity(seed), 0.5).p, `seed ${seed}`).to.be.above(0.01);
  });

  it('has moments E I^k / (E I)^k = k! for k = 2, 3 within 3 standard errors (false alarm 0.3 % each)', () => {
    const values = Float64Array.from(intensity(1));
    const average = mean(values);
    const scaled = values.map((value) => value / average);
    for (const [k, factorial, deviation] of [
      // Deviations by the delta method for an estimated mean: Var = (2k)! - (k!)^2 (1 + k^2)
      [2, 2, Math.sqrt(24 - 4 * 5)],
      [3, 6, Math.sqrt(720 - 36 * 10)],
    ] as const) {
      const moment = mean(scaled.map((value) => value ** k));
      expect(Math.abs(moment - factorial), `k = ${k}`).to.be.below((3 * deviation) / Math.sqrt(PIXELS));
    }
  });

  it('has contrast 1 at polarisation degree 1, within 1 % (false alarm 0.2 %)', () => {
    expect(contrast(intensity(1))).to.be.closeTo(1, 0.01);
  });

  it('has contrast 1/sqrt 2 at polarisation degree 0, within 1 % (false alarm 0.1 %)', () => {
    expect(contrast(intensity(1, { polarisationDegree: 0 })) * Math.SQRT2).to.be.closeTo(1, 0.01);
  });

  it('binned over M = 4 and 16 pixels has contrast 1/sqrt M within 2 % (false alarm 1 %)', () => {
    const light = new FloatLight(1, { sensor: SENSOR });
    const shots = Array.from({ length: 4 }, (_, k) => ({ pattern: randomPattern(MIRRORS, 1024, 10 + k) }));
    const images = light.intensities(shots);
    light.close();
    for (const side of [2, 4]) {
      const sums: number[] = [];
      for (const image of images) {
        for (let y = 0; y + side <= SENSOR.height; y += side) {
          for (let x = 0; x + side <= SENSOR.width; x += side) {
            let sum = 0;
            for (let k = 0; k < side * side; k++) {
              sum += image[(y + Math.floor(k / side)) * SENSOR.width + x + (k % side)]!;
            }
            sums.push(sum);
          }
        }
      }
      expect(contrast(sums) * side).to.be.closeTo(1, 0.02);
    }
  });
});

describe('field of the dense medium (ideal float camera)', () => {
  const light = new FloatLight(1, { sensor: SENSOR });
  after(() => light.close());

  it('has real and imaginary part of zero mean, equal variance and no correlation, within 3 standard errors (false alarm 1 %)', () => {
    const [{ real, imaginary }] = light.fields([{ pattern: half }]) as [
      { real: Float64Array; imaginary: Float64Array },
    ];
    const deviation = Math.sqrt(0.25);
    const error = 1 / Math.sqrt(PIXELS);
    expect(Math.abs(mean(real))).to.be.below(3 * deviation * error);
    expect(Math.abs(mean(imaginary))).to.be.below(3 * deviation * error);
    const ratio = meanProduct(real, real) / meanProduct(imaginary, imaginary);
    expect(Math.abs(ratio - 1)).to.be.below(3 * 2 * error);
    expect(Math.abs(correlation(real, imaginary))).to.be.below(3 * error);
  });

  it('is uncorrelated between neighbouring pixels, between mirrors and between seeds, within 3 standard errors (false alarm 0.3 % each)', () => {
    const other = new FloatLight(2, { sensor: SENSOR });
    const single = [5, 6, 4095].map((mirror) => {
      const pattern = new Uint8Array(512);
      pattern[mirror >> 3]! |= 0x80 >> (mirror & 7);
      return { pattern };
    });
    const [a, b, c] = light.fields(single).map((field) => field.real);
    const [whole] = light.fields([{ pattern: half }]).map((field) => field.real);
    const [elsewhere] = other.fields([{ pattern: half }]).map((field) => field.real);
    other.close();
    const bound = 3 / Math.sqrt(PIXELS - SENSOR.width);
    expect(Math.abs(correlation(whole!.subarray(1), whole!.subarray(0, -1))), 'pixels in a row').to.be.below(bound);
    const row = SENSOR.width;
    expect(Math.abs(correlation(whole!.subarray(row), whole!.subarray(0, -row))), 'pixels in a column').to.be.below(
      bound,
    );
    expect(Math.abs(correlation(a!, b!)), 'neighbouring mirrors').to.be.below(bound);
    expect(Math.abs(correlation(a!, c!)), 'distant mirrors').to.be.below(bound);
    expect(Math.abs(correlation(whole!, elsewhere!)), 'seeds').to.be.below(bound);
  });

  it('is linear in x: relative error below 1e-5', () => {
    const first = randomPattern(MIRRORS, 1000, 3);
    const second = randomPattern(MIRRORS, 2000, 4).map((byte, k) => byte & ~first[k]!);
    const sum = first.map((byte, k) => byte | second[k]!);
    const [x, y, both] = light.fields([{ pattern: first }, { pattern: second }, { pattern: sum }]);
    let error = 0;
    for (let m = 0; m < PIXELS; m++) {
      error += (both!.real[m]! - x!.real[m]! - y!.real[m]!) ** 2;
      error += (both!.imaginary[m]! - x!.imaginary[m]! - y!.imaginary[m]!) ** 2;
    }
    const power = PIXELS * (meanProduct(both!.real, both!.real) + meanProduct(both!.imaginary, both!.imaginary));
    expect(Math.sqrt(error / power)).to.be.below(1e-5);
  });

  it("gives the kernel |x|^2 |x'|^2 + (x.x')^2 as the mean of I(x) I(x') within 2 % at 10^5 pixels (false alarm 1 %)", () => {
    const on = 1024;
    const order = new SeededRandom(5, 'kernel').permutation(MIRRORS);
    const pattern = (from: number) => {
      const bits = new Uint8Array(MIRRORS / 8);
      for (let k = from; k < from + on; k++) bits[order[k]! >> 3]! |= 0x80 >> (order[k]! & 7);
      return { pattern: bits };
    };
    const overlaps = [0, 256, 512, 768, 1024];
    const [x, ...others] = light.intensities([pattern(0), ...overlaps.map((overlap) => pattern(on - overlap))]);
    others.forEach((other, k) => {
      const expected = (on * on + overlaps[k]! ** 2) / MIRRORS ** 2;
      expect(meanProduct(x!, other) / expected, `overlap ${overlaps[k]}`).to.be.closeTo(1, 0.02);
    });
  });
});

describe('speckle of the signs medium (ideal float camera)', () => {
  it('has exponential intensity where many mirrors are on: Kolmogorov-Smirnov p > 0.01 on 10^5 pixels, 32 768 mirrors (false alarm 1 %)', () => {
    const mirrors = { width: 256, height: 256 };
    const light = new FloatLight(1, { sensor: SENSOR, mirrors, medium: { model: 'signs' } });
    const [values] = light.intensities([{ pattern: randomPattern(65_536, 32_768, 1) }]);
    light.close();
    expect(kolmogorovSmirnovExponential(values!, 0.5).p).to.be.above(0.01);
  });
});

describe('speckle of the structured medium (ideal float camera)', () => {
  it('has exponential intensity: Kolmogorov-Smirnov p > 0.01 on 10^5 pixels, half of 65 536 mirrors on (false alarm 1 %)', () => {
    const mirrors = { width: 256, height: 256 };
    const light = new FloatLight(1, { sensor: SENSOR, mirrors, medium: { model: 'structured' } });
    const [values] = light.intensities([{ pattern: randomPattern(65_536, 32_768, 1) }]);
    light.close();
    expect(kolmogorovSmirnovExponential(values!, 0.5).p).to.be.above(0.01);
  });
});
