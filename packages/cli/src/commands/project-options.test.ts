import { expect } from 'chai';
import { parseMicroseconds } from './project-options.js';

describe('parseMicroseconds', () => {
  it('gives ten times as many ticks for every tenth of a microsecond from 0.1 to 10 000, none a tick too long', () => {
    for (let tenths = 1; tenths <= 100_000; tenths++) {
      const text = `${Math.floor(tenths / 10)}.${tenths % 10}`;
      if (parseMicroseconds('--period', text) !== tenths * 10) expect.fail(`${text} us`);
    }
  });

  it('rounds up what is no whole tick', () => {
    expect(parseMicroseconds('--period', '0.011')).to.equal(2);
    expect(parseMicroseconds('--period', '1250')).to.equal(125_000);
  });

  it('refuses what is no duration', () => {
    for (const text of ['', '0', '-1', 'x', 'Infinity'])
      expect(() => parseMicroseconds('--period', text)).to.throw('--period');
  });
});
