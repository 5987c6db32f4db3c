import { expect } from 'chai';
import { windowOfPixels } from './window.js';

describe('windowOfPixels', () => {
  const sensor = { width: 2048, height: 1088, xStep: 8, yStep: 1 };

  it('takes whole rows, as few as will do, and a narrower one where one row is enough', () => {
    expect(windowOfPixels(sensor, 2048)).to.deep.equal({ x: 0, y: 0, width: 2048, height: 1 });
    expect(windowOfPixels(sensor, 2049)).to.deep.equal({ x: 0, y: 0, width: 2048, height: 2 });
    expect(windowOfPixels(sensor, 100)).to.deep.equal({ x: 0, y: 0, width: 104, height: 1 });
    expect(windowOfPixels({ ...sensor, yStep: 4 }, 5000)).to.deep.equal({ x: 0, y: 0, width: 2048, height: 4 });
  });

  it('refuses more pixels than there are, and says how many there are', () => {
    expect(() => windowOfPixels(sensor, 2_228_225)).to.throw('2048 x 1088, 2228224 in all');
    expect(() => windowOfPixels(sensor, 0)).to.throw('0 camera pixels');
  });
});
