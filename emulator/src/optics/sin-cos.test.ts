import { expect } from 'chai';
import { sinCos } from './sin-cos.js';

describe('sinCos', () => {
  it('is within 1e-13 of the sine and cosine for |x| < 1000', () => {
    for (let i = -5000; i <= 5000; i++) {
      const x = i * 0.199_87;
      const [sine, cosine] = sinCos(x);
      expect(Math.abs(sine - Math.sin(x))).to.be.below(1e-13);
      expect(Math.abs(cosine - Math.cos(x))).to.be.below(1e-13);
    }
  });
});
