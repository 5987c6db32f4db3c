import { expect } from 'chai';
import { ObjectReader } from './object-reader.js';

const reader = (value: unknown): ObjectReader => new ObjectReader(value, 'x.json');

describe('ObjectReader', () => {
  it('hands out what fits', () => {
    const r = reader({ a: 3, b: 'text', c: true, d: 'red', e: [8, 10], f: { g: 0.5 } });
    expect(r.number('a', { min: 0, integer: true })).to.equal(3);
    expect(r.string('b')).to.equal('text');
    expect(r.boolean('c')).to.equal(true);
    expect(r.oneOf('d', ['red', 'green'])).to.equal('red');
    expect(r.listOf('e', [8, 10, 12])).to.deep.equal([8, 10]);
    expect(r.object('f').number('g')).to.equal(0.5);
    expect(r.optionalNumber('missing')).to.equal(undefined);
    r.end();
  });

  it('names file, path, value and bound of what does not', () => {
    expect(() =>
      reader({ f: { g: -1 } })
        .object('f')
        .number('g', { min: 0 }),
    ).to.throw('x.json: f.g must be a number, 0 or more; found -1.');
    expect(() => reader({}).string('b')).to.throw('x.json: b must be a string; it is missing.');
    expect(() => reader({ d: 'gren' }).oneOf('d', ['red', 'green'])).to.throw("Did you mean 'green'?");
    expect(() => reader({ a: 1.5 }).number('a', { integer: true, max: 9 })).to.throw('an integer, at most 9');
    expect(() => reader({ a: 0 }).number('a', { min: 0, above: true })).to.throw('a number above 0');
    expect(() => reader({ e: [8, 8] }).listOf('e', [8, 10])).to.throw('must be a list of some of 8, 10');
    expect(() => reader([1])).to.throw('x.json: the whole must be an object; found [1].');
    expect(() => reader({ f: 1 }).object('f')).to.throw('x.json: f must be an object');
  });

  it('refuses an unknown key and suggests the nearest known one', () => {
    const r = reader({ width: 1, hieght: 2 });
    r.number('width');
    r.optionalNumber('height');
    expect(() => r.end()).to.throw("x.json: unknown key 'hieght'. Did you mean 'height'?");
  });

  it('does not take inherited names for fields', () => {
    expect(() => reader({}).string('constructor')).to.throw('it is missing');
  });
});
