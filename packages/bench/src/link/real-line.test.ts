import { expect } from 'chai';
import { secondsOnLine } from './real-line.js';

describe('secondsOnLine', () => {
  it('fills the busier direction, after the first pattern or before the last image', () => {
    const size = { frames: 10, window: 16 };
    expect(secondsOnLine({ ...size, patternBytes: 50, imageBytes: 100 }, 1000)).to.equal(10.5);
    expect(secondsOnLine({ ...size, patternBytes: 100, imageBytes: 20 }, 1000)).to.equal(10.2);
  });
});
