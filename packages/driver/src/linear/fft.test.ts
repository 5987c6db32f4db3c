import { expect } from 'chai';
import { Fft, fft2 } from './fft.js';

describe('Fft', () => {
  it('is the sum of its definition in two dimensions within 1e-12', () => {
    const [width, height] = [16, 4];
    const real = Float64Array.from({ length: width * height }, (_, k) => Math.sin(k * k));
    const imaginary = Float64Array.from({ length: width * height }, (_, k) => Math.cos(3 * k * k));
    const expected: [number, number][] = [];
    for (let v = 0; v < height; v++) {
      for (let u = 0; u < width; u++) {
        let [re, im] = [0, 0];
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const angle = -2 * Math.PI * ((u * x) / width + (v * y) / height);
            const at = y * width + x;
            re += real[at]! * Math.cos(angle) - imaginary[at]! * Math.sin(angle);
            im += real[at]! * Math.sin(angle) + imaginary[at]! * Math.cos(angle);
          }
        }
        expected.push([re, im]);
      }
    }
    fft2(new Fft(width), new Fft(height), real, imaginary);
    expected.forEach(([re, im], k) => {
      expect(real[k]).to.be.closeTo(re, 1e-12);
      expect(imaginary[k]).to.be.closeTo(im, 1e-12);
    });
  });

  it('takes powers of two only', () => {
    expect(() => new Fft(12)).to.throw('12 points');
  });
});
