import { expect } from 'chai';
import { ComputePool } from '../pool/compute-pool.js';
import { fieldSums } from './field-projection.js';
import { MediumReference } from './media.reference.js';
import { signsEntry } from './signs-entry.js';
import { SignsMedium } from './signs-medium.js';

const seed = 2 ** 33 + 5;
/** Enough for tables. */
const patterns = 20;

const isPositive = (mirror: number, pixel: number, epoch: number): boolean => {
  const [real, imaginary] = signsEntry(seed, mirror, pixel, epoch);
  return real === 1 && imaginary === 1;
};

/** The first epoch of each mirror in which both parts are + on all of some pixels. */
function positiveEpochs(mirrors: number, pixels: readonly number[]): Uint32Array {
  return Uint32Array.from({ length: mirrors }, (_, mirror) => {
    let epoch = 0;
    while (!pixels.every((pixel) => isPositive(mirror, pixel, epoch))) epoch++;
    return epoch;
  });
}

const pool = new ComputePool();
after(() => pool.close());

describe('tables of the signs medium', () => {
  const allOn = (mirrors: number) => new Uint8Array(patterns * Math.ceil(mirrors / 8)).fill(255);

  for (const pixels of [
    [0, 4],
    [8, 12],
    [33, 37, 41],
    [63, 62, 0],
  ]) {
    it(`count every sign of hundreds of mirrors that are all + on pixels ${pixels.join(', ')}`, () => {
      const mirrors = 1000;
      const epochs = positiveEpochs(mirrors, pixels);
      const medium = new SignsMedium(pool, { seed, mirrors });
      medium.setEpochs(epochs);
      const projection = medium.project([{ first: 0, count: 64 }], { cacheBytes: 0 });
      const out = fieldSums(pool, patterns, 64);
      projection.project(allOn(mirrors), patterns, out);
      const entry = (_: number, mirror: number, pixel: number) => signsEntry(seed, mirror, pixel, epochs[mirror]);
      const reference = new MediumReference(entry, seed, mirrors, [{ first: 0, count: 64 }]);
      const expected = reference.sums(Array.from({ length: mirrors }, (_, mirror) => mirror));
      for (const pixel of pixels) expect(expected.real[pixel]).to.equal(mirrors);
      for (const pattern of [0, patterns - 1]) {
        expect(Array.from(out.real.subarray(64 * pattern, 64 * pattern + 64))).to.deep.equal(expected.real);
        expect(Array.from(out.imaginary.subarray(64 * pattern, 64 * pattern + 64))).to.deep.equal(expected.imaginary);
      }
      projection.release();
      medium.release();
    });
  }

  it('count every sign of more mirrors than 16 bits can, all of them + on a pixel', () => {
    const mirrors = 66_000;
    const medium = new SignsMedium(pool, { seed, mirrors });
    medium.setEpochs(positiveEpochs(mirrors, [5]));
    const projection = medium.project([{ first: 5, count: 1 }], { cacheBytes: 0 });
    const out = fieldSums(pool, patterns, 1);
    projection.project(allOn(mirrors), patterns, out);
    expect(Array.from(out.real)).to.deep.equal(new Array(patterns).fill(mirrors));
    expect(Array.from(out.imaginary)).to.deep.equal(new Array(patterns).fill(mirrors));
    projection.release();
    medium.release();
  });
});
