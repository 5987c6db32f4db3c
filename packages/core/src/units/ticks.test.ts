import { expect } from 'chai';
import { isOpuError } from '../errors/opu-error.js';
import { ticksFromMicroseconds, ticksFromMilliseconds, ticksFromNanoseconds, ticksFromSeconds } from './ticks.js';

describe('ticks of 10 ns', () => {
  it('rounds every duration up', () => {
    expect(ticksFromNanoseconds(10)).to.equal(1);
    expect(ticksFromNanoseconds(11)).to.equal(2);
    expect(ticksFromNanoseconds(0.001)).to.equal(1);
    expect(ticksFromMicroseconds(12.5)).to.equal(1250);
    expect(ticksFromMicroseconds(0.011)).to.equal(2);
    expect(ticksFromMilliseconds(1.25)).to.equal(125_000);
    expect(ticksFromSeconds(1)).to.equal(100_000_000);
  });

  it('takes a duration by its decimal digits: k / 100 us is exactly k ticks for k up to 10^5', () => {
    for (let k = 0; k <= 100_000; k++) expect(ticksFromMicroseconds(k / 100)).to.equal(k);
  });

  it('understands numbers that print with an exponent', () => {
    expect(ticksFromSeconds(1e-8)).to.equal(1);
    expect(ticksFromSeconds(1e-9)).to.equal(1);
    expect(ticksFromNanoseconds(1e3)).to.equal(100);
  });

  it('refuses negative, infinite and unrepresentable durations', () => {
    for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e30]) {
      expect(() => ticksFromMicroseconds(bad))
        .to.throw()
        .that.satisfies((e: unknown) => isOpuError(e, 'INVALID_ARGUMENT'));
    }
  });
});
