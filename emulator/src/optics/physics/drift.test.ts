import { expect } from 'chai';
import { FloatLight, randomPattern } from '../testing/float-light.test.helper.js';
import { meanProduct } from '../testing/statistics.test.helper.js';

const TAU = 1_000_000;
const ORIGINS = 24;

describe('drift of the medium', () => {
  for (const delay of [0.1, 0.25, 0.5, 1, 1.5]) {
    it(`after ${delay} tau: field correlation within 2 % of exp(-${delay}) (${ORIGINS} origins, false alarm 1 %)`, () => {
      const mirrors = { width: 128, height: 64 };
      const sensor = { width: 64, height: 16 };
      const light = new FloatLight(6, { sensor, mirrors, medium: { decorrelationTicks: TAU } });
      const pattern = randomPattern(8192, 8192, 1);
      let [product, first, second] = [0, 0, 0];
      for (let origin = 0; origin < ORIGINS; origin++) {
        const tick = origin * 4 * TAU;
        const [a, b] = light.fields([
          { pattern, tick },
          { pattern, tick: tick + delay * TAU },
        ]);
        product += meanProduct(a!.real, b!.real) + meanProduct(a!.imaginary, b!.imaginary);
        first += meanProduct(a!.real, a!.real) + meanProduct(a!.imaginary, a!.imaginary);
        second += meanProduct(b!.real, b!.real) + meanProduct(b!.imaginary, b!.imaginary);
      }
      light.close();
      expect(product / Math.sqrt(first * second) / Math.exp(-delay)).to.be.closeTo(1, 0.02);
    });
  }

  it('gives frames of a batch the same bytes as frames exposed one by one, in any order', () => {
    const options = {
      sensor: { width: 16, height: 4 },
      mirrors: { width: 8, height: 8 },
      medium: { decorrelationTicks: TAU },
    };
    const pattern = randomPattern(64, 40, 1);
    const shots = Array.from({ length: 60 }, (_, k) => ({ pattern, tick: k * 4000 }));
    const light = new FloatLight(6, options);
    const together = light.intensities(shots).map((image) => Array.from(image));
    const single = new FloatLight(6, options);
    const apart = shots.toReversed().map((shot) => Array.from(single.intensities([shot])[0]!));
    light.close();
    single.close();
    expect(apart.reverse()).to.deep.equal(together);
    expect(new Set(together.map((image) => image[0])).size, 'instants at which the medium differs').to.be.within(5, 59);
  });
});
