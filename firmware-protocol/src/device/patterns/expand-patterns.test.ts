import { expect } from 'chai';
import { patternEncoding } from '../../generated/enums.js';
import { expandPatterns, type WrittenPatterns } from './expand-patterns.js';

/** 5 rows of 10 values: no row starts on a byte but the first and the fifth. */
const layout = { columns: 10, rows: 5, patternBytes: 7 };
const written = (change: Partial<WrittenPatterns>): WrittenPatterns => ({
  encoding: patternEncoding.BITS,
  count: 1,
  patternBytes: layout.patternBytes,
  firstRow: 0,
  rowCount: 0,
  data: new Uint8Array(layout.patternBytes),
  ...change,
});

const bitsOf = (bytes: Uint8Array, count: number): string =>
  Array.from({ length: count }, (_, i) => (bytes[i >> 3]! >> (7 - (i & 7))) & 1).join('');

function packed(bits: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (let i = 0; i < bits.length; i++) if (bits[i] === '1') bytes[i >> 3]! |= 0x80 >> (i & 7);
  return bytes;
}

/** The slow way to write runs: a LEB128 number a run, zeros first. */
function runLengths(bits: string): number[] {
  const bytes: number[] = [];
  let wanted = '0';
  let at = 0;
  while (at < bits.length) {
    let end = at;
    while (bits[end] === wanted) end++;
    let length = end - at;
    do {
      bytes.push((length & 0x7f) | (length > 0x7f ? 0x80 : 0));
      length >>= 7;
    } while (length > 0);
    at = end;
    wanted = wanted === '0' ? '1' : '0';
  }
  return bytes;
}

const randomBits = (seed: number, count: number): string =>
  Array.from({ length: count }, (_, i) =>
    ((Math.imul(seed + i * 7919, 2654435761) >>> 13) & 3) === 0 ? '1' : '0',
  ).join('');

describe('expandPatterns', () => {
  it('takes bits as views, each pattern on its own bytes', () => {
    const data = Uint8Array.from({ length: 3 * layout.patternBytes }, (_, i) => i);
    const decoded = expandPatterns(written({ count: 3, data }), layout, undefined);
    expect(decoded.ok && decoded.patterns.map((p) => [...p])).to.deep.equal([
      [0, 1, 2, 3, 4, 5, 6],
      [7, 8, 9, 10, 11, 12, 13],
      [14, 15, 16, 17, 18, 19, 20],
    ]);
    expect(decoded.ok && decoded.patterns[1]!.buffer).to.equal(data.buffer);
  });

  it('puts rows into the pattern before, bit by bit, whatever they start on', () => {
    for (let firstRow = 0; firstRow < layout.rows; firstRow++) {
      for (let rowCount = 1; firstRow + rowCount <= layout.rows; rowCount++) {
        const before = randomBits(firstRow + 10, 50);
        const rows = [randomBits(rowCount, rowCount * 10), randomBits(rowCount + 5, rowCount * 10)];
        const data = Uint8Array.from(rows.flatMap((bits) => [...packed(bits)]));
        const decoded = expandPatterns(
          written({ encoding: patternEncoding.ROWS, count: 2, firstRow, rowCount, data }),
          layout,
          packed(before),
        );
        const expected = rows.map(
          (bits) => before.slice(0, firstRow * 10) + bits + before.slice((firstRow + rowCount) * 10),
        );
        expect(decoded.ok && decoded.patterns.map((p) => bitsOf(p, 50))).to.deep.equal(expected);
      }
    }
  });

  it('leaves the pattern before as it was, also where its bytes are a Buffer, whose slice is no copy', () => {
    const before = Buffer.from(packed('1'.repeat(50)));
    const rows = { encoding: patternEncoding.ROWS, firstRow: 1, rowCount: 2, data: new Uint8Array(3) };
    const decoded = expandPatterns(written(rows), layout, before);
    expect(decoded.ok && bitsOf(decoded.patterns[0]!, 50)).to.equal('1'.repeat(10) + '0'.repeat(20) + '1'.repeat(20));
    expect(bitsOf(before, 50)).to.equal('1'.repeat(50));
  });

  it('reads back 200 random run-length patterns', () => {
    const bits = Array.from({ length: 200 }, (_, k) =>
      k === 0 ? '1'.repeat(56) : k === 1 ? '0'.repeat(56) : randomBits(k, 56),
    );
    const data = Uint8Array.from(bits.flatMap((text) => runLengths(text)));
    const decoded = expandPatterns(
      written({ encoding: patternEncoding.RUN_LENGTH, count: 200, data }),
      layout,
      undefined,
    );
    expect(decoded.ok && decoded.patterns.map((p) => bitsOf(p, 56))).to.deep.equal(bits);
  });

  const refusals: readonly (readonly [string, Partial<WrittenPatterns>, string])[] = [
    ['a pattern of another size', { patternBytes: 8, data: new Uint8Array(8) }, 'patternBytes'],
    ['fewer bytes than patterns need', { count: 2 }, 'data'],
    ['an unknown encoding', { encoding: 9 }, 'encoding'],
    ['rows beyond the last one', { encoding: 1, firstRow: 4, rowCount: 2, data: new Uint8Array(3) }, 'rowCount'],
    ['a first row that there is not', { encoding: 1, firstRow: 5, rowCount: 1, data: new Uint8Array(2) }, 'firstRow'],
    ['runs that end too early', { encoding: 2, data: new Uint8Array([20]) }, 'data'],
    ['runs that are too long', { encoding: 2, data: new Uint8Array([57]) }, 'data'],
    ['a run without an end', { encoding: 2, data: new Uint8Array(9).fill(0xff) }, 'data'],
    ['bytes behind the last run', { encoding: 2, data: new Uint8Array([56, 0]) }, 'data'],
    ['more patterns than bytes', { encoding: 2, count: 2 ** 31, data: new Uint8Array([56]) }, 'count'],
  ];
  for (const [what, change, field] of refusals) {
    it(`refuses ${what} and names the field`, () => {
      const decoded = expandPatterns(written(change), layout, undefined);
      expect(decoded.ok).to.equal(false);
      expect(!decoded.ok && decoded.field).to.equal(field);
    });
  }
});
