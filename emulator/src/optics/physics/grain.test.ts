import { expect } from 'chai';
import { FloatLight, randomPattern } from '../testing/float-light.test.helper.js';
import { contrast, mean } from '../testing/statistics.test.helper.js';

const SENSOR = { width: 512, height: 192 };

/** Full width at half maximum of the autocorrelation of an image along x, by linear interpolation of its square root. */
function fullWidth(image: Float32Array, width: number): number {
  const average = mean(image);
  const covariance = (shift: number) => {
    let sum = 0;
    let count = 0;
    for (let at = 0; at < image.length; at++) {
      if ((at % width) + shift >= width) continue;
      sum += (image[at]! - average) * (image[at + shift]! - average);
      count++;
    }
    return sum / count;
  };
  const full = covariance(0);
  // The field's correlation, the square root, is nearly a parabola around its maximum: interpolate it through three points.
  const field = [0, 1, 2, 3, 4, 5, 6].map((shift) => Math.sqrt(Math.max(0, covariance(shift) / full)));
  const below = field.findIndex((value) => value < Math.SQRT1_2);
  const [x0, x1, x2] = [below - 1, below, below + 1];
  const value = (x: number) =>
    (field[x0]! * (x - x1) * (x - x2)) / 2 - field[x1]! * (x - x0) * (x - x2) + (field[x2]! * (x - x0) * (x - x1)) / 2;
  let [low, high] = [x0, x1];
  for (let k = 0; k < 40; k++) {
    const middle = (low + high) / 2;
    if (value(middle) > Math.SQRT1_2) low = middle;
    else high = middle;
  }
  return 2 * low;
}

describe('speckle grain', () => {
  for (const grain of [2, 3, 4]) {
    const grains = (SENSOR.width * SENSOR.height) / grain ** 2;
    it(`${grain} pixels: autocorrelation FWHM within 5 % of it (${Math.round(grains)} grains, false alarm 0.1 %)`, () => {
      const light = new FloatLight(4, {
        sensor: SENSOR,
        mirrors: { width: 32, height: 32 },
        medium: { grainPixels: grain },
      });
      const [image] = light.intensities([{ pattern: randomPattern(1024, 512, 2) }]);
      light.close();
      expect(fullWidth(image!, SENSOR.width) / grain).to.be.closeTo(1, 0.05);
      expect(mean(image!), 'the mean stays').to.be.closeTo(0.5, 0.03);
      expect(contrast(image!), 'fully developed').to.be.closeTo(1, 0.05);
    });
  }
});
