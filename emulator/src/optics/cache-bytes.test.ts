import { expect } from 'chai';
import { defaultProfile } from '../profiles/index.js';
import { defaultCacheBytes } from './cache-bytes.js';

describe('memory for matrices', () => {
  it('is a quarter of the pool up to 1 GiB, and more of what is beyond', () => {
    expect(defaultCacheBytes(2 ** 28)).to.equal(2 ** 26);
    expect(defaultCacheBytes(2 ** 30)).to.equal(2 ** 28);
    expect(defaultCacheBytes(2 ** 30 + 3 * 2 ** 20)).to.equal(2 ** 28 + 2 * 2 ** 20);
  });

  it('holds 784 macro-pixels on the whole region of the largest profile where the pool has 4095 MiB', () => {
    const { width, height } = defaultProfile.defaults.regionOfInterest;
    expect(defaultCacheBytes(4095 * 2 ** 20)).to.be.above(8 * 784 * width * height);
  });
});
