import { expect } from 'chai';
import { profiles } from '../profiles/catalogue/index.js';
import { namedLinks, resolveLink } from './named-links.js';
import { parseTicksPerByte, transmitTicks } from './rate.js';

describe('link model', () => {
  it('reads ticks a byte exactly', () => {
    const cases: [string, number, number][] = [
      ['1', 1, 1],
      ['0.25', 1, 4],
      ['0.1', 1, 10],
      ['2.50', 5, 2],
      ['1e-2', 1, 100],
      ['1.5e2', 150, 1],
      ['1/3', 1, 3],
      ['0.5/3', 1, 6],
      ['0', 0, 1],
    ];
    for (const [text, numerator, denominator] of cases) {
      expect(parseTicksPerByte(text), text).to.deep.equal({ numerator, denominator });
    }
  });

  it('refuses what is no rate', () => {
    for (const text of ['', '-1', 'fast', '1/0', '0x10', '1e999', 'Infinity', '1/', '.']) {
      expect(() => parseTicksPerByte(text), text).to.throw(/is no number of ticks a byte/);
    }
    expect(() => parseTicksPerByte('1.0000000000000000000001')).to.throw(/use fewer digits/);
  });

  it('takes ceil(bytes x ticks per byte) without an error of rounding, for 10^4 sizes of 5 rates', () => {
    for (const text of ['0.1', '0.7', '1/3', '1.877', '2.0833']) {
      const rate = parseTicksPerByte(text);
      const [n, d] = [BigInt(rate.numerator), BigInt(rate.denominator)];
      for (let bytes = 0; bytes < 10_000; bytes++) {
        const exact = (BigInt(bytes) * n + d - 1n) / d;
        if (transmitTicks(bytes, rate) !== Number(exact)) expect.fail(`${bytes} bytes at ${text}`);
      }
    }
    // 30 x 0.1 is 3.0000000000000004 in doubles.
    expect(transmitTicks(30, parseTicksPerByte('0.1'))).to.equal(3);
  });

  it('stays exact beyond 2^53 in between, and refuses a result beyond it', () => {
    const rate = parseTicksPerByte('1234567.1234567');
    expect(transmitTicks(2_000_000_001, rate)).to.equal(2_469_134_248_147_968);
    expect(() => transmitTicks(2 ** 50, rate)).to.throw('more than 2^53 ticks');
  });

  it('knows links by name, each with a source', () => {
    expect(transmitTicks(1000, resolveLink('usb3').ticksPerByte)).to.equal(250);
    expect(transmitTicks(13 * 512, resolveLink('usb2').ticksPerByte)).to.equal(12_500);
    expect(transmitTicks(1460, resolveLink('gige').ticksPerByte)).to.equal(Math.ceil(1538 * 0.8));
    expect(transmitTicks(850, resolveLink('camera-link-full').ticksPerByte)).to.equal(100);
    expect(transmitTicks(11_520, resolveLink('serial-115200').ticksPerByte)).to.equal(100_000_000);
    for (const link of namedLinks) expect(link.source).to.not.equal('');
    expect(() => resolveLink('usb4')).to.throw("Did you mean 'usb3'?");
    expect(() => resolveLink('serial-0')).to.throw("no link 'serial-0'");
  });

  it('has the default link of every profile', () => {
    for (const profile of profiles) expect(resolveLink(profile.defaults.link).name).to.equal(profile.defaults.link);
  });
});
